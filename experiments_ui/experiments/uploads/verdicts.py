"""Scores in a file, in either shape: columns of their own, or one of evaluations."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

COLUMN = "evaluations"
_PREFIX = "eval."
_SCORE = ".score"
_MOST_PROBLEMS = 20
_MEMBERS = ("score", "label", "explanation")


@dataclass(slots=True)
class Problems:
    """What cannot be used: the first of them by row, and how many in all."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, row: int, text: str) -> None:
        self.count += 1
        if len(self.first) < _MOST_PROBLEMS:
            self.first.append(f"Row {row}: {text}")


def is_score(name: str) -> bool:
    return name.startswith(_PREFIX) and name.endswith(_SCORE)


def number_of(value: object, *, name: str, row: int, problems: Problems) -> object:
    """Return a score as a number; what is none is missing, and a problem."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value).strip()
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if math.isfinite(number):
        return int(text) if text.lstrip("+-").isdecimal() else number
    problems.add(row, f"{name} is “{text[:60]}”, which is not a number")
    return None


def flat(value: object, *, row: int, problems: Problems) -> dict[str, object]:
    """Return an evaluations object or list as ``eval.<name>.<member>`` columns."""
    if isinstance(value, str):
        value = _parsed(value)
    if value is None or value == "":
        return {}
    found: dict[str, object] = {}
    for name, verdict in _named(value, row, problems):
        for member in _MEMBERS:
            part = verdict.get(member)
            if part is not None:
                found[f"{_PREFIX}{name}.{member}"] = part
    return found


def _named(
    value: object, row: int, problems: Problems
) -> list[tuple[str, Mapping[str, object]]]:
    if isinstance(value, Mapping):
        return [(str(name), _verdict(part)) for name, part in value.items()]
    if not isinstance(value, list):
        problems.add(row, f"{COLUMN} is neither a list nor an object")
        return []
    found = []
    for part in value:
        name = part.get("name") if isinstance(part, Mapping) else None
        if not isinstance(name, str) or not name:
            problems.add(row, f"an entry of {COLUMN} has no name")
            continue
        found.append((name, part))
    return found


def _verdict(part: object) -> Mapping[str, object]:
    """Read a bare value: a number is a score, a text a label."""
    if isinstance(part, Mapping):
        return part
    return {"label" if isinstance(part, str) else "score": part}


def _parsed(text: str) -> object:
    try:
        return orjson.loads(text) if text.strip() else None
    except orjson.JSONDecodeError:
        return 0  # neither list nor object: reported as such
