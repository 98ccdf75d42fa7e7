"""The shapes of datasets, versions and examples on the wire."""

from collections.abc import Sequence
from typing import Any

import orjson
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from experiments_ui import ids
from experiments_ui.api.fields import (
    Moment,
    Name,
    ResourceId,
    Rows,
    Shape,
    StrictSerializer,
    Text,
    Whole,
    timestamp,
)
from experiments_ui.datasets.actions import Written
from experiments_ui.datasets.models import Dataset, Example, ExampleAnnotation

_MOST_AT_ONCE = 1000


@extend_schema_field({"type": "array", "items": {"type": "object"}, "maxItems": 1000})
class ExampleRows(Rows):
    """Examples with columns of any name and any JSON value."""


class DatasetBody(StrictSerializer):
    name = Name()
    space_id = Text()
    examples = ExampleRows(most=_MOST_AT_ONCE)


class DatasetChanges(StrictSerializer):
    name = Name()


class ExamplesBody(StrictSerializer):
    examples = ExampleRows(most=_MOST_AT_ONCE)


class ExampleChanges(StrictSerializer):
    """Rows with the `id` of an example, and the columns to change."""

    examples = ExampleRows(most=_MOST_AT_ONCE)
    new_version = Name(required=False, allow_null=True)


class ExampleSearch(StrictSerializer):
    filter = Text(required=False, allow_null=True)
    limit = Whole(required=False, allow_null=True, min_value=1, max_value=500)
    cursor = Text(required=False, allow_null=True, allow_blank=True)
    dataset_version_id = Text(required=False, allow_null=True, allow_blank=True)


class ExampleRemoval(StrictSerializer):
    dataset_version_id = Text()
    example_ids = serializers.ListField(
        child=Text(max_length=255), min_length=1, max_length=_MOST_AT_ONCE
    )

    def validate_example_ids(self, value: list[str]) -> list[str]:
        if len(set(value)) < len(value):
            raise serializers.ValidationError("An id is there twice.")
        return value


class VersionShape(Shape):
    id = ResourceId("DatasetVersion", source="pk")
    name = serializers.CharField()
    dataset_id = ResourceId("Dataset")
    created_at = Moment()
    updated_at = Moment()


class DatasetShape(Shape):
    id = ResourceId("Dataset", source="pk")
    name = serializers.CharField()
    space_id = ResourceId("Space")
    created_at = Moment()
    updated_at = Moment()


class DatasetWithVersionsShape(DatasetShape):
    versions = serializers.SerializerMethodField()

    @extend_schema_field(VersionShape(many=True))
    def get_versions(self, dataset: Dataset) -> Any:
        newest_first = dataset.versions.order_by("-number")
        return VersionShape(newest_first, many=True).data


class WrittenShape(DatasetShape):
    """A dataset, with the version written to and the examples, in input order."""

    dataset_version_id = serializers.CharField()
    example_ids = serializers.ListField(child=serializers.CharField())


class RemovedShape(serializers.Serializer[Any]):
    completed = serializers.BooleanField()
    deleted_example_ids = serializers.ListField(child=serializers.CharField())
    not_deleted_example_ids = serializers.ListField(child=serializers.CharField())


class AnnotatorShape(serializers.Serializer[Any]):
    id = serializers.CharField()
    email = serializers.CharField()


class ExampleAnnotationShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    label = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # the wire's name; a field's label is not used here
    text = serializers.CharField(allow_null=True)
    updated_at = serializers.DateTimeField()
    annotator = AnnotatorShape()


class ExampleShape(serializers.Serializer[Any]):
    """An example, with each of its columns as one more member."""

    id = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    annotations = ExampleAnnotationShape(many=True)


def written_answer(written: Written) -> dict[str, Any]:
    """Return what was written as the wire shows it."""
    return {
        **DatasetShape(written.dataset).data,
        "dataset_version_id": ids.encode("DatasetVersion", written.version.pk),
        "example_ids": written.example_ids,
    }


def example_answer(
    example: Example, annotations: Sequence[ExampleAnnotation]
) -> dict[str, Any]:
    """Return an example as the wire shows it: its columns stand beside its own."""
    return {
        "id": example.external_id,
        **orjson.loads(example.fields),
        "created_at": timestamp(example.created_at),
        "updated_at": timestamp(example.updated_at),
        "annotations": [_annotation_answer(one) for one in annotations],
    }


def _annotation_answer(annotation: ExampleAnnotation) -> dict[str, Any]:
    person = annotation.annotator
    return {
        "name": annotation.name,
        "score": annotation.score,
        "label": annotation.label,
        "text": annotation.text,
        "updated_at": timestamp(annotation.updated_at),
        "annotator": {"id": ids.encode("User", person.pk), "email": person.email},
    }
