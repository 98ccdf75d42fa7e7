"""Users and API keys."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q


class AccountRole(models.TextChoices):
    ADMIN = "ADMIN"
    MEMBER = "MEMBER"
    ANNOTATOR = "ANNOTATOR"


class User(AbstractUser):
    """A person, or the bot behind a service key. Account admins enter every space."""

    account_role = models.CharField(
        max_length=20, choices=AccountRole.choices, default=AccountRole.MEMBER
    )
    is_bot = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"], condition=~Q(email=""), name="user_email_once"
            ),
        ]

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username


class KeyType(models.TextChoices):
    USER = "USER"
    SERVICE = "SERVICE"


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def alive(self, now: datetime) -> Self:
        return self.filter(
            Q(revoked_at=None) | Q(revoked_at__gt=now),
            Q(expires_at=None) | Q(expires_at__gt=now),
        )

    def ended(self, now: datetime) -> Self:
        return self.filter(Q(revoked_at__lte=now) | Q(expires_at__lte=now))


class ApiKey(models.Model):
    """A key is shown once; only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=256)
    description = models.TextField(blank=True)
    key_type = models.CharField(
        max_length=10, choices=KeyType.choices, default=KeyType.USER
    )
    digest = models.CharField(max_length=64, unique=True)
    redacted_key = models.CharField(max_length=32)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    expires_at = models.DateTimeField(null=True)
    # In the future while a refreshed key lives through its grace period.
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    objects = ApiKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} ({self.redacted_key})"

    def is_alive(self, now: datetime) -> bool:
        return all(at is None or at > now for at in (self.revoked_at, self.expires_at))
