"""What changed between two JSON values, path by path."""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

import orjson

MAX_CHANGES = 2_000
MAX_DEPTH = 100
# A longer text is compared by word instead: reading 200 kB takes some 2 ms.
MAX_CHARACTERS = 200_000
# Of a longer key a path shows this much: paths repeat their keys.
_KEY_LETTERS = 80
_PATH_LETTERS = 400

_PLAIN_KEY = re.compile(r"[^\W\d][\w$@-]*")
# A quoted key, to be kept, or the index of a list.
_QUOTED_OR_INDEX = re.compile(r'"(?:[^"\\]|\\.)*"|\[\d+\]')
# Whole numbers beyond 64 bits, which orjson rounds.
_LONG_NUMBER = re.compile(r"\d{19}")


Document = dict[str, object] | list[object]


@dataclass(frozen=True, slots=True)
class PathChange:
    """One difference, such as ``changed`` at ``items[3].total``; the root is ``$``.

    A last change of kind ``truncated`` says that there are more differences than
    are told, or that values are nested too deeply to compare at that path.
    """

    path: str
    kind: Literal["added", "removed", "changed", "truncated"]
    before: object = None
    after: object = None


def diff(base: object, other: object) -> tuple[PathChange, ...]:
    """Compare two JSON values; the order of keys does not matter, that of lists does.

    At most MAX_CHANGES changes are told, in the order of the base's document, and
    one more to say where they were cut.
    """
    changes: list[PathChange] = []
    for change in _changes(base, other):
        if len(changes) == MAX_CHANGES:
            return (*changes, PathChange(change.path, "truncated"))
        changes.append(change)
    return tuple(changes)


def paths(changes: Iterable[PathChange]) -> tuple[str, ...]:
    """Return where the changes are, in order and once each: ``lines[*].total``."""
    return tuple(
        dict.fromkeys(_general(one.path) for one in changes if one.kind != "truncated")
    )


def changed_paths(before_text: str, after_text: str) -> tuple[str, ...] | None:
    """Return the paths at which two JSON texts differ, as `paths` writes them.

    Returns None where one of them is no JSON object or list. Only the first
    MAX_CHANGES changes are looked at.
    """
    before = parse(before_text)
    after = parse(after_text) if before is not None else None
    if before is None or after is None:
        return None
    return paths(diff(before, after))


def parse(text: str) -> Document | None:
    """Read a JSON object or list, also from a Markdown fence; None for all else.

    A text of more than MAX_CHARACTERS is None too.
    """
    text = _unfenced(text) if len(text) <= MAX_CHARACTERS else ""
    if not text.startswith(("{", "[")):
        return None
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return _exact(text, value) if _LONG_NUMBER.search(text) else value


def _general(path: str) -> str:
    return _QUOTED_OR_INDEX.sub(
        lambda found: found[0] if found[0][0] == '"' else "[*]", path
    )


def _unfenced(text: str) -> str:
    text = text.strip()
    if not text.startswith("```") or not text.endswith("```"):
        return text
    return text[3:-3].removeprefix("json").strip()


def _exact(text: str, rounded: Document) -> Document:
    try:
        value: Document = json.loads(text)
    except (ValueError, RecursionError):
        # More digits or levels than Python reads: then rounded is the best there is.
        return rounded
    return value


class _Absent:
    """The other side of a key that only one side has."""


_ABSENT = _Absent()


@dataclass(frozen=True, slots=True)
class _Pair:
    path: str
    before: object
    after: object


def _changes(base: object, other: object) -> Iterator[PathChange]:
    # One iterator per level, so that long lists are never paired up at once.
    levels = [iter((_Pair("", base, other),))]
    while levels:
        pair = next(levels[-1], None)
        if pair is None:
            levels.pop()
        elif pair.before is not pair.after:
            members = _members(pair)
            if members is None:
                yield from _leaf(pair)
            elif len(levels) > MAX_DEPTH:
                yield PathChange(pair.path, "truncated")
            else:
                levels.append(members)


def _leaf(pair: _Pair) -> Iterator[PathChange]:
    path = pair.path or "$"
    if pair.before is _ABSENT:
        yield PathChange(path, "added", after=pair.after)
    elif pair.after is _ABSENT:
        yield PathChange(path, "removed", before=pair.before)
    elif not _equal(pair.before, pair.after):
        yield PathChange(path, "changed", before=pair.before, after=pair.after)


def _members(pair: _Pair) -> Iterator[_Pair] | None:
    """Pair up the members of two objects or of two lists, else return None."""
    before, after = pair.before, pair.after
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        keys = [*before, *(key for key in after if key not in before)]
        return (
            _Pair(
                _step(pair.path, str(key)),
                before.get(key, _ABSENT),
                after.get(key, _ABSENT),
            )
            for key in keys
        )
    if isinstance(before, list | tuple) and isinstance(after, list | tuple):
        both = zip_longest(before, after, fillvalue=_ABSENT)
        return (
            _Pair(f"{pair.path}[{place}]", *values) for place, values in enumerate(both)
        )
    return None


def _step(path: str, key: str) -> str:
    if len(path) > _PATH_LETTERS:
        path = f"…{path[-_PATH_LETTERS // 2 :]}"
    if len(key) > _KEY_LETTERS:
        key = f"{key[:_KEY_LETTERS]}…"
    if not _PLAIN_KEY.fullmatch(key):
        return f"{path}[{json.dumps(key, ensure_ascii=False)}]"
    return f"{path}.{key}" if path else key


def _equal(before: object, after: object) -> bool:
    """Compare two plain values as JSON does: 1 is 1.0, but true is not 1."""
    if isinstance(before, bool) or isinstance(after, bool):
        return before is after
    if isinstance(before, float) and isinstance(after, float) and math.isnan(before):
        return math.isnan(after)
    same_type = type(before) is type(after)
    both_numbers = isinstance(before, int | float) and isinstance(after, int | float)
    return (same_type or both_numbers) and before == after
