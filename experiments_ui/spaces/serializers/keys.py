"""API keys on the wire."""

from typing import Any

from rest_framework import serializers

from experiments_ui.accounts.models import KeyType
from experiments_ui.api.fields import (
    Moment,
    Name,
    ResourceId,
    Shape,
    StrictSerializer,
    Text,
    Whole,
)
from experiments_ui.spaces.serializers.roles import (
    OrganizationRole,
    SpaceRole,
    UserRole,
)

STATUSES = ("ACTIVE", "REVOKED")
_LONGEST_GRACE_SECONDS = 86_400


class SpaceAccessShape(Shape):
    space_id = ResourceId("Space")
    role = SpaceRole()


class OrganizationAccessShape(Shape):
    org_id = ResourceId("Organization")
    role = OrganizationRole()
    spaces = SpaceAccessShape(many=True)


class BotUserShape(Shape):
    id = ResourceId("User", source="user.pk")
    name = serializers.CharField(source="user.display_name")
    account_role = UserRole(source="user.account_role")
    organizations = OrganizationAccessShape(many=True)


class KeyShape(Shape):
    """A key without its secret; service keys say what their bot user may do."""

    absent_when_null = frozenset(
        {"expires_at", "created_by_user_id", "last_used_at", "bot_user"}
    )

    id = ResourceId("ApiKey", source="key.pk")
    name = serializers.CharField(source="key.name")
    description = serializers.CharField(source="key.description")
    key_type = serializers.ChoiceField(KeyType.choices, source="key.key_type")
    status = serializers.ChoiceField(STATUSES)
    redacted_key = serializers.CharField(source="key.redacted_key")
    created_at = Moment(source="key.created_at")
    expires_at = Moment(source="key.expires_at", required=False)
    created_by_user_id = ResourceId("User", source="key.created_by_id", required=False)
    last_used_at = Moment(source="key.last_used_at", required=False)
    bot_user = BotUserShape(required=False)


class NewKeyShape(KeyShape):
    """A key that was just made: the only answer that holds its secret."""

    key = serializers.CharField(source="secret")


class SpaceAccess(StrictSerializer):
    space_id = Text()
    role = SpaceRole(required=False)


class OrganizationAccess(StrictSerializer):
    org_id = ResourceId("Organization")
    role = OrganizationRole(required=False)
    spaces = serializers.ListField(child=SpaceAccess(), min_length=1, max_length=100)


class UserKeyBody(StrictSerializer):
    """A personal key."""

    key_type = serializers.ChoiceField(["USER"])
    name = Name(max_length=256)
    description = Text(
        required=False, allow_null=True, allow_blank=True, max_length=1000
    )
    expires_at = Moment(required=False, allow_null=True)


class ServiceKeyBody(UserKeyBody):
    """A key of a bot user in some spaces."""

    key_type = serializers.ChoiceField(["SERVICE"])
    account_role = UserRole(required=False)
    organizations = serializers.ListField(
        child=OrganizationAccess(), min_length=1, max_length=100
    )


class KeyRefresh(StrictSerializer):
    expires_at = Moment(required=False, allow_null=True)
    grace_period_seconds = Whole(
        required=False, allow_null=True, min_value=0, max_value=_LONGEST_GRACE_SECONDS
    )


def body_of(data: Any) -> StrictSerializer:
    """Return the reader of a new key's body, chosen by its `key_type`."""
    key_type = data.get("key_type") if isinstance(data, dict) else None
    if key_type == KeyType.SERVICE:
        return ServiceKeyBody(data=data)
    return UserKeyBody(data=data)
