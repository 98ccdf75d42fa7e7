"""The shapes of experiments and runs on the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from experiments_ui import ids
from experiments_ui.api.fields import (
    Name,
    ResourceId,
    Rows,
    StrictSerializer,
    Text,
    timestamp,
)
from experiments_ui.api.fields import Whole as Integer
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.queries import Note, RunRow


class ExperimentAnswer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    space_id = serializers.CharField()
    dataset_id = serializers.CharField(allow_null=True)
    dataset_version_id = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    experiment_traces_project_id = serializers.CharField(required=False)
    integration_id = serializers.CharField(allow_null=True)


class ExperimentWithRunIdsAnswer(ExperimentAnswer):
    run_ids = serializers.ListField(child=serializers.CharField())


class RunAnswer(serializers.Serializer[Any]):
    """A run, with each of its columns as one more member, such as eval.tone.score."""

    id = serializers.CharField()
    example_id = serializers.CharField(allow_null=True)
    output = serializers.CharField(allow_null=True)
    error = serializers.CharField(allow_null=True)
    annotations = serializers.ListField(child=serializers.DictField())


class CreateExperiment(StrictSerializer):
    name = Name()
    dataset_id = ResourceId("Dataset", required=False, allow_null=True)
    space_id = ResourceId("Space", required=False, allow_null=True)
    experiment_runs = Rows()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs.get("dataset_id") is None) == (attrs.get("space_id") is None):
            raise serializers.ValidationError(
                "Send either dataset_id or space_id, and not both."
            )
        return attrs


class AppendRuns(StrictSerializer):
    experiment_runs = Rows()


@extend_schema_serializer(component_name="SearchRuns")
class SearchRuns(StrictSerializer):
    filter = Text(required=False, allow_null=True, allow_blank=True)
    limit = Integer(required=False, allow_null=True)
    cursor = Text(required=False, allow_null=True, allow_blank=True)


def experiment_answer(experiment: Experiment) -> dict[str, Any]:
    """Return an experiment as the wire shows it."""
    answer: dict[str, Any] = {
        "id": ids.encode("Experiment", experiment.pk),
        "name": experiment.name,
        "space_id": ids.encode("Space", experiment.space_id),
        "dataset_id": _id("Dataset", experiment.dataset_id),
        "dataset_version_id": _id("DatasetVersion", experiment.dataset_version_id),
        "created_at": timestamp(experiment.created_at),
        "updated_at": timestamp(experiment.updated_at),
        "integration_id": None,
    }
    if experiment.traces_project_id is not None:
        project_id = ids.encode("Model", experiment.traces_project_id)
        answer["experiment_traces_project_id"] = project_id
    return answer


def run_answer(run: RunRow) -> dict[str, Any]:
    """Return a run with its columns flat beside its own members."""
    return run.values | {
        "id": run.id,
        "example_id": run.example_id,
        "output": run.output,
        "error": run.error,
        "annotations": [note_answer(note) for note in run.notes],
    }


def note_answer(note: Note) -> dict[str, Any]:
    return {
        "name": note.name,
        "score": note.score,
        "label": note.label,
        "text": note.text,
        "updated_at": timestamp(note.updated_at),
        "annotator": {
            "id": ids.encode("User", note.annotator.pk),
            "email": note.annotator.email,
        },
    }


def _id(kind: str, number: int | None) -> str | None:
    return None if number is None else ids.encode(kind, number)
