"""Making users and keys, and ending keys."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from experiments_ui.accounts.models import AccountRole, ApiKey, KeyType, User
from experiments_ui.accounts.queries import digest_of
from experiments_ui.errors import Conflict, Invalid

# `last_used_at` is for people: a write per request would cost more than it tells.
_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key and its secret, which is shown this once."""

    key: ApiKey
    secret: str


def create_user(*, username: str, email: str, password: str, account_role: str) -> User:
    """Make a person who can sign in."""
    if User.objects.filter(username=username).exists():
        raise Conflict(f"A user named '{username}' exists already.")
    return User.objects.create_user(
        username=username, email=email, password=password, account_role=account_role
    )


def create_bot(*, name: str, account_role: str = AccountRole.MEMBER) -> User:
    """Make the user behind a service key; nobody can sign in as it."""
    bot = User(
        username=f"bot-{secrets.token_hex(6)}",
        first_name=name[:150],
        is_bot=True,
        account_role=account_role,
    )
    bot.set_unusable_password()
    bot.save()
    return bot


def create_key(
    user: User,
    *,
    name: str,
    by: User | None,
    now: datetime,
    key_type: str = KeyType.USER,
    description: str = "",
    expires_at: datetime | None = None,
) -> NewKey:
    """Make a key that acts as `user`."""
    name = name.strip()
    if not name or len(name) > 256:
        raise Invalid("A key's name has 1 to 256 characters.", {"name": "length"})
    if expires_at is not None and expires_at <= now:
        raise Invalid("expires_at lies in the past.", {"expires_at": "past"})
    secret = f"eui_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        user=user,
        name=name,
        description=description,
        key_type=key_type,
        digest=digest_of(secret),
        redacted_key=f"eui_…{secret[-4:]}",
        created_at=now,
        created_by=by,
        expires_at=expires_at,
    )
    return NewKey(key=key, secret=secret)


def revoke_key(key: ApiKey, *, now: datetime) -> None:
    """End a key at once; ending it twice is no error."""
    ApiKey.objects.filter(pk=key.pk).exclude(revoked_at__lte=now).update(revoked_at=now)


@transaction.atomic
def refresh_key(
    key: ApiKey, *, now: datetime, grace: timedelta, expires_at: datetime | None
) -> NewKey:
    """Replace a key by a new one; the old one lives on through `grace`.

    Raises:
        Invalid: It has ended, was replaced before, or would live longer.
    """
    if not key.is_alive(now):
        raise Invalid("Only an active key can be refreshed.")
    if key.expires_at and expires_at and expires_at > key.expires_at:
        message = "A refresh may not lengthen a key's life; make a new key instead."
        raise Invalid(message, {"expires_at": message})
    # A key is replaced once: again and again would stretch its grace period.
    replaced = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(
        revoked_at=now + grace
    )
    if not replaced:
        raise Invalid("This key was refreshed before; refresh the new one.")
    return create_key(
        key.user,
        name=key.name,
        by=key.created_by,
        now=now,
        key_type=key.key_type,
        description=key.description,
        expires_at=expires_at or key.expires_at,
    )


def touch_key(key: ApiKey, *, now: datetime) -> None:
    """Note that a key was used, at most once a minute."""
    if key.last_used_at is None or now - key.last_used_at > _TOUCH_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
