"""When and how long to wait before a call is tried again."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

SECONDS = re.compile(r"(\d{1,12}(?:\.\d{1,12})?)s\Z")
LONGEST_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a call is tried, and how long it waits in between.

    Attributes:
        tries: HTTP requests in all; 1 leaves trying again to the caller.
        base_s: The first wait is up to this, each further one up to twice as long.
        cap_s: No own wait is longer.
        asked_cap_s: A provider that asks for a longer wait ends the call, with an
            error that tells how long.
    """

    tries: int = 1
    base_s: float = 0.5
    cap_s: float = 30.0
    asked_cap_s: float = 60.0

    def wait_s(
        self, tries: int, asked_s: float | None, random: Callable[[], float]
    ) -> float | None:
        """Seconds to wait after so many tries; None to give up. Jitter is full."""
        if tries >= self.tries:
            return None
        drawn = random() * min(self.cap_s, self.base_s * 2.0 ** (tries - 1))
        if asked_s is None:
            return drawn
        # Asked for together, all would come back together: a little is added.
        return None if asked_s > self.asked_cap_s else asked_s + drawn / 10


class Gate(Protocol):
    """What a client asks before, and tells after, each HTTP request.

    With one gate shared by all callers of a credential, they keep one limit.
    """

    async def enter(self) -> None:
        """Return when a request may be sent."""
        ...

    async def told_to_wait(self, seconds: float | None) -> None:
        """The provider refused for now; for `seconds`, where it said so."""
        ...

    async def succeeded(self) -> None: ...


class OpenGate:
    """Lets everything through."""

    async def enter(self) -> None:
        """Now."""

    async def told_to_wait(self, seconds: float | None) -> None:
        """Nobody else needs to know."""

    async def succeeded(self) -> None:
        """As it should."""


def retry_after(
    headers: Mapping[str, str], body: Mapping[str, Any] | None, *, now: datetime
) -> float | None:
    """Seconds that the provider asks to wait, from 0 to a day; None if it does not.

    Read in this order: ``retry-after-ms``, ``Retry-After`` in seconds or as a date,
    and Google's RetryInfo in the body. What cannot be read is as if not said.
    """
    low = {name.lower(): value.strip() for name, value in headers.items()}
    milliseconds = _number(low.get("retry-after-ms"))
    found = [
        None if milliseconds is None else milliseconds / 1000,
        _number(low.get("retry-after")),
        _until(low.get("retry-after"), now),
        _retry_info(body or {}),
    ]
    said = next((each for each in found if each is not None), None)
    return None if said is None else min(max(said, 0.0), LONGEST_S)


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _until(text: str | None, now: datetime) -> float | None:
    try:
        date = parsedate_to_datetime(text or "")
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return (date - now).total_seconds()


def _retry_info(body: Mapping[str, Any]) -> float | None:
    for detail in error_details(body):
        if str(detail.get("@type", "")).endswith("RetryInfo"):
            match = SECONDS.match(str(detail.get("retryDelay", "")))
            return float(match[1]) if match else None
    return None


def error_details(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Google's list of what an error means, whatever else it may be."""
    error = body.get("error")
    details = error.get("details") if isinstance(error, Mapping) else None
    if not isinstance(details, list):
        return []
    return [detail for detail in details if isinstance(detail, Mapping)]
