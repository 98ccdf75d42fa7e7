"""Roles as the wire writes them: an object with a type and a name."""

from typing import Any

from rest_framework import serializers

from experiments_ui.accounts.models import AccountRole
from experiments_ui.api.fields import StrictSerializer
from experiments_ui.spaces.models import Role


class RoleObject(StrictSerializer):
    """``{"type": "PREDEFINED", "name": …}``; its value is the name."""

    type = serializers.ChoiceField(["PREDEFINED"])

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and data.get("type") == "CUSTOM":
            raise serializers.ValidationError(
                "This server has no custom roles; send a PREDEFINED one."
            )
        return super().to_internal_value(data)["name"]

    def to_representation(self, instance: Any) -> dict[str, str]:
        return {"type": "PREDEFINED", "name": str(instance)}


class SpaceRole(RoleObject):
    name = serializers.ChoiceField(Role.choices)

    def to_internal_value(self, data: Any) -> Role:
        return Role(super().to_internal_value(data))


class OrganizationRole(RoleObject):
    name = serializers.ChoiceField(Role.choices)


class UserRole(RoleObject):
    name = serializers.ChoiceField([*AccountRole.values, "MEMBER_UI_ONLY"])
