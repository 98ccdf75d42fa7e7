"""One limit for all workers of a credential: a row that says when to send what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from experiments_ui.integrations.models import Integration
from experiments_ui.tasks.jobs import clock
from experiments_ui.tasks.models import MOST_IN_FLIGHT, ProviderLimit

# How far ahead places are taken: long enough not to ask for each, short enough that
# a block is soon heeded.
_AHEAD_SECONDS = 0.5
# One wave of refusals counts once.
_WAVE_SECONDS = 1.0
_LONGEST_BLOCK_SECONDS = 600.0
# Successes that win one more call in flight: a wave wins half of its size.
_CLIMB = 2


@dataclass(frozen=True, slots=True)
class Places:
    """When requests may be sent, in seconds from now; without any, when to ask again.

    `most` is how many may be in flight.
    """

    delays: Sequence[float]
    again_s: float
    most: int


def reserve(integration: Integration, wanted: int) -> Places:
    """Take up to `wanted` places in the row of requests that all workers share."""
    if not integration.requests_per_minute:
        return _unspaced(integration, wanted)
    spacing = timedelta(minutes=1) / integration.requests_per_minute
    with transaction.atomic():
        row = _locked(integration)
        now = clock.now()
        start = max(now, row.next_at or now, row.blocked_until or now)
        horizon = now + timedelta(seconds=_AHEAD_SECONDS)
        places: list[datetime] = []
        while start < horizon and len(places) < wanted:
            places.append(start)
            start += spacing
        if places:
            ProviderLimit.objects.filter(pk=row.pk).update(next_at=start)
    wait = (start - horizon).total_seconds()
    return Places(
        [(place - now).total_seconds() for place in places],
        again_s=max(wait, 0.05),
        most=int(row.concurrency),
    )


def told_to_wait(integration: Integration, seconds: float | None) -> None:
    """The provider refused: halve what is in flight, and wait if it said how long."""
    with transaction.atomic():
        row = _locked(integration)
        now = clock.now()
        if row.slowed_at is None or now - row.slowed_at > timedelta(
            seconds=_WAVE_SECONDS
        ):
            row.concurrency = max(1.0, row.concurrency / 2)
            row.slowed_at = now
        if seconds:
            asked = now + timedelta(seconds=min(seconds, _LONGEST_BLOCK_SECONDS))
            row.blocked_until = max(row.blocked_until or asked, asked)
        row.save(update_fields=["concurrency", "slowed_at", "blocked_until"])


def note(integration: Integration, *, successes: int, failures: Sequence[str]) -> int:
    """Keep how calls went: the failures since the last success, with their reasons.

    Returns how many failed in a row, here and at other workers.
    """
    if not successes and not failures:
        return 0
    with transaction.atomic():
        row = _locked(integration)
        if successes:
            grown = row.concurrency + successes / _CLIMB
            row.concurrency = min(float(MOST_IN_FLIGHT), grown)
            row.failures_in_row = 0
        row.failures_in_row += len(failures)
        if failures:
            row.last_failure = failures[-1]
        row.save(update_fields=["concurrency", "failures_in_row", "last_failure"])
    return row.failures_in_row


def forget_failures(integration: Integration) -> None:
    """Close the breaker: someone wants to try again."""
    ProviderLimit.objects.filter(pk=integration.pk).update(failures_in_row=0)


def _unspaced(integration: Integration, wanted: int) -> Places:
    row = ProviderLimit.objects.filter(pk=integration.pk).first()
    if row is None:
        return Places([0.0] * wanted, again_s=0.05, most=MOST_IN_FLIGHT)
    blocked = row.blocked_until
    left = (blocked - clock.now()).total_seconds() if blocked else 0.0
    if left > 0:
        return Places([], again_s=left, most=int(row.concurrency))
    return Places([0.0] * wanted, again_s=0.05, most=int(row.concurrency))


def _locked(integration: Integration) -> ProviderLimit:
    ProviderLimit.objects.get_or_create(integration=integration)
    return ProviderLimit.objects.select_for_update().get(pk=integration.pk)
