"""Values of any kind as text on a page."""

from dataclasses import dataclass

import orjson

_LONGEST_IN_A_CELL = 300


@dataclass(frozen=True, slots=True)
class Passage:
    """A named text, shown whole; JSON is shown as a tree."""

    title: str
    text: str
    is_json: bool

    @classmethod
    def of(cls, title: str, value: object) -> "Passage":
        text = as_text(value)
        return cls(title, text, is_json_tree(text))


def as_text(value: object) -> str:
    """Return text as it is, nothing for a missing value, and JSON for the rest."""
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def in_a_cell(value: object) -> str:
    """Return the beginning of a value on one line, short enough for any table."""
    return shortened(" ".join(as_text(value)[: 2 * _LONGEST_IN_A_CELL].split()))


def shortened(text: str, *, most: int = _LONGEST_IN_A_CELL) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def is_json_tree(text: str) -> bool:
    """Tell whether text is an object or a list in JSON, worth showing as a tree."""
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        return isinstance(orjson.loads(text), dict | list)
    except orjson.JSONDecodeError:
        return False
