"""What a check says of a row, and how it reads the row's values."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from experiments_ui.errors import Invalid

PASS, FAIL = "pass", "fail"

# Parameters as they are stored: text, or a list of texts.
Parameters = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict; `score` is from 0 to 1."""

    label: str
    score: float
    explanation: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """No verdict, and why: a row without what the check needs is not a failure."""

    reason: str


# The values come in the order of the check's variables.
Checker = Callable[[Sequence[object]], Outcome | Skipped]


def verdict(explanation: str, *, passes: bool) -> Outcome:
    return Outcome(PASS if passes else FAIL, float(passes), explanation)


def invalid(parameter: str, message: str) -> Invalid:
    """Return what to raise of a parameter that cannot be used."""
    return Invalid(message, {parameter: message})


def text_of(value: object) -> str:
    """Return text as it is, and anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def single(parameters: Parameters, name: str, default: str = "") -> str:
    """Return a parameter that is one text."""
    value = parameters.get(name, default)
    if not isinstance(value, str):
        raise invalid(name, f"{name} is one text, not a list.")
    return value


def flag(parameters: Parameters, name: str) -> bool:
    """Return a parameter that is written as true or false; false without it."""
    word = single(parameters, name, "false").strip().lower()
    if word not in {"true", "false"}:
        raise invalid(name, f"Write {name} as true or false.")
    return word == "true"


def number(parameters: Parameters, name: str, default: str) -> float:
    """Return a parameter that is written as a number that is not negative."""
    words = single(parameters, name, default)
    try:
        value = float(words)
    except ValueError:
        value = -1
    if not 0 <= value < float("inf"):
        raise invalid(name, f"{name} must be a number of 0 or more.")
    return value


def against(values: Sequence[object], expected: str | None) -> tuple[object, object]:
    """Return a value and what it should be: the second value, or the parameter."""
    return values[0], values[1] if len(values) > 1 else expected
