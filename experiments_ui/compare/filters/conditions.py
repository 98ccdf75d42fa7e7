"""Conditions of the filter language, written from names and values."""

import re

from experiments_ui.analysis.filters.tokens import KEYWORDS

_BARE = re.compile(r"[\w$@]+(?:-+[\w$@]+)*")
_STARTS_AS_NUMBER = re.compile(r"[0-9]")


def quoted(name: str) -> str:
    """Return a column's name as a filter reads it: odd parts stand in quotes."""
    if name.upper() in KEYWORDS:
        return f'"{name}"'
    return ".".join(_part(part) for part in name.split(".")) if name else '""'


def _part(part: str) -> str:
    if _BARE.fullmatch(part) and not _STARTS_AS_NUMBER.match(part):
        return part
    escaped = part.replace('"', '""')
    return f'"{escaped}"'


def literal(value: object) -> str:
    """Return a text, number or truth value as a filter reads it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return written(value)
    return "'" + str(value).replace("'", "''") + "'"


def written(value: object) -> str:
    """Return a value as people read it: whole numbers without a point."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def equals(name: str, value: object) -> str:
    """Return the condition that a column has a value, or none for None."""
    if value is None:
        return f"{quoted(name)} IS NULL"
    return f"{quoted(name)} = {literal(value)}"


def both(first: str, second: str) -> str:
    """Return the filter that two filters agree on; an empty one allows all."""
    if not first.strip() or not second:
        return first.strip() or second
    needs_marks = re.search(r"\bOR\b", first, re.IGNORECASE)
    return f"({first}) AND {second}" if needs_marks else f"{first} AND {second}"
