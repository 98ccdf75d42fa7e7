"""Labels as people mean them: one canonical text for each, whatever its type."""

import json
import math
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from experiments_ui.analysis.classification.confusion import Codes

Kind = Literal["text", "number", "boolean"]

_BOOLEANS = {"true": "true", "false": "false", "1": "true", "0": "false"}


@dataclass(frozen=True, slots=True)
class Rules:
    """How the labels of one column are written.

    Args:
        kind: Of a text column "1.0" is not "1"; of a number column it is, and of a
            boolean one "TRUE" and 1 are true.
        fold_case: Whether "Yes" and "yes" are the same label.
        collapse_blanks: Whether any run of blanks counts as one space.
        aliases: Other words for a label, held against what the rest has made.
    """

    kind: Kind = "text"
    fold_case: bool = False
    collapse_blanks: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)

    def normaliser(self) -> Callable[[object], str | None]:
        """Return a function that remembers the aliases in canonical form."""
        plain = {self._plain(key): self._plain(to) for key, to in self.aliases.items()}

        def normalised(value: object) -> str | None:
            written = self._plain(value)
            return plain.get(written, written)

        return normalised

    def _plain(self, value: object) -> str | None:
        text = _written(value)
        if text is None:
            return None
        text = unicodedata.normalize("NFC", text).strip()
        if self.collapse_blanks:
            text = " ".join(text.split())
        if self.fold_case:
            text = unicodedata.normalize("NFC", text.casefold())
        return _of_kind(text, self.kind) if text else None


def normalise(value: object, rules: Rules | None = None) -> str | None:
    """Write one label canonically; None is missing: null, NaN and blank text."""
    return (rules or Rules()).normaliser()(value)


def _written(value: object) -> str | None:
    """Write a JSON value as text; a whole float is written as an integer."""
    match value:
        case None:
            return None
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | np.integer():
            return _integer(int(value))
        case float() | np.floating():
            return _number(float(value))
        case _:
            return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def _integer(value: int) -> str:
    try:
        return str(value)
    except ValueError:  # more digits than Python writes out
        return hex(value)


def _number(value: float) -> str | None:
    if math.isnan(value):
        return None
    if math.isfinite(value) and value == int(value):
        return str(int(value))
    return repr(value)


def _of_kind(text: str, kind: Kind) -> str | None:
    if kind == "boolean":
        folded = text.casefold()
        return _BOOLEANS.get(folded, _BOOLEANS.get(_as_number(text) or "", text))
    return _as_number(text) if kind == "number" else text


def _as_number(text: str) -> str | None:
    """Write a number in one way, and leave what is none as it is."""
    if "_" in text:  # which Python would read over
        return text
    try:
        # An integer is kept to its last digit.
        return str(int(text)) if len(text) <= 1_000 else text
    except ValueError:
        pass
    try:
        return _number(float(text))
    except ValueError:
        return text


@dataclass(frozen=True, slots=True)
class Coded:
    """Two columns of labels over one tuple of names, ready to be counted.

    The first `declared` names are the label set; -1 is missing.
    """

    truth: Codes
    predicted: Codes
    labels: tuple[str, ...]
    declared: int


def encode(
    truth: Iterable[object],
    predicted: Iterable[object],
    label_set: Sequence[object] | None = None,
    rules: Rules | None = None,
) -> Coded:
    """Write labels canonically and number them.

    Without a label set, it is what occurs as a truth, in order of the names.
    """
    read = _Reader((rules or Rules()).normaliser())
    true_names = [read(value) for value in truth]
    names = [read(value) for value in predicted]
    chosen = true_names if label_set is None else [read(each) for each in label_set]
    known = dict.fromkeys(name for name in chosen if name is not None)
    declared = sorted(known) if label_set is None else list(known)
    others = sorted({*true_names, *names} - {*declared, None}, key=str)
    labels = (*declared, *(name for name in others if name is not None))
    code: dict[str | None, int] = {name: place for place, name in enumerate(labels)}
    code[None] = -1
    return Coded(
        truth=np.array([code[name] for name in true_names], dtype=np.int32),
        predicted=np.array([code[name] for name in names], dtype=np.int32),
        labels=labels,
        declared=len(declared),
    )


class _Reader:
    """Writes each distinct label once; a column repeats few of them often."""

    def __init__(self, normalised: Callable[[object], str | None]) -> None:
        self._normalised = normalised
        self._seen: dict[tuple[type, object], str | None] = {}

    def __call__(self, value: object) -> str | None:
        try:
            key = (type(value), value)
            if key not in self._seen:
                self._seen[key] = self._normalised(value)
            return self._seen[key]
        except TypeError:  # a list or an object
            return self._normalised(value)
