"""The configs of judges and checks: types and required members, not their rules."""

from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from experiments_ui.api.fields import Flag, Number, ResourceId, StrictSerializer, Text

GRANULARITIES = ("SPAN", "TRACE", "SESSION")
DIRECTIONS = ("MAXIMIZE", "MINIMIZE", "NONE")
MANAGED = (
    "MATCHES_REGEX",
    "JSON_PARSEABLE",
    "CONTAINS_ANY_KEYWORD",
    "CONTAINS_ALL_KEYWORDS",
    "EXACT_MATCH",
)
_LONGEST_TEXT = 200_000
_NUMBERS = ("temperature", "top_p", "frequency_penalty", "presence_penalty")
_WHOLE = ("max_tokens", "max_completion_tokens", "top_k", "thinking_budget")


@dataclass(frozen=True, slots=True)
class Sent:
    """A config whose shape is right, as it was sent."""

    config: dict[str, Any]
    integration: int | None = None


class _Choices(serializers.DictField):
    """Labels and their scores."""

    child = Number()

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise serializers.ValidationError("This must be an object.")
        return dict(super().to_internal_value(data))


class _Invocation(serializers.DictField):
    """Parameters of the call; members we do not know are kept and handed on."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise serializers.ValidationError("This must be an object.")
        for name in (*_NUMBERS, *_WHOLE):
            kinds = int if name in _WHOLE else (int, float)
            value = data.get(name)
            if isinstance(value, bool) or not isinstance(value, (kinds, type(None))):
                word = "an integer" if name in _WHOLE else "a number"
                raise serializers.ValidationError({name: f"This must be {word}."})
        return data


class _Object(serializers.DictField):
    """A JSON object, handed on as it is."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise serializers.ValidationError("This must be an object.")
        return data


class ModelBody(StrictSerializer):
    ai_integration_id = ResourceId("LlmIntegration")
    model_name = Text(max_length=255)
    invocation_parameters = _Invocation()
    provider_parameters = _Object()


class TemplateConfigBody(StrictSerializer):
    """A judge: its prompt with variables in single braces, its labels, its model."""

    name = Text()
    template = Text(max_length=_LONGEST_TEXT)
    include_explanations = Flag()
    use_function_calling = Flag(required=False)
    use_function_calling_if_available = Flag(required=False)
    use_structured_output = Flag(required=False)
    classification_choices = _Choices(required=False, allow_null=True)
    direction = serializers.ChoiceField(DIRECTIONS, required=False)
    data_granularity = serializers.ChoiceField(
        GRANULARITIES, required=False, allow_null=True
    )
    llm_config = ModelBody()

    def to_internal_value(self, data: Any) -> Any:
        read = super().to_internal_value(data)
        return Sent(dict(data), read["llm_config"]["ai_integration_id"])


class _Parameter(StrictSerializer):
    name = Text(max_length=255)
    type = serializers.ChoiceField(["STRING", "STRING_ARRAY", "REGEX"])
    # Its type is held against `type` where a mismatch is a bad request.
    default_value = serializers.JSONField()


class _CodeBody(StrictSerializer):
    name = Text()
    variables = serializers.ListField(child=Text(max_length=255), max_length=50)
    static_params = _Parameter(many=True, required=False, allow_null=True)
    data_granularity = serializers.ChoiceField(
        GRANULARITIES, required=False, allow_null=True
    )
    query_filter = Text(required=False, allow_null=True, max_length=2_000)

    def to_internal_value(self, data: Any) -> Any:
        super().to_internal_value(data)
        return Sent(dict(data))


class ManagedCodeBody(_CodeBody):
    """A built-in check."""

    type = serializers.ChoiceField(["MANAGED"])
    managed_evaluator = serializers.ChoiceField(MANAGED)


class CustomCodeBody(_CodeBody):
    """Python, which is stored and not run; or one of this server's own checks."""

    type = serializers.ChoiceField(["CUSTOM"])
    code = Text(max_length=_LONGEST_TEXT)
    imports = Text(
        required=False, allow_null=True, allow_blank=True, max_length=_LONGEST_TEXT
    )


CODE_CONFIG = PolymorphicProxySerializer(
    component_name="CodeConfig",
    serializers={"MANAGED": ManagedCodeBody, "CUSTOM": CustomCodeBody},
    resource_type_field_name="type",
)


@extend_schema_field(CODE_CONFIG)
class CodeConfig(serializers.Field):
    """A code config, read by its `type`."""

    def to_internal_value(self, data: Any) -> Sent:
        sent = data.get("type") if isinstance(data, dict) else None
        if sent not in ("MANAGED", "CUSTOM"):
            raise serializers.ValidationError({"type": "This is MANAGED or CUSTOM."})
        body = (ManagedCodeBody if sent == "MANAGED" else CustomCodeBody)(data=data)
        body.is_valid(raise_exception=True)
        read: Any = body.validated_data
        found: Sent = read
        return found

    def to_representation(self, value: Any) -> Any:
        return value
