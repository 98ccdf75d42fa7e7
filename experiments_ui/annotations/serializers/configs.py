"""Annotation configs on the wire."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from experiments_ui.annotations.models import ConfigType, Direction
from experiments_ui.api.fields import (
    Moment,
    Name,
    Number,
    ResourceId,
    Shape,
    StrictSerializer,
    Text,
)

_Readers = dict[str, serializers.Serializer[Any] | type[serializers.Serializer[Any]]]


class LabelShape(Shape):
    absent_when_null = frozenset({"score"})

    label = serializers.CharField()  # type: ignore[assignment]  # a member of that name
    score = serializers.FloatField(required=False)


class ConfigShape(Shape):
    """An annotation config; the members of other types than its own are absent."""

    absent_when_null = frozenset({"minimum_score", "maximum_score", "values"})

    id = ResourceId("AnnotationConfig", source="pk")
    name = serializers.CharField()
    created_at = Moment()
    space_id = ResourceId("Space")
    # The request calls it annotation_config_type.
    type = serializers.ChoiceField(ConfigType.choices, source="config_type")
    minimum_score = serializers.FloatField(required=False)
    maximum_score = serializers.FloatField(required=False)
    values = LabelShape(many=True, required=False)
    optimization_direction = serializers.ChoiceField(Direction.choices, required=False)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if instance.config_type != ConfigType.CATEGORICAL:
            del shown["values"]
        if instance.config_type == ConfigType.FREEFORM:
            del shown["optimization_direction"]
        return shown


class Label(Text):
    """A value's label: something to read, and short enough for a column."""

    def __init__(self) -> None:
        super().__init__(max_length=255)


class LabelBody(StrictSerializer):
    label = Label()  # type: ignore[assignment]  # a member of that name
    score = Number(required=False, allow_null=True)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        members = super().to_internal_value(data)
        return {name: value for name, value in members.items() if value is not None}


class ContinuousBody(StrictSerializer):
    """Scores from a range."""

    annotation_config_type = serializers.ChoiceField([ConfigType.CONTINUOUS.value])
    name = Name()
    space_id = Text()
    minimum_score = Number()
    maximum_score = Number()
    optimization_direction = serializers.ChoiceField(Direction.choices, required=False)


class CategoricalBody(StrictSerializer):
    """Labels to choose from."""

    annotation_config_type = serializers.ChoiceField([ConfigType.CATEGORICAL.value])
    name = Name()
    space_id = Text()
    values = serializers.ListField(child=LabelBody())
    optimization_direction = serializers.ChoiceField(Direction.choices, required=False)


class FreeformBody(StrictSerializer):
    """Text."""

    annotation_config_type = serializers.ChoiceField([ConfigType.FREEFORM.value])
    name = Name()
    space_id = Text()


_BODIES: _Readers = {
    ConfigType.CONTINUOUS.value: ContinuousBody,
    ConfigType.CATEGORICAL.value: CategoricalBody,
    ConfigType.FREEFORM.value: FreeformBody,
}


class ContinuousChanges(StrictSerializer):
    """What may change of a config with a range."""

    annotation_config_type = serializers.ChoiceField([ConfigType.CONTINUOUS.value])
    name = Name(required=False)
    minimum_score = Number(required=False)
    maximum_score = Number(required=False)
    optimization_direction = serializers.ChoiceField(Direction.choices, required=False)


class CategoricalChanges(StrictSerializer):
    """What may change of a config with labels; `values` replaces them all."""

    annotation_config_type = serializers.ChoiceField([ConfigType.CATEGORICAL.value])
    name = Name(required=False)
    values = serializers.ListField(child=LabelBody(), required=False)
    optimization_direction = serializers.ChoiceField(Direction.choices, required=False)


class FreeformChanges(StrictSerializer):
    """What may change of a config for text."""

    annotation_config_type = serializers.ChoiceField([ConfigType.FREEFORM.value])
    name = Name(required=False)


_CHANGES: _Readers = {
    ConfigType.CONTINUOUS.value: ContinuousChanges,
    ConfigType.CATEGORICAL.value: CategoricalChanges,
    ConfigType.FREEFORM.value: FreeformChanges,
}

NEW_CONFIG = PolymorphicProxySerializer(
    component_name="NewAnnotationConfig",
    serializers=_BODIES,
    resource_type_field_name="annotation_config_type",
)
CONFIG_CHANGES = PolymorphicProxySerializer(
    component_name="AnnotationConfigChanges",
    serializers=_CHANGES,
    resource_type_field_name="annotation_config_type",
)


def new_config(data: Any) -> dict[str, Any]:
    """Return the members of a new config, read by its `annotation_config_type`."""
    return _read(_BODIES, data)


def config_changes(data: Any) -> dict[str, Any]:
    """Return the members a PATCH names, its type among them."""
    return _read(_CHANGES, data)


def _read(readers: Mapping[str, Any], data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise serializers.ValidationError("The body must be a JSON object.")
    sent = data.get("annotation_config_type")
    reader = readers.get(sent) if isinstance(sent, str) else None
    if reader is None:
        message = f"This must be one of {', '.join(ConfigType.values)}."
        raise serializers.ValidationError({"annotation_config_type": message})
    body = reader(data=data)
    body.is_valid(raise_exception=True)
    members = dict(body.validated_data)
    members["config_type"] = ConfigType(members.pop("annotation_config_type"))
    return members
