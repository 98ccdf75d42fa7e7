"""Spaces, their members, and organizations."""

from typing import Any

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
from experiments_ui.spaces.serializers.roles import SpaceRole


class OrganizationShape(Shape):
    id = ResourceId("Organization", source="pk")
    name = serializers.CharField()
    description = serializers.CharField()
    created_at = Moment()


class SpaceShape(Shape):
    """A space; the integrations and models of the cloud service are not kept."""

    id = ResourceId("Space", source="pk")
    organization_id = ResourceId("Organization")
    name = serializers.CharField()
    description = serializers.CharField()
    created_at = Moment()
    is_private = serializers.BooleanField()
    default_llm_integration = serializers.DictField(allow_null=True, default=None)
    default_agent_runtime = serializers.DictField(allow_null=True, default=None)
    ml_models_enabled = serializers.BooleanField(default=False)
    gradient_start_color = serializers.CharField()
    gradient_end_color = serializers.CharField()


class SpaceBody(StrictSerializer):
    name = Name()
    organization_id = ResourceId("Organization")
    description = Text(required=False, allow_blank=True, max_length=1000)
    is_private = Flag(required=False)


class Absent(serializers.DictField):
    """A setting that this server does not have: only null is taken."""

    def __init__(self) -> None:
        super().__init__(required=False, allow_null=True)

    def to_internal_value(self, data: Any) -> Any:  # noqa: ARG002 -- whatever it is
        raise serializers.ValidationError("This server has none of these; send null.")


class Color(Text):
    """#RRGGBB, and nothing else: pages put it into their style."""

    def __init__(self) -> None:
        super().__init__(required=False)

    def to_internal_value(self, data: Any) -> str:
        color = super().to_internal_value(data)
        if len(color) != 7 or color[0] != "#" or not _is_hex(color[1:]):
            raise serializers.ValidationError("This must be a color such as #3355DD.")
        return color


class SpaceChanges(StrictSerializer):
    name = Name(required=False)
    description = Text(
        required=False, allow_blank=True, allow_null=True, max_length=1000
    )
    is_private = Flag(required=False)
    default_llm_integration = Absent()
    default_agent_runtime = Absent()
    ml_models_enabled = Flag(required=False)
    gradient_start_color = Color()
    gradient_end_color = Color()

    def validate_description(self, value: str | None) -> str:
        return value or ""

    def validate_ml_models_enabled(self, value: bool) -> bool:  # noqa: FBT001 -- DRF's signature
        if value:
            raise serializers.ValidationError("This server keeps no ML models.")
        return value

    def stored_changes(self) -> dict[str, Any]:
        """Return what a PATCH changes of what a space keeps."""
        kept = set(self.fields) - {
            "default_llm_integration",
            "default_agent_runtime",
            "ml_models_enabled",
        }
        return {name: value for name, value in self.changes().items() if name in kept}


class MembershipShape(Shape):
    id = ResourceId("SpaceMembership", source="pk")
    user_id = ResourceId("User")
    space_id = ResourceId("Space")
    role = SpaceRole()


class MembershipBody(StrictSerializer):
    user_id = Text()
    role = SpaceRole()


def _is_hex(text: str) -> bool:
    return set(text.lower()) <= set("0123456789abcdef")
