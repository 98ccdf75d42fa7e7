"""Nanoseconds since 1970 and moments, exact to the microsecond."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST_NS = 2**63 - 1


def moment_of(nanoseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=nanoseconds // 1000)


def nanoseconds_of(moment: datetime) -> int:
    """Return nanoseconds since 1970, at most what the tables hold."""
    since = moment - _EPOCH
    micros = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    return max(-_LARGEST_NS, min(micros * 1000, _LARGEST_NS))
