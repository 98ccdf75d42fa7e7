"""Making, replacing and ending API keys, never stronger than who asks."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from experiments_ui.accounts import actions as accounts
from experiments_ui.accounts.actions import NewKey
from experiments_ui.accounts.models import AccountRole, ApiKey, KeyType, User
from experiments_ui.errors import Forbidden, Invalid
from experiments_ui.spaces import key_queries
from experiments_ui.spaces.key_queries import SpaceGrant
from experiments_ui.spaces.models import Membership
from experiments_ui.spaces.principals import Principal


def create_user_key(
    principal: Principal,
    *,
    name: str,
    now: datetime,
    description: str = "",
    expires_at: datetime | None = None,
) -> NewKey:
    """Make a key that acts as the person who asks.

    Raises:
        Forbidden: A bot asks: its keys are service keys, and people make those.
    """
    if principal.user.is_bot:
        raise Forbidden("A service key cannot make personal keys.")
    return accounts.create_key(
        principal.user,
        name=name,
        by=principal.user,
        now=now,
        description=description,
        expires_at=expires_at,
    )


def create_service_key(
    principal: Principal,
    *,
    name: str,
    account_role: str,
    grants: Sequence[SpaceGrant],
    now: datetime,
    description: str = "",
    expires_at: datetime | None = None,
) -> NewKey:
    """Make a bot user and its key, at most as strong as who asks.

    Raises:
        Invalid: A role is above the principal's own, or a space is named twice.
    """
    _check_strength(principal, account_role=account_role, grants=grants)
    return make_service_key(
        name=name,
        account_role=account_role,
        grants=grants,
        by=principal.user,
        now=now,
        description=description,
        expires_at=expires_at,
    )


@transaction.atomic
def make_service_key(
    *,
    name: str,
    account_role: str,
    grants: Sequence[SpaceGrant],
    by: User | None,
    now: datetime,
    description: str = "",
    expires_at: datetime | None = None,
) -> NewKey:
    """Make a bot user and its key; the caller answers for what it may do."""
    bot = accounts.create_bot(name=name, account_role=account_role)
    Membership.objects.bulk_create(
        Membership(user=bot, space_id=grant.space_id, role=grant.role)
        for grant in grants
    )
    return accounts.create_key(
        bot,
        name=name,
        by=by,
        now=now,
        key_type=KeyType.SERVICE,
        description=description,
        expires_at=expires_at,
    )


def refresh_key(
    principal: Principal,
    key: ApiKey,
    *,
    now: datetime,
    grace: timedelta,
    expires_at: datetime | None,
) -> NewKey:
    """Replace a key; whoever asks learns a secret, so the key may do no more than they.

    Raises:
        Forbidden: It is another person's key, or one that may do more.
        Invalid: It is no longer active, or would live longer.
    """
    if key.key_type == KeyType.USER and key.user_id != principal.user.pk:
        raise Forbidden("Only its owner can refresh a personal key.")
    if key.key_type == KeyType.SERVICE:
        _check_change(principal, key)
        if not key_queries.covers(principal, key.user):
            raise Forbidden("This key may do more than you may.")
    return accounts.refresh_key(key, now=now, grace=grace, expires_at=expires_at)


def revoke_key(principal: Principal, key: ApiKey, *, now: datetime) -> None:
    """End a key at once; ending it twice is no error.

    Raises:
        Forbidden: It is a service key someone else made for spaces beyond one's own.
    """
    if key.key_type == KeyType.SERVICE:
        _check_change(principal, key)
    accounts.revoke_key(key, now=now)


def _check_change(principal: Principal, key: ApiKey) -> None:
    if principal.user.pk in {key.user_id, key.created_by_id}:
        return
    if not key_queries.administers(principal, key.user):
        raise Forbidden("This needs the role admin in every space of the key.")


def _check_strength(
    principal: Principal, *, account_role: str, grants: Sequence[SpaceGrant]
) -> None:
    if account_role == AccountRole.ADMIN and not principal.is_account_admin:
        raise Invalid("account_role is above your own.", {"account_role": "too high"})
    for grant in grants:
        own = principal.role_in(grant.space_id)
        if own is None or grant.role.rank > own.rank:
            raise Invalid(
                f"The role {grant.role} is above your own in that space.",
                {"organizations": f"{grant.role} is above your own role"},
            )
    if len({grant.space_id for grant in grants}) < len(grants):
        raise Invalid("Name each space once.", {"organizations": "a space twice"})
