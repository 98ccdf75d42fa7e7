"""Whose API keys a principal may see and change, and keys of bot users."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from experiments_ui import ids
from experiments_ui.accounts import actions as accounts
from experiments_ui.accounts.actions import NewKey
from experiments_ui.accounts.models import AccountRole, ApiKey, KeyType, User
from experiments_ui.errors import BadRequest, Forbidden, Invalid, NotFound
from experiments_ui.spaces.models import Membership, Role, Space
from experiments_ui.spaces.principals import Principal


@dataclass(frozen=True, slots=True)
class SpaceGrant:
    """The role a service key gets in one space."""

    space_id: int
    role: Role


@dataclass(frozen=True, slots=True)
class OrganizationGrants:
    """The spaces of one organization that a service key enters."""

    org_id: int
    role: str
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
    bot_user: Bot | None = None
    secret: str | None = None
