"""The stock phrases that sample replies and sample verdicts are put together from."""

import json
from functools import cache
from pathlib import Path
from random import Random
from typing import Any


def choose(shelf: str, key: str, *, using: Random) -> str | None:
    """Return one phrase of a shelf's key (a language or a label), if it has any."""
    phrases: list[str] = _replies()[shelf].get(key, [])
    return using.choice(phrases) if phrases else None


def rewordings(language: str) -> list[tuple[str, str]]:
    """Return the pairs of words that may stand for each other in a language."""
    return [(said, instead) for said, instead in _replies()["rewordings"][language]]


def verdicts(finding: str) -> list[str]:
    """Return the explanations a judge may give for one finding."""
    explanations: list[str] = _verdicts()[finding]
    return explanations


@cache
def _replies() -> dict[str, Any]:
    return _read("replies.json")


@cache
def _verdicts() -> dict[str, Any]:
    return _read("verdicts.json")


def _read(file_name: str) -> dict[str, Any]:
    text = Path(__file__).with_name(file_name).read_text(encoding="utf-8")
    shelves: dict[str, Any] = json.loads(text)
    return shelves
