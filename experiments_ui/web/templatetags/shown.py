"""Filters that show a value the same way on every page."""

from datetime import UTC, datetime

from django import template

register = template.Library()

MISSING = "–"


@register.filter
def number(value: float | None, digits: int = 2) -> str:
    """Show a number with grouped thousands, or a dash where there is none."""
    if value is None or value != value:  # noqa: PLR0124 -- NaN is not itself
        return MISSING
    return f"{value:,.{digits}f}"


@register.filter
def count(value: int | None) -> str:
    return MISSING if value is None else f"{value:,}"


@register.filter
def percent(value: float | None, digits: int = 1) -> str:
    return MISSING if value is None else f"{value * 100:.{digits}f}%"


@register.filter
def milliseconds(value: float | None) -> str:
    """Show a duration in the unit that keeps it short: ms below ten seconds."""
    if value is None:
        return MISSING
    if 0 < abs(value) < 1:
        return f"{value:.2g} ms"
    return f"{value:,.0f} ms" if value < 10_000 else f"{value / 1000:,.1f} s"


@register.filter
def usd(value: float | None) -> str:
    """Show a price; small ones keep four decimals, so that they are not all zero."""
    if value is None:
        return MISSING
    return f"${value:,.2f}" if abs(value) >= 1 else f"${value:.4f}"


_STEPS = ((60, "s"), (60, "min"), (24, "h"), (30, "d"), (12, "mo"))


@register.filter
def ago(moment: datetime | None) -> str:
    """Show how long ago, in one unit: 40 s, 5 min, 3 h, 12 d."""
    if moment is None:
        return "never"
    amount = max(0.0, (datetime.now(tz=UTC) - moment).total_seconds())
    for size, unit in _STEPS:
        if amount < size:
            return f"{int(amount)} {unit} ago"
        amount /= size
    return f"{int(amount)} y ago"
