"""Axes: what they measure, and how their numbers read."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from experiments_ui.charts.figure import Plain, plain_text

Goal = Literal["maximize", "minimize", "none"]
Unit = Literal["", "ms", "usd", "tokens", "share"]

_WORDS = {"ms": " (ms)", "usd": " (USD)"}


@dataclass(frozen=True, slots=True)
class Axis:
    """One measure: its title, the unit of its values, and which direction is better."""

    title: str
    unit: Unit = ""
    goal: Goal = "none"

    @property
    def name(self) -> str:
        """The title inside a sentence: `Latency` is said `latency`, `F1` stays."""
        is_word = self.title[1:2].islower() or len(self.title) == 1
        return self.title[:1].lower() + self.title[1:] if is_word else self.title

    def text(self, value: float | None) -> str:
        """Return a value as a table shows it; a dash where there is none."""
        if value is None or value != value:  # noqa: PLR0124 -- NaN is not itself
            return "–"
        return self._text(value).replace("-", "−")

    def _text(self, value: float) -> str:
        match self.unit:
            case "share":
                return f"{100 * value:.1f}%"
            case "usd":
                return f"${value:,.2f}" if abs(value) >= 1 else f"${value:.4f}"
            case "ms":
                return f"{value:,.0f} ms"
            case "tokens":
                return f"{value:,.0f}"
        return short(value)

    def change(self, value: float) -> str:
        """Return a difference with its sign."""
        sign = "+" if value > 0 else "−" if value < 0 else ""
        return sign + self.text(abs(value))

    def logarithmic(self, low: float, high: float, **more: object) -> Plain:
        """Return the axis on a log scale from `low` to `high`, both above zero."""
        made = self.layout() | more
        ticks = list(_round_values(low, high))
        return made | {
            "type": "log",
            "title": {"text": f"{made['title']['text']}, log scale"},
            "range": [math.log10(low), math.log10(high)],
            "tickvals": ticks,
            "ticktext": [short(tick) for tick in ticks],
        }

    def layout(self, **more: object) -> Plain:
        """Return the axis for Plotly."""
        made: Plain = {
            "title": {"text": plain_text(self.title) + _WORDS.get(self.unit, "")},
            "automargin": True,
            "exponentformat": "none",
            "separatethousands": True,
        }
        if self.unit == "share":
            made["tickformat"] = ".0%"
        if self.unit == "usd":
            made["tickprefix"] = "$"
        return made | more


# The axes of how many, and of what part of all.
COUNT = Axis("Rows", "tokens")
SHARE = Axis("Share of runs", "share")


def _round_values(low: float, high: float) -> Iterator[float]:
    """Yield 1, 2 and 5 times the powers of ten between two values above zero.

    Over many powers, only these themselves.
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for power in range(first, last + 1):
        for factor in (1, 2, 5) if last - first <= 4 else (1,):
            value = factor * 10.0**power
            if low <= value <= high:
                yield value


def short(value: float) -> str:
    """Return a number to four digits, without an exponent where it reads well."""
    if value and not 1e-4 <= abs(value) < 1e9:
        return f"{value:.3g}"
    text = f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return text.replace("-", "−")


def plural(count: int, one: str, several: str = "") -> str:
    """Return a count and its word: ``1 row``, ``2,000 rows``."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"
