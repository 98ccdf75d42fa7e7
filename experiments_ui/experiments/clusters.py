"""Errors that are one error: the same words but for numbers, ids and quoted parts."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

_LONGEST = 400
_UUID = re.compile(
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE
)
_HEX = re.compile(r"\b(?:0x[0-9a-f]+|(?=[0-9a-f]*[0-9])[0-9a-f]{8,})\b", re.IGNORECASE)
# Quoted names and values differ from case to case; a quoted sentence is the message.
_QUOTED = re.compile(
    r"""'[^'\s]*(?:[ ][^'\s]+)?'
    |   "[^"\s]*(?:[ ][^"\s]+)?"
    |   “[^”\s]*(?:[ ][^”\s]+)?”
    |   `[^`\n]*`""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_BLANKS = re.compile(r"\s+")
_GAP = "…"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Errors of one form; `sequences` are the runs that failed so, in order."""

    key: str
    text: str
    sequences: tuple[int, ...]

    @property
    def count(self) -> int:
        return len(self.sequences)


def clusters_of(errors: Iterable[tuple[int, str]]) -> list[Cluster]:
    """Group errors, given as (run, text); the most frequent comes first."""
    groups: dict[str, list[int]] = {}
    for sequence, text in errors:
        groups.setdefault(plain_form(text), []).append(sequence)
    found = [
        Cluster(_key(text), text, tuple(sequences))
        for text, sequences in groups.items()
    ]
    return sorted(found, key=lambda cluster: -cluster.count)


def plain_form(text: str) -> str:
    """Return an error's text with … for what differs from one case to the next."""
    shown = text[:_LONGEST]
    for pattern in (_UUID, _QUOTED, _HEX, _NUMBER):
        shown = pattern.sub(_GAP, shown)
    return _BLANKS.sub(" ", shown).strip() or "(no message)"


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]
