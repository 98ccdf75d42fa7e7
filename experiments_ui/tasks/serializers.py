"""Tasks and their runs on the wire."""

from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework import serializers

from experiments_ui.api.fields import (
    Flag,
    Moment,
    Name,
    Number,
    ResourceId,
    Shape,
    StrictSerializer,
    Text,
    Whole,
)
from experiments_ui.errors import BadRequest, Invalid
from experiments_ui.tasks.models import RunStatus, Task, TaskType

RUN_EXPERIMENT = "RUN_EXPERIMENT"
_LONGEST_FILTER = 2_000
_MOST_EVALUATORS = 50
_MOST_EXPERIMENTS = 100
_OF_RUN_EXPERIMENT = (
    "experiment_name",
    "dataset_version_id",
    "example_ids",
    "max_examples",
    "query_filter",
    "tracing_metadata",
    "evaluation_task_ids",
)


class _Absent(serializers.JSONField):
    """A member that the wire has, and that is null for every task here."""

    def __init__(self) -> None:
        super().__init__(default=None, read_only=True, allow_null=True)


class TaskEvaluatorShape(Shape):
    evaluator_id = ResourceId("Evaluator")
    evaluator_name = serializers.CharField(source="evaluator.name")
    evaluator_version_id = ResourceId(
        "EvaluatorVersion", source="version_id", allow_null=True
    )
    query_filter = serializers.CharField(allow_null=True)
    column_mappings = serializers.DictField(
        child=serializers.CharField(), allow_null=True
    )
    query_mappings = _Absent()


class TaskShape(Shape):
    id = ResourceId("Task", source="pk")
    name = serializers.CharField()
    type = serializers.ChoiceField(TaskType.choices, source="task_type")
    project_id = _Absent()
    dataset_id = ResourceId("Dataset")
    sampling_rate = serializers.FloatField(
        default=None, read_only=True, allow_null=True
    )
    is_continuous = serializers.BooleanField(default=False, read_only=True)
    query_filter = serializers.CharField(allow_null=True)
    query_filters = _Absent()
    evaluators = TaskEvaluatorShape(many=True)
    experiment_ids = serializers.SerializerMethodField()
    run_configuration = _Absent()
    last_run_at = Moment(allow_null=True)
    created_at = Moment()
    updated_at = Moment()
    created_by_user_id = ResourceId("User", source="created_by_id", allow_null=True)

    def get_experiment_ids(self, task: Task) -> list[str]:
        shown = ResourceId("Experiment")
        numbers = sorted(one.pk for one in task.experiments.all() if not one.is_removed)
        return [shown.to_representation(number) for number in numbers]


class TaskRunShape(Shape):
    id = ResourceId("TaskRun", source="pk")
    task_id = ResourceId("Task")
    experiment_id = _Absent()
    status = serializers.ChoiceField(RunStatus.choices)
    run_started_at = Moment(source="started_at", allow_null=True)
    run_finished_at = Moment(source="finished_at", allow_null=True)
    data_start_time = _Absent()
    data_end_time = _Absent()
    num_successes = serializers.IntegerField()
    num_errors = serializers.IntegerField()
    num_skipped = serializers.IntegerField()
    created_at = Moment()
    created_by_user_id = ResourceId("User", source="created_by_id", allow_null=True)
    failure_reason = serializers.CharField(allow_null=True)


class Mappings(serializers.DictField):
    child = Text(max_length=1_000)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        if not isinstance(data, dict):
            raise serializers.ValidationError("This must be an object of texts.")
        return dict(super().to_internal_value(data))


class EvaluatorInput(StrictSerializer):
    """An evaluator of a task over experiments; `query_mappings` are of traces."""

    evaluator_id = Text()
    evaluator_version_id = ResourceId(
        "EvaluatorVersion", required=False, allow_null=True
    )
    query_filter = Text(required=False, allow_null=True, max_length=_LONGEST_FILTER)
    column_mappings = Mappings(required=False, allow_null=True)


class Evaluators(serializers.ListField):
    """Evaluators of one shape, and no more than a task can have."""

    child = EvaluatorInput()

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=_MOST_EVALUATORS, min_length=1, **options)

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            raise serializers.ValidationError("This must be a list of evaluators.")
        _check_shapes([one for one in data if isinstance(one, dict)])
        return list(super().to_internal_value(data))


class _Settings(StrictSerializer):
    """What making and changing have in common."""

    sampling_rate = Number(required=False, allow_null=True, min_value=0, max_value=1)
    is_continuous = Flag(required=False, allow_null=True)
    query_filter = Text(required=False, allow_null=True, max_length=_LONGEST_FILTER)
    query_filters = serializers.DictField(required=False, allow_null=True)

    def validate_sampling_rate(self, value: float | None) -> None:
        if value is not None:
            raise serializers.ValidationError("This is for tasks on projects only.")

    def validate_is_continuous(self, value: bool | None) -> None:  # noqa: FBT001 -- DRF's signature
        if value:
            raise serializers.ValidationError("This is for tasks on projects only.")

    def validate_query_filters(self, value: Any) -> None:
        if value is not None:
            raise BadRequest(
                "query_filters: these are for evaluators of traces and sessions; "
                "experiments take query_filter."
            )


class TaskBody(_Settings):
    """An evaluation task over experiments of a dataset."""

    name = Name()
    type = serializers.ChoiceField([*TaskType.values, RUN_EXPERIMENT])
    project_id = Text(required=False, allow_null=True)
    dataset_id = Text(required=False, allow_null=True)
    experiment_ids = serializers.ListField(
        child=ResourceId("Experiment"),
        required=False,
        allow_null=True,
        max_length=_MOST_EXPERIMENTS,
    )
    evaluators = Evaluators()

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and data.get("type") == RUN_EXPERIMENT:
            raise _not_here("type", "Tasks of the type RUN_EXPERIMENT")
        return super().to_internal_value(data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        project, dataset = attrs.get("project_id"), attrs.get("dataset_id")
        if bool(project) == bool(dataset):
            raise serializers.ValidationError(
                {"dataset_id": "Send either project_id or dataset_id, and not both."}
            )
        if project:
            raise _not_here("project_id", "Tasks on projects")
        if not attrs.get("experiment_ids"):
            raise serializers.ValidationError(
                {"experiment_ids": "Name at least one experiment of the dataset."}
            )
        return attrs


class TaskChanges(_Settings):
    """What may change of a task; `evaluators` replaces the whole list."""

    name = Name(required=False)
    evaluators = Evaluators(required=False)

    def to_internal_value(self, data: Any) -> Any:
        _refuse_members(data, ("run_configuration",), "tasks of another type")
        return super().to_internal_value(data)


class TriggerBody(StrictSerializer):
    """What a run is to evaluate; all of it may be left out."""

    data_start_time = Moment(required=False, allow_null=True)
    data_end_time = Moment(required=False, allow_null=True)
    max_spans = Whole(required=False, allow_null=True, min_value=1)
    override_evaluations = Flag(required=False, allow_null=True)
    experiment_ids = serializers.ListField(
        child=ResourceId("Experiment"),
        required=False,
        allow_null=True,
        max_length=_MOST_EXPERIMENTS,
    )

    def to_internal_value(self, data: Any) -> Any:
        _refuse_members(data, _OF_RUN_EXPERIMENT, "tasks of the type RUN_EXPERIMENT")
        given = {k: v for k, v in data.items() if v is not None} if data else data
        _refuse_members(given, ("data_start_time", "data_end_time"), "project tasks")
        return super().to_internal_value(data)


def _check_shapes(data: Sequence[Mapping[str, Any]]) -> None:
    """Tell the shapes apart by the presence of `query_mappings`, as the wire does."""
    of_traces = ["query_mappings" in one for one in data]
    columns = [
        "column_mappings" in one or "query_filter" in one
        for one in data
        if "query_mappings" in one
    ]
    if any(columns) or (any(of_traces) and not all(of_traces)):
        raise BadRequest(
            "evaluators: query_mappings and column_mappings cannot be mixed."
        )
    if any(of_traces):
        raise _not_here("evaluators", "Evaluators of traces and sessions")


def _refuse_members(data: Any, names: Sequence[str], whose: str) -> None:
    found = [name for name in names if isinstance(data, dict) and name in data]
    if found:
        message = f"This is for {whose} only."
        raise BadRequest(f"{found[0]}: {message}", dict.fromkeys(found, message))


def _not_here(place: str, what: str) -> Invalid:
    message = f"{what} are not available on this server."
    return Invalid(f"{place}: {message}", {place: message})
