"""The kinds of column that a filter can read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Numbers:
    """float64, where NaN is null."""

    values: Floats


@dataclass(frozen=True, slots=True)
class Booleans:
    """int8: 1 is true, 0 is false, -1 is null."""

    values: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Codes:
    """Texts that repeat: int32 indexes into the labels, where -1 is null."""

    codes: npt.NDArray[np.int32]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    values: Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Values:
    """JSON values of any type; lists and objects are present, but equal nothing."""

    values: Sequence[object]


Column = Numbers | Booleans | Codes | Texts | Values


class Columns(Protocol):
    """Where a filter finds its columns; every one of them has `length` rows."""

    @property
    def length(self) -> int: ...

    def get(self, name: str) -> Column | None:
        """Return the column, or None for one that is unknown: null in every row."""


@dataclass(frozen=True, slots=True)
class Operands:
    """The rows of a column by type: a row is known in one member at most."""

    numbers: Floats | None = None
    texts: Codes | Texts | None = None
    opaque: Mask | None = None

    def nulls(self, length: int) -> Mask:
        found = np.ones(length, dtype=np.bool_)
        if self.numbers is not None:
            found &= np.isnan(self.numbers)
        if self.texts is not None:
            found &= ~known_texts(self.texts)
        return found if self.opaque is None else found & ~self.opaque


@dataclass(frozen=True, slots=True)
class Test:
    """A question about one known cell; `numbers` answers for a whole vector."""

    numbers: Callable[[Floats], Mask]
    text: Callable[[str], bool]


_BOOLEAN_NUMBERS = np.array([0.0, 1.0, np.nan])


def split(column: Column | None) -> Operands:
    """Tell a column's numbers from its texts."""
    match column:
        case None:
            return Operands()
        case Numbers():
            return Operands(numbers=column.values)
        case Booleans():
            # -1 reaches the NaN at the end.
            return Operands(numbers=_BOOLEAN_NUMBERS[column.values])
        case Values():
            return _split_values(column.values)
        case _:
            return Operands(texts=column)


def _split_values(values: Sequence[object]) -> Operands:
    numbers = np.full(len(values), np.nan)
    texts: list[str | None] = [None] * len(values)
    opaque = np.zeros(len(values), dtype=np.bool_)
    for place, value in enumerate(values):
        if isinstance(value, str):
            texts[place] = value
        elif isinstance(value, int | float):
            numbers[place] = _float(value)
        elif value is not None:
            opaque[place] = True
    return Operands(numbers=numbers, texts=Texts(texts), opaque=opaque)


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # JSON's integers have no largest one
        return np.inf if value > 0 else -np.inf


def known_texts(texts: Codes | Texts) -> Mask:
    if isinstance(texts, Codes):
        return texts.codes >= 0
    present = (text is not None for text in texts.values)
    return np.fromiter(present, dtype=np.bool_, count=len(texts.values))


def select(operands: Operands, test: Test, *, when: bool, length: int) -> Mask:
    """Mark the known cells that answer the test with `when`."""
    chosen = np.zeros(length, dtype=np.bool_)
    if operands.numbers is not None:
        hits = test.numbers(operands.numbers)
        chosen |= (hits == when) & ~np.isnan(operands.numbers)
    if isinstance(operands.texts, Codes):
        chosen |= _select_codes(operands.texts, test, when=when)
    elif operands.texts is not None:
        answers = (
            text is not None and test.text(text) == when
            for text in operands.texts.values
        )
        chosen |= np.fromiter(answers, dtype=np.bool_, count=length)
    return chosen


def _select_codes(texts: Codes, test: Test, *, when: bool) -> Mask:
    """Ask once per label; the answer for -1 stands last and is always no."""
    size = len(texts.labels)
    answers = np.zeros(size + 1, dtype=np.bool_)
    hits = np.fromiter(map(test.text, texts.labels), dtype=np.bool_, count=size)
    answers[:-1] = hits == when
    return answers[texts.codes]
