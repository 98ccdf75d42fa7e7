"""Attributes of spans: any nested value in, one flat object of storable JSON out.

Spans come from machines that nobody can ask to mend them, so nothing is refused
here: what cannot be kept is replaced, visibly.
"""

import base64
import math
from collections.abc import Iterator, Mapping

import orjson

Json = str | int | float | bool | list["Json"] | dict[str, "Json"] | None

# Characters of one text, and of all texts of one span together.
TEXT_LIMIT = 1_000_000
SPAN_LIMIT = 8_000_000
KEY_LIMIT = 500
_LARGEST_INTEGER = 2**63 - 1
# OpenInference defines these as text, so a structure under them becomes JSON text.
_TEXT_NAMES = frozenset(("input.value", "output.value"))


def flat(attributes: Mapping[str, object]) -> dict[str, Json]:
    """Return attributes under dotted names: {"a": {"b": 1}} is {"a.b": 1}.

    Objects in lists are numbered, as OpenInference writes them: a.0.b. Lists of
    plain values stay lists.
    """
    budget = _Budget(SPAN_LIMIT)
    return {
        name: budget.cut(leaf)
        for key, value in attributes.items()
        for name, leaf in _leaves(key_of(key), value)
    }


def text_of(text: str) -> str:
    """Return text that every database holds, cut at the limit with a marker."""
    return _cut(storable(text), TEXT_LIMIT)


def key_of(key: str) -> str:
    return storable(key)[:KEY_LIMIT]


def storable(text: str) -> str:
    """Replace NUL characters and halves of surrogate pairs."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


class _Budget:
    """Cuts texts at the limit, and shorter once a span has used up its share."""

    def __init__(self, characters: int) -> None:
        self._left = characters

    def cut(self, leaf: Json) -> Json:
        if isinstance(leaf, str):
            kept = _cut(leaf, min(TEXT_LIMIT, max(self._left, 1_000)))
            self._left -= len(kept)
            return kept
        if isinstance(leaf, list):
            return [self.cut(part) for part in leaf]
        return leaf


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… [cut: {len(text):,} characters]"


def _leaves(name: str, value: object) -> Iterator[tuple[str, Json]]:
    """Walk down to the values that stay whole, with their dotted names."""
    parts = _parts(value)
    if parts is None:
        yield name, _leaf(value)
    elif name in _TEXT_NAMES:
        yield name, _json_text(value)
    else:
        for key, part in parts:
            yield from _leaves(f"{name}.{key_of(key)}"[:KEY_LIMIT], part)


def _parts(value: object) -> list[tuple[str, object]] | None:
    """Return what a value falls apart into, or None for one that stays whole."""
    if isinstance(value, Mapping) and value:
        return list(value.items())
    if isinstance(value, list | tuple) and _holds_structure(value):
        return [(str(index), part) for index, part in enumerate(value)]
    return None


def _holds_structure(values: list[object] | tuple[object, ...]) -> bool:
    return any(isinstance(value, Mapping | list | tuple) for value in values)


def _leaf(value: object) -> Json:
    match value:
        case None | bool():
            return value
        case int() | float():
            return _number(value)
        case list() | tuple():
            return [_leaf(part) for part in value]
        case Mapping():
            return {key_of(str(key)): _leaf(part) for key, part in value.items()}
        case bytes():
            return base64.b64encode(value).decode()
    return storable(str(value))


def _number(value: float) -> Json:
    """Return a number, or the words for one that JSON cannot hold."""
    if isinstance(value, int):
        return value if abs(value) <= _LARGEST_INTEGER else str(value)
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else f"{'-' if value < 0 else ''}Infinity"


def _json_text(value: object) -> str:
    return orjson.dumps(_leaf(value)).decode()
