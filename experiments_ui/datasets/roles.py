"""What a dataset's columns are for, guessed from their names; only display needs it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from experiments_ui.arrow.columns import KindName

_INPUT = (
    "input",
    "inputs",
    "question",
    "query",
    "prompt",
    "user_input",
    "user_query",
    "request",
    "message",
    "messages",
    "instruction",
    "ticket",
    "problem",
    "text",
    "content",
)
_EXPECTED = (
    "expected",
    "expected_output",
    "expected_answer",
    "expected_response",
    "reference",
    "reference_answer",
    "reference_output",
    "ground_truth",
    "groundtruth",
    "target",
    "ideal",
    "gold",
    "golden",
    "correct_answer",
    "answer",
    "solution",
    "output",
    "outputs",
    "completion",
    "response",
)
_LABEL = (
    "label",
    "expected_label",
    "true_label",
    "gold_label",
    "category",
    "class",
    "intent",
    "topic",
)
_HOLDS_TEXT = frozenset({"string", "mixed"})
_CAMEL_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Roles:
    """Names of columns; `metadata` has all that play no other part, in their order."""

    input: str | None
    expected: str | None
    label: str | None
    metadata: tuple[str, ...]


def guess(schema: Mapping[str, KindName] | Iterable[tuple[str, KindName]]) -> Roles:
    """Choose columns by their names; the input is at worst the first with text.

    Pass what `queries.columns_of` returns, or a dataset's `schema`. The same columns
    always give the same roles, and no column has two.
    """
    columns = dict(schema)
    shown = [name for name, kind in columns.items() if kind != "null"]
    expected = _first(_EXPECTED, shown)
    label = _first(_LABEL, shown)
    asked = _first(_INPUT, shown)
    if asked is None:
        taken = {expected, label}
        texts = (n for n in shown if columns[n] in _HOLDS_TEXT and n not in taken)
        asked = next((name for name in texts if not _is_metadata(name)), None)
    chosen = {asked, expected, label}
    return Roles(
        input=asked,
        expected=expected,
        label=label,
        metadata=tuple(name for name in columns if name not in chosen),
    )


def _first(wanted: Sequence[str], names: Iterable[str]) -> str | None:
    """Return the column whose name, however written, comes first in `wanted`."""
    known: dict[str, str] = {}
    for name in names:
        known.setdefault(_plain(name), name)
    return next((known[word] for word in wanted if word in known), None)


def _plain(name: str) -> str:
    """Write a name in one way: ``Expected Output``, ``expectedOutput`` and the like.

    Of the dotted names that traces give, ``attributes.input.value`` is its middle.
    """
    middle = name.removeprefix("attributes.").removesuffix(".value")
    words = _CAMEL_HUMP.sub("_", middle).lower()
    return _BETWEEN_WORDS.sub("_", words).strip("_")


def _is_metadata(name: str) -> bool:
    plain = _plain(name)
    return plain in {"id", "metadata", "tags", "split", "source"} or plain.endswith(
        "_id"
    )
