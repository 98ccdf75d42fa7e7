"""Numbers of a metric as people read them."""

from dataclasses import dataclass
from typing import Literal

from experiments_ui.experiments.metrics import Metric
from experiments_ui.web.templatetags.shown import (
    MISSING,
    milliseconds,
    number,
    percent,
    usd,
)

# More digits than a float has, and less than two decimals can show.
_LARGEST, _SMALLEST = 1e15, 0.005


@dataclass(frozen=True, slots=True)
class Delta:
    """A change as it is drawn: unsigned text, the arrow, and what it means."""

    value: str
    direction: Literal["up", "down", "same"]
    verdict: Literal["better", "worse", "changed", "same"]

    @property
    def said(self) -> str:
        """What the colour and the arrow say, in words before the value."""
        rose = {"up": "up by", "down": "down by", "same": "same"}[self.direction]
        return rose if self.verdict in ("changed", "same") else f"{self.verdict} by"


def shown(value: float | None, metric: Metric, *, is_rate: bool = False) -> str:
    """Return a value with its unit; a share of passes as per cent."""
    if value is None or value != value:  # noqa: PLR0124 -- NaN is not itself
        return MISSING
    if not -_LARGEST < value < _LARGEST:
        return _huge(value)
    match metric.unit:
        case "ms":
            return milliseconds(value)
        case "usd":
            return usd(value)
        case "tokens":
            return number(value, 0)
    return percent(value) if is_rate else _score(value)


def _score(value: float) -> str:
    """Return a score with two decimals; one that these would show as 0, in full."""
    is_tiny = 0 < abs(value) < _SMALLEST
    return f"{value:.2g}" if is_tiny else number(value, 2)


def _huge(value: float) -> str:
    """Return a value of too many digits to read; a difference may be beyond floats."""
    return f"{value:.3g}".replace("inf", "∞")


def span(
    low: float | None, high: float | None, metric: Metric, *, is_rate: bool = False
) -> str:
    """Return the two ends of an interval, the unit once: ``85.2 – 88.2%``."""
    if low is None or high is None:
        return ""
    first, last = (shown(end, metric, is_rate=is_rate) for end in (low, high))
    return f"{first.removesuffix('%')} – {last}"


def signed(value: float | None, metric: Metric, *, is_rate: bool = False) -> str:
    """Return a change with its sign; of a share of passes, in points without a unit."""
    if value is None or value != value:  # noqa: PLR0124 -- NaN is not itself
        return MISSING
    text = shown(abs(value), metric, is_rate=is_rate).removesuffix("%")
    sign = "−" if value < 0 else "+"
    return f"{sign}{text}" if value else text


def signed_span(
    low: float | None, high: float | None, metric: Metric, *, is_rate: bool = False
) -> str:
    """Return the ends of a change's interval: ``+2.1 to +10.3 points``."""
    if low is None or high is None:
        return ""
    first, last = (signed(end, metric, is_rate=is_rate) for end in (low, high))
    return f"{first} to {last}{' points' if is_rate else ''}"


def delta(
    change: float | None, metric: Metric, *, is_rate: bool = False
) -> Delta | None:
    """Return how a change is drawn, or None where there is nothing to compare."""
    if change is None or change != change:  # noqa: PLR0124 -- NaN is not itself
        return None
    text = shown(abs(change), metric, is_rate=is_rate).removesuffix("%")
    if change == 0:
        return Delta(text, "same", "same")
    rose = change > 0
    direction: Literal["up", "down"] = "up" if rose else "down"
    if metric.goal == "none":
        return Delta(text, direction, "changed")
    is_better = rose == (metric.goal == "maximize")
    return Delta(text, direction, "better" if is_better else "worse")
