"""Who is calling, as every edge hands it on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from experiments_ui.accounts import actions, queries
from experiments_ui.accounts.models import AccountRole, ApiKey, User
from experiments_ui.errors import Unauthenticated
from experiments_ui.spaces.models import Membership, Role


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in person or a key, with the role it has in each space.

    An account admin is an admin of every space, so `roles` says nothing of it.
    """

    user: User
    key: ApiKey | None
    roles: dict[int, Role] = field(default_factory=dict)

    @property
    def is_account_admin(self) -> bool:
        return self.user.account_role == AccountRole.ADMIN

    def role_in(self, space_id: int) -> Role | None:
        """Return the role in a space, or None where the space is not theirs to see."""
        return Role.ADMIN if self.is_account_admin else self.roles.get(space_id)


def of_user(user: User, *, key: ApiKey | None = None) -> Principal:
    """Return the principal of a user: one query for the memberships."""
    memberships = Membership.objects.filter(user=user).values_list("space_id", "role")
    return Principal(
        user=user, key=key, roles={space: Role(role) for space, role in memberships}
    )


def of_key(secret: str, *, now: datetime) -> Principal:
    """Return the principal of an API key, and note that the key was used.

    Raises:
        Unauthenticated: There is no live key with this secret.
    """
    if not secret:
        raise Unauthenticated("Send an API key: 'Authorization: Bearer <key>'.")
    key = queries.live_key(secret, now=now)
    actions.touch_key(key, now=now)
    return of_user(key.user, key=key)
