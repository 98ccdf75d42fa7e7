"""Users on the wire."""

from rest_framework import serializers

from experiments_ui.accounts.models import User
from experiments_ui.api.fields import Moment, ResourceId, Shape
from experiments_ui.spaces.serializers.roles import UserRole

STATUSES = ("ACTIVE", "INVITED", "EXPIRED")


class UserShape(Shape):
    id = ResourceId("User", source="pk")
    name = serializers.CharField(source="display_name")
    email = serializers.CharField()
    created_at = Moment(source="date_joined")
    status = serializers.SerializerMethodField()
    role = UserRole(source="account_role")
    is_developer = serializers.BooleanField(default=True)

    def get_status(self, user: User) -> str:  # noqa: ARG002 -- nobody is invited here
        return "ACTIVE"
