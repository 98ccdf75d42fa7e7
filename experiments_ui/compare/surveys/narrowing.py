"""Filters made of the one there is and a condition that somebody chose."""

import re

_OR = re.compile(r"\bor\b", re.IGNORECASE)
_WRAPPED = re.compile(r"\([^()']*\)")
_PATH = re.compile(r"(?: AND )?\b[a-j]\.changed_paths CONTAINS '(?:[^']|'')*'")


def narrowed(where: str, condition: str) -> str:
    """Return a filter for the rows of a filter that also meet a condition."""
    where = where.strip()
    if not where:
        return condition
    if _OR.search(where) and not _WRAPPED.fullmatch(where):
        where = f"({where})"
    return f"{where} AND {condition}"


def without_paths(where: str) -> str:
    """Return a filter without the conditions on paths that `narrowed` added."""
    return _PATH.sub("", where).removeprefix(" AND ").strip()
