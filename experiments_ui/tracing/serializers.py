"""Projects, spans and traces on the wire."""

from typing import Any

from rest_framework import serializers

from experiments_ui.analysis.filters import parse
from experiments_ui.api.fields import (
    Moment,
    Name,
    ResourceId,
    Shape,
    StrictSerializer,
    Text,
    Whole,
)
from experiments_ui.tracing.models import ProjectType
from experiments_ui.tracing.received import KINDS, STATUSES


class ProjectShape(Shape):
    id = ResourceId("Model", source="pk")
    name = serializers.CharField()
    space_id = ResourceId("Space")
    created_at = Moment()
    project_type = serializers.ChoiceField(
        [*ProjectType.values, "HARNESS"], allow_null=True
    )


class ProjectBody(StrictSerializer):
    name = Name()
    space_id = Text()


class ProjectChanges(StrictSerializer):
    name = Name()


class SpanContextShape(Shape):
    trace_id = serializers.CharField()
    span_id = serializers.CharField()


class SpanEventShape(Shape):
    name = serializers.CharField()
    timestamp = Moment()
    attributes = serializers.DictField()


class SpanShape(Shape):
    """A span; its attributes have dotted names, such as input.value."""

    name = serializers.CharField()
    context = SpanContextShape()  # type: ignore[assignment]  # the wire's word
    kind = serializers.ChoiceField(KINDS)
    parent_id = serializers.CharField(allow_null=True)
    start_time = Moment()
    end_time = Moment()
    status_code = serializers.ChoiceField(STATUSES)
    status_message = serializers.CharField()
    attributes = serializers.DictField()
    annotations = serializers.ListField(child=serializers.DictField())
    trace_annotations = serializers.ListField(child=serializers.DictField())
    evaluations = serializers.ListField(child=serializers.DictField())
    events = SpanEventShape(many=True)


class TraceShape(Shape):
    """A root and the first thousand spans of its trace."""

    trace_id = serializers.CharField()
    root_span_id = serializers.CharField()
    start_time = Moment()
    end_time = Moment()
    spans_truncated = serializers.BooleanField()
    spans = SpanShape(many=True)


class Filter(Text):
    """A filter expression; its value is the parsed expression."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_blank=True, **options)

    def to_internal_value(self, data: Any) -> Any:
        return parse(super().to_internal_value(data))


class TracesBody(StrictSerializer):
    """Which traces to list; without bounds those of the last seven days."""

    project_id = Text()
    start_time = Moment(required=False, allow_null=True)
    end_time = Moment(required=False, allow_null=True)
    filter = Filter(required=False, allow_null=True)


class ColumnNames(serializers.ListField):
    """Dotted paths, such as attributes.llm.model_name."""

    child = Text()

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False, allow_null=True, min_length=1, max_length=1000, **options
        )


class SpansBody(TracesBody):
    """Which spans to list; without bounds those of the last seven days."""

    included_columns = ColumnNames()
    excluded_columns = ColumnNames()
    truncate_string_length = Whole(required=False, allow_null=True, min_value=1)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("included_columns") and attrs.get("excluded_columns"):
            raise serializers.ValidationError(
                "Send included_columns or excluded_columns, not both."
            )
        return attrs


class SpanRemoval(StrictSerializer):
    """Which spans to delete; without bounds those of the last two years."""

    project_id = Text()
    span_ids = serializers.ListField(child=Text(), min_length=1, max_length=5000)
    start_time = Moment(required=False, allow_null=True)
    end_time = Moment(required=False, allow_null=True)


class SpanRemovalShape(Shape):
    completed = serializers.BooleanField()
    deleted_span_ids = serializers.ListField(child=serializers.CharField())
    not_deleted_span_ids = serializers.ListField(child=serializers.CharField())
