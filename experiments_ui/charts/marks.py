"""Marks: the filters that a bar, a step or a point stands for."""

import re

_BARE = re.compile(r"[\w$@]+(?:-+[\w$@]+)*")


def between(term: str, low: float | None, high: float | None) -> str | None:
    """Return the filter of `low` <= term < `high`; None for an open end.

    A term that no filter can name ("") has no filter either.
    """
    if not term:
        return None
    parts = []
    if low is not None:
        parts.append(f"{term} >= {literal(low)}")
    if high is not None:
        parts.append(f"{term} < {literal(high)}")
    return " AND ".join(parts) or None


def outside(
    term: str, low: float | None, high: float | None, *, gap: float
) -> str | None:
    """Return the filter of a bin of changes: an end at zero leaves the gap out."""
    if not term:
        return None
    parts = []
    if low is not None:
        parts.append(
            f"{term} > {literal(gap)}" if low == 0 else f"{term} >= {literal(low)}"
        )
    if high is not None:
        end = -gap if high == 0 else high
        parts.append(f"{term} < {literal(end)}")
    return " AND ".join(parts) or None


def equal(term: str, value: float) -> str | None:
    return f"{term} = {literal(value)}" if term else None


def at_least(term: str, value: float) -> str | None:
    return f"{term} >= {literal(value)}" if term else None


def above(term: str, value: float) -> str | None:
    return f"{term} > {literal(value)}" if term else None


def at_most(term: str, value: float) -> str | None:
    return f"{term} <= {literal(value)}" if term else None


def both(*filters: str | None) -> str | None:
    """Return a filter of rows that pass all of these; None if one cannot be said."""
    known = [one for one in filters if one]
    return " AND ".join(known) if len(known) == len(filters) else None


def change(after: str, before: str) -> str:
    """Return the term of a difference, or "" where a side has no name."""
    return f"{after} - {before}" if after and before else ""


def literal(value: float) -> str:
    """Return a number as filters write it: exactly, and whole ones without a point."""
    number = float(value)
    is_whole = number.is_integer() and abs(number) < 1e15
    return str(int(number)) if is_whole else repr(number)


def named(prefix: str, column: str) -> str:
    """Return what a filter calls a column: ``b.eval."my tone".score``."""
    segments = column.split(".")
    if not all(segments):
        return f'{prefix}."{_doubled(column)}"'
    return ".".join((prefix, *map(_segment, segments)))


def _segment(text: str) -> str:
    return text if _BARE.fullmatch(text) else f'"{_doubled(text)}"'


def _doubled(text: str) -> str:
    return text.replace('"', '""')
