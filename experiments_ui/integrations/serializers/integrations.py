"""Integrations on the wire: what is secret goes in, and never comes out."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from experiments_ui.api.fields import (
    Flag,
    Moment,
    Name,
    ResourceId,
    Shape,
    StrictSerializer,
    Text,
)
from experiments_ui.integrations.checks import MASK
from experiments_ui.integrations.models import AuthType, Provider

_AUTH_TYPES = [
    *AuthType.values,
    # Some clients know it; here nothing can be set up for it.
    "OAUTH2_CLIENT_CREDENTIALS",
]
_MOST_MODELS = 500
_MOST_SCOPINGS = 100


class ScopingShape(Shape):
    organization_id = ResourceId("Organization", allow_null=True)
    space_id = ResourceId("Space", allow_null=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = {"organization_id": None, "space_id": None}
        return shown | super().to_representation(instance)


class MetadataShape(Shape):
    """AWS: `role_arn`, `external_id`. GCP: the others."""

    kind = serializers.ChoiceField(["AWS", "GCP"])
    role_arn = serializers.CharField(required=False)
    external_id = serializers.CharField(required=False)
    project_id = serializers.CharField(required=False)
    location = serializers.CharField(required=False)
    project_access_label = serializers.CharField(required=False)


class IntegrationShape(Shape):
    """An AI integration; its key never comes back, of its headers only the names."""

    id = ResourceId("LlmIntegration", source="pk")
    name = serializers.CharField()
    provider = serializers.ChoiceField(Provider.choices)
    has_api_key = serializers.BooleanField()
    base_url = serializers.SerializerMethodField()
    model_names = serializers.ListField(child=serializers.CharField(), allow_null=True)
    headers = serializers.SerializerMethodField()
    enable_default_models = serializers.BooleanField()
    function_calling_enabled = serializers.BooleanField()
    auth_type = serializers.ChoiceField(AuthType.choices)
    provider_metadata = serializers.SerializerMethodField()
    scopings = ScopingShape(many=True)
    created_at = Moment()
    updated_at = Moment()
    created_by_user_id = ResourceId("User", source="created_by_id", allow_null=True)

    def get_base_url(self, integration: Any) -> str | None:
        return integration.base_url or None

    def get_headers(self, integration: Any) -> dict[str, str] | None:
        return dict.fromkeys(integration.header_names, MASK) or None

    @extend_schema_field(MetadataShape(allow_null=True))
    def get_provider_metadata(self, integration: Any) -> Any:
        return integration.provider_metadata


class ScopingBody(StrictSerializer):
    organization_id = ResourceId("Organization", required=False, allow_null=True)
    space_id = ResourceId("Space", required=False, allow_null=True)


class AwsBody(StrictSerializer):
    kind = serializers.ChoiceField(["AWS"])
    role_arn = Text()
    external_id = Text(required=False, allow_null=True)


class GcpBody(StrictSerializer):
    kind = serializers.ChoiceField(["GCP"])
    project_id = Text()
    location = Text()
    project_access_label = Text()


@extend_schema_field(MetadataShape)
class Metadata(serializers.Field):
    """AWS or GCP metadata, by its `kind`."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        kind = data.get("kind") if isinstance(data, dict) else None
        if kind not in ("AWS", "GCP"):
            raise serializers.ValidationError({"kind": "This must be AWS or GCP."})
        body = (AwsBody if kind == "AWS" else GcpBody)(data=data)
        body.is_valid(raise_exception=True)
        return {
            name: value
            for name, value in body.validated_data.items()
            if value is not None
        }


class Headers(serializers.DictField):
    """Names and values, all of them text."""

    child = Text(allow_blank=True, max_length=8_192)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        # Before the child has looked: its messages name the key, never the value.
        if not isinstance(data, dict):
            raise serializers.ValidationError("This must be an object of texts.")
        return dict(super().to_internal_value(data))


class ModelNames(serializers.ListField):
    child = Name()

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=_MOST_MODELS, **options)

    def to_internal_value(self, data: Any) -> list[str]:
        if not isinstance(data, list):
            raise serializers.ValidationError("This must be a list of names.")
        return list(dict.fromkeys(super().to_internal_value(data)))


class _Members(StrictSerializer):
    """What making and changing have in common."""

    api_key = Text(required=False, allow_null=True, max_length=10_000)
    base_url = Text(required=False, allow_null=True, max_length=2_048)
    model_names = ModelNames(required=False, allow_null=True)
    headers = Headers(required=False, allow_null=True)
    enable_default_models = Flag(required=False)
    function_calling_enabled = Flag(required=False)
    auth_type = serializers.ChoiceField(_AUTH_TYPES, required=False)
    provider_metadata = Metadata(required=False, allow_null=True)
    scopings = ScopingBody(many=True, required=False)

    def validate_auth_type(self, value: str) -> str:
        if value not in AuthType.values:
            raise serializers.ValidationError("This cannot be set over the API.")
        return value

    def validate_scopings(self, value: list[Mapping[str, Any]]) -> Any:
        if len(value) > _MOST_SCOPINGS:
            raise serializers.ValidationError(f"Send up to {_MOST_SCOPINGS} of them.")
        return value

    def validate_base_url(self, value: str | None) -> str:
        return value or ""


class IntegrationBody(_Members):
    name = Name()
    provider = serializers.ChoiceField(Provider.choices)


class IntegrationChanges(_Members):
    """What is absent stays; see the notes on keys in the document of the API."""

    name = Name(required=False)
    provider = serializers.ChoiceField(Provider.choices, required=False)
