"""Finding users and live keys."""

import hashlib
from datetime import datetime

from django.db.models import QuerySet

from experiments_ui.accounts.models import ApiKey, User
from experiments_ui.errors import NotFound, Unauthenticated


def digest_of(secret: str) -> str:
    """Return what is stored of a key: keys are random, so one SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def live_key(secret: str, *, now: datetime) -> ApiKey:
    """Return the key with its user.

    Raises:
        Unauthenticated: It is unknown, revoked, expired, or its user is inactive.
    """
    key = (
        ApiKey.objects.alive(now)
        .select_related("user")
        .filter(digest=digest_of(secret), user__is_active=True)
        .first()
    )
    if key is None:
        raise Unauthenticated("The API key is unknown, revoked or expired.")
    return key


def keys_of(user: User) -> QuerySet[ApiKey]:
    """Return the keys a person made or owns, newest first."""
    return (
        ApiKey.objects.filter(user=user) | ApiKey.objects.filter(created_by=user)
    ).order_by("-created_at", "-pk")


def own_key(user: User, number: int) -> ApiKey:
    """Return one of a person's keys.

    Raises:
        NotFound: There is none, or it is somebody else's.
    """
    found = keys_of(user).filter(pk=number).first()
    if found is None:
        raise NotFound("API key not found.")
    return found


def users() -> QuerySet[User]:
    """Return people (no bots, nobody who left), oldest first."""
    return User.objects.filter(is_bot=False, is_active=True).order_by("pk")
