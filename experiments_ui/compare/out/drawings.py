"""Small pictures drawn as SVG on the server: they need no script to be seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import numpy.typing as npt
from django.utils.safestring import SafeString, mark_safe

Floats = npt.NDArray[np.float64]

_WIDTH, _HEIGHT = 200.0, 20.0
_BARS_HEIGHT = 64.0
_MOST_BINS = 24


@dataclass(frozen=True, slots=True)
class Span:
    """The ends of an axis."""

    low: float
    high: float

    def place(self, value: float) -> float:
        """Return where a value lies, 0 at the left end and `_WIDTH` at the right."""
        return _WIDTH * (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a histogram; `tone` is a class of the style sheet."""

    count: int
    tone: str
    label: str


def span_around_zero(ends: Sequence[float | None]) -> Span | None:
    """Return an axis that shows zero and all ends; None where all are zero or None."""
    known = [0.0, *(end for end in ends if end is not None)]
    low, high = min(known), max(known)
    if low == high:
        return None
    margin = 0.06 * (high - low)
    return Span(low - margin, high + margin)


def interval_strip(
    span: Span, *, delta: float, low: float, high: float, label: str
) -> SafeString:
    """Return a change and its interval on an axis with a line at zero."""
    middle = _HEIGHT / 2
    start, stop, dot, zero = map(span.place, (low, high, delta, 0.0))
    return _svg(
        f'<line class="zero" x1="{zero:.1f}" x2="{zero:.1f}" y1="0" y2="{_HEIGHT}"/>'
        f'<line class="reach" x1="{start:.1f}" x2="{stop:.1f}" y1="{middle}" '
        f'y2="{middle}"/>'
        f'<circle class="point" cx="{dot:.1f}" cy="{middle}" r="4"/>',
        kind="strip",
        height=_HEIGHT,
        label=label,
    )


def bars(drawn: Sequence[Bar], *, tallest: int, label: str) -> SafeString:
    """Return a histogram whose full height stands for `tallest`."""
    step = _WIDTH / max(1, len(drawn))
    return _svg(
        "".join(
            _bar(bar, index * step, step, tallest) for index, bar in enumerate(drawn)
        )
        + f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{_BARS_HEIGHT}" '
        f'y2="{_BARS_HEIGHT}"/>',
        kind="bars",
        height=_BARS_HEIGHT,
        label=label,
    )


def edges(values: Floats) -> Floats | None:
    """Return the edges of bins for some values, a bin for each of a few values."""
    known = np.unique(values[np.isfinite(values)])
    if not len(known):
        return None
    if len(known) == 1:
        return _spread(known[0] - 0.5, known[0] + 0.5, 1)
    return _spread(known[0], known[-1], min(_MOST_BINS, len(known)))


def edges_around_zero(values: Floats) -> Floats | None:
    """Return edges that lie alike on both sides of zero, none of them on it."""
    known = np.unique(np.abs(values[np.isfinite(values) & (values != 0)]))
    if not len(known):
        return None
    count = 2 * min(_MOST_BINS // 2, len(known)) + 1
    return _spread(-known[-1], known[-1], count)


def _spread(low: float, high: float, count: int) -> Floats:
    """Return the edges of bins from `low` to `high`, fewer where floats are too few.

    The halves never overflow, though their sum's span may.
    """
    halves = np.linspace(low / 2, high / 2, count + 1)
    ends = np.unique(np.clip(2 * halves, low, high))
    if len(ends) > 1:
        return ends
    return np.array([np.nextafter(low, -np.inf), np.nextafter(high, np.inf)])


def _bar(bar: Bar, x: float, step: float, tallest: int) -> str:
    if not bar.count:
        return ""
    height = max(1.0, (_BARS_HEIGHT - 2) * bar.count / max(1, tallest))
    return (
        f'<rect class="{bar.tone}" x="{x + 0.06 * step:.2f}" width="{0.88 * step:.2f}" '
        f'y="{_BARS_HEIGHT - height:.2f}" height="{height:.2f}">'
        f"<title>{escape(bar.label)}</title></rect>"
    )


def _svg(content: str, *, kind: str, height: float, label: str) -> SafeString:
    stretch = ' preserveAspectRatio="none"' if kind == "bars" else ""
    # Numbers were formatted above, and all text is escaped.
    return mark_safe(  # noqa: S308 -- see the line above
        f'<svg class="{kind}" viewBox="0 0 {_WIDTH:g} {height:g}"{stretch} role="img" '
        f'aria-label="{escape(label)}">{content}</svg>'
    )
