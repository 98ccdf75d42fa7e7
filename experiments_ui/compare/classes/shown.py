"""Figures of a classification as the page says them."""

from dataclasses import dataclass
from typing import Literal

from experiments_ui.analysis.classification import Metric
from experiments_ui.experiments.shown import Delta

_LEAST_SHOWN = 0.0005


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure; `why` is said in its place where it is undefined."""

    text: str
    span: str = ""
    why: str = ""
    note: str = ""
    delta: Delta | None = None
    delta_span: str = ""


def figure(metric: Metric, change: Metric | None = None) -> Shown:
    """Return a figure with its interval, and its change against the baseline."""
    if metric.value is None:
        return Shown("undefined", why=metric.reason, delta=delta(change))
    left_out = metric.left_out
    words = "class has none" if left_out == 1 else "classes have none"
    return Shown(
        text=decimals(metric.value),
        span=span(metric.low, metric.high),
        note=f"{left_out:,} {words}" if left_out else "",
        delta=delta(change),
        delta_span=_change_span(change),
    )


def delta(change: Metric | None) -> Delta | None:
    """Return a change; only one whose interval is away from 0 is better or worse."""
    if change is None or change.value is None:
        return None
    text = decimals(abs(change.value))
    if abs(change.value) < _LEAST_SHOWN:
        return Delta(text, "same", "same")
    direction: Literal["up", "down"] = "up" if change.value > 0 else "down"
    if change.low is None or change.high is None or change.low <= 0 <= change.high:
        return Delta(text, direction, "same")
    return Delta(text, direction, "better" if change.value > 0 else "worse")


def _change_span(change: Metric | None) -> str:
    if change is None or change.low is None or change.high is None:
        return ""
    return f"{signed(change.low)} to {signed(change.high)}"


def decimals(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")


def signed(value: float) -> str:
    return f"{'−' if value < 0 else '+'}{abs(value):.3f}"


def span(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:.3f} – {high:.3f}"


def p_value(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"
