"""Which API keys a principal sees, and what the bots behind service keys may do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from experiments_ui import ids
from experiments_ui.accounts.models import (
    AccountRole,
    ApiKey,
    ApiKeyQuerySet,
    KeyType,
    User,
)
from experiments_ui.errors import Forbidden, NotFound
from experiments_ui.spaces import access
from experiments_ui.spaces.models import Membership, Role, Space
from experiments_ui.spaces.principals import Principal


@dataclass(frozen=True, slots=True)
class SpaceGrant:
    """The role a bot has in one space."""

    space_id: int
    role: Role


@dataclass(frozen=True, slots=True)
class OrganizationGrants:
    """The spaces of one organization that a bot enters."""

    org_id: int
    role: Role
    spaces: tuple[SpaceGrant, ...]


@dataclass(frozen=True, slots=True)
class Bot:
    """The user behind a service key, with what it may do."""

    user: User
    organizations: tuple[OrganizationGrants, ...]


@dataclass(frozen=True, slots=True)
class ShownKey:
    """A key as it is shown; `secret` is there once, right after it was made."""

    key: ApiKey
    status: str
    bot_user: Bot | None
    secret: str | None


def user_keys(principal: Principal, *, owner: int) -> ApiKeyQuerySet:
    """Return the personal keys of a user, newest first.

    Raises:
        Forbidden: They are another's, and the principal is no account admin.
    """
    if owner != principal.user.pk and not principal.is_account_admin:
        raise Forbidden("Only an account admin sees the keys of another user.")
    return ApiKey.objects.filter(user_id=owner, key_type=KeyType.USER)


def service_keys(principal: Principal) -> ApiKeyQuerySet:
    """Return the service keys a principal made, is, or administers a space of."""
    keys = ApiKey.objects.filter(key_type=KeyType.SERVICE)
    if principal.is_account_admin:
        return keys
    administered = Membership.objects.filter(space__in=_administered(principal))
    return keys.filter(
        Q(created_by=principal.user)
        | Q(user=principal.user)
        | Q(user__in=administered.values("user"))
    )


def in_space(keys: ApiKeyQuerySet, space: Space) -> ApiKeyQuerySet:
    """Keep the service keys whose bot is a member of a space."""
    members = Membership.objects.filter(space=space)
    return keys.filter(user__in=members.values("user"))


def get_key(principal: Principal, key_id: str) -> ApiKey:
    """Return a key the principal may see.

    Raises:
        NotFound: There is none, or it is not theirs to see.
    """
    number = ids.decode("ApiKey", key_id)
    keys = ApiKey.objects.filter(pk=number).select_related("user")
    if not principal.is_account_admin:
        personal = Q(user=principal.user, key_type=KeyType.USER)
        services = Q(pk__in=service_keys(principal).values("pk"))
        keys = keys.filter(personal | services)
    if (key := keys.first()) is None:
        raise NotFound("API key not found.")
    return key


def grants_of(bot: User) -> list[SpaceGrant]:
    memberships = Membership.objects.filter(user=bot)
    return [SpaceGrant(one.space_id, Role(one.role)) for one in memberships]


def covers(principal: Principal, bot: User) -> bool:
    """Tell whether a bot may do nothing that the principal may not."""
    if principal.is_account_admin:
        return True
    return bot.account_role != AccountRole.ADMIN and all(
        (own := principal.role_in(grant.space_id)) is not None
        and grant.role.rank <= own.rank
        for grant in grants_of(bot)
    )


def administers(principal: Principal, bot: User) -> bool:
    """Tell whether the principal is an admin wherever a bot may go."""
    if principal.is_account_admin:
        return True
    administered = set(_administered(principal))
    return bot.account_role != AccountRole.ADMIN and all(
        grant.space_id in administered for grant in grants_of(bot)
    )


def shown(
    keys: Iterable[ApiKey],
    principal: Principal,
    *,
    now: datetime,
    secret: str | None = None,
) -> list[ShownKey]:
    """Return keys as they are shown; one query for all bots among their users."""
    keys = list(keys)
    bots = _bots(
        {key.user for key in keys if key.key_type == KeyType.SERVICE}, principal
    )
    return [
        ShownKey(
            key=key,
            status="ACTIVE" if key.is_alive(now) else "REVOKED",
            bot_user=bots.get(key.user_id),
            secret=secret,
        )
        for key in keys
    ]


def _bots(users: set[User], principal: Principal) -> dict[int, Bot]:
    """Return what bots may do in the spaces that the principal sees."""
    found: dict[int, dict[int, list[SpaceGrant]]] = {user.pk: {} for user in users}
    memberships = Membership.objects.filter(
        user__in=users, space__in=access.spaces_of(principal).values("pk")
    )
    for one in memberships.select_related("space").order_by("pk"):
        spaces = found[one.user_id].setdefault(one.space.organization_id, [])
        spaces.append(SpaceGrant(one.space_id, Role(one.role)))
    return {user.pk: _bot(user, found[user.pk]) for user in users}


def _bot(user: User, grants: dict[int, list[SpaceGrant]]) -> Bot:
    # Organizations give no power of their own here; account admins go everywhere.
    everywhere = user.account_role == AccountRole.ADMIN
    role = Role.ADMIN if everywhere else Role.READ_ONLY
    return Bot(
        user=user,
        organizations=tuple(
            OrganizationGrants(number, role, tuple(spaces))
            for number, spaces in grants.items()
        ),
    )


def _administered(principal: Principal) -> list[int]:
    return [space for space, role in principal.roles.items() if role == Role.ADMIN]
