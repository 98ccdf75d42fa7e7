"""Which rows a filter selects, by SQL's three-valued logic.

A comparison with null is unknown, and so is its negation: rather than carry a
third value along, every step asks which rows make a node true, or which make it
false, and a row of which neither can be said is in neither answer.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.filters.kinds import (
    Codes,
    Columns,
    Floats,
    Mask,
    Operands,
    Test,
    Texts,
    Values,
    known_texts,
    select,
    split,
)
from experiments_ui.analysis.filters.tree import (
    Arithmetic,
    Comparison,
    Constant,
    Contains,
    Every,
    Expression,
    IsNull,
    Like,
    Membership,
    Not,
    Operand,
    Predicate,
    Reference,
    Some,
)
from experiments_ui.analysis.filters.wildcards import Wildcard

Ranks = npt.NDArray[np.int32]
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def mask(expression: Expression, columns: Columns) -> Mask:
    """Mark the rows that the filter selects: those where it is true, not unknown."""
    return _Evaluation(columns).rows(expression.root, when=True)


def row_matches(expression: Expression, values: Mapping[str, object]) -> bool:
    """Ask the filter about one row.

    A dotted column is looked up as it stands, then by descending into objects.
    """
    return bool(mask(expression, _Row(values))[0])


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of plain values, as columns of length one."""

    values: Mapping[str, object]
    length: int = 1

    def get(self, name: str) -> Values | None:
        value = _descend(self.values, name)
        return None if value is None else Values((value,))


def _descend(values: Mapping[str, object], name: str) -> object:
    """Find the value under the longest key that leads to one, or None."""
    if name in values:
        return values[name]
    head = name
    while "." in head:
        head = head.rpartition(".")[0]
        inside = values.get(head)
        if isinstance(inside, Mapping):
            found = _descend(inside, name[len(head) + 1 :])
            if found is not None:
                return found
    return None


class _Evaluation:
    """One filter over one set of columns, each of which is fetched once."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._length = columns.length
        self._seen: dict[str, Operands] = {}

    def rows(self, node: Predicate, *, when: bool) -> Mask:
        """Mark the rows where a node is known to be `when`."""
        match node:
            case Not():
                return self.rows(node.part, when=not when)
            case Every() | Some():
                masks = [self.rows(part, when=when) for part in node.parts]
                everyone = isinstance(node, Every) == when
                combine = np.logical_and if everyone else np.logical_or
                chosen: Mask = combine.reduce(masks)
                return chosen
            case IsNull():
                nulls = self._operands(node.operand).nulls(self._length)
                return nulls if when else ~nulls
            case Comparison():
                return self._compare(node, when=when)
            case Membership():
                return self._select(node.operand, _among(node.values), when=when)
            case Like():
                test = _about_text(Wildcard(node.pattern).matches)
            case Contains():
                test = _about_text(_containing(node.text))
        return self._select(node.operand, test, when=when)

    def _select(self, operand: Operand, test: Test, *, when: bool) -> Mask:
        operands = self._operands(operand)
        return select(operands, test, when=when, length=self._length)

    def _compare(self, node: Comparison, *, when: bool) -> Mask:
        if isinstance(node.right, Constant):
            test = _against(node.symbol, node.right.value)
            return self._select(node.left, test, when=when)
        if isinstance(node.left, Constant):
            test = _against(_MIRRORED[node.symbol], node.left.value)
            return self._select(node.right, test, when=when)
        left, right = self._operands(node.left), self._operands(node.right)
        return _compare(left, node.symbol, right, when=when, length=self._length)

    def _operands(self, operand: Operand) -> Operands:
        match operand:
            case Reference():
                return self._column(operand.name)
            case Arithmetic():
                return Operands(numbers=self._numbers(operand))
            case Constant(value=str() as text):
                codes = np.zeros(self._length, dtype=np.int32)
                return Operands(texts=Codes(codes, (text,)))
            case Constant():
                return Operands(numbers=self._numbers(operand))
            case _:
                return Operands()

    def _column(self, name: str) -> Operands:
        if name not in self._seen:
            self._seen[name] = split(self._columns.get(name))
        return self._seen[name]

    def _numbers(self, operand: Operand) -> Floats:
        """Work an operand out as numbers; what is not a number is null."""
        if isinstance(operand, Arithmetic):
            result = self._numbers(operand.first)
            for symbol, other in operand.steps:
                result = _calculate(result, symbol, self._numbers(other))
            return result
        if isinstance(operand, Constant) and isinstance(operand.value, float):
            return np.broadcast_to(np.float64(operand.value), self._length)
        numbers = self._operands(operand).numbers
        return np.broadcast_to(np.nan, self._length) if numbers is None else numbers


def _calculate(left: Floats, symbol: str, right: Floats) -> Floats:
    """Apply one sign; dividing by zero gives null."""
    with np.errstate(all="ignore"):
        match symbol:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case _:
                return np.where(right == 0, np.nan, left / right)


def _against(symbol: str, constant: float | str) -> Test:
    """Compare with a constant; a number and a text are never equal nor in order."""
    differs = symbol == "!="
    # partial fills the left side, so the sign is turned around.
    compare = partial(_OPERATORS[_MIRRORED[symbol]], constant)
    if isinstance(constant, str):
        return Test(numbers=_constantly(answer=differs), text=compare)
    return Test(numbers=compare, text=lambda _: differs)


def _among(values: Sequence[float | str]) -> Test:
    numbers = np.array([value for value in values if isinstance(value, float)])
    texts = frozenset(value for value in values if isinstance(value, str))
    return Test(numbers=lambda asked: np.isin(asked, numbers), text=texts.__contains__)


def _about_text(answer: Callable[[str], bool]) -> Test:
    return Test(numbers=_constantly(answer=False), text=answer)


def _containing(text: str) -> Callable[[str], bool]:
    return lambda asked: text in asked


def _constantly(*, answer: bool) -> Callable[[Floats], Mask]:
    return lambda asked: np.full(asked.shape, answer)


def _compare(
    left: Operands, symbol: str, right: Operands, *, when: bool, length: int
) -> Mask:
    """Compare two columns row by row, each type with its like."""
    compare = _OPERATORS[symbol]
    chosen = np.zeros(length, dtype=np.bool_)
    if left.numbers is not None and right.numbers is not None:
        known = ~np.isnan(left.numbers) & ~np.isnan(right.numbers)
        chosen |= (compare(left.numbers, right.numbers) == when) & known
    if left.texts is not None and right.texts is not None:
        known = known_texts(left.texts) & known_texts(right.texts)
        chosen |= (_compare_texts(left.texts, compare, right.texts) == when) & known
    if (symbol == "!=") == when:
        chosen |= _mismatched(left, right) | _mismatched(right, left)
    return chosen


def _mismatched(left: Operands, right: Operands) -> Mask | bool:
    """Mark the rows with a number on the left and a text on the right."""
    if left.numbers is None or right.texts is None:
        return False
    return ~np.isnan(left.numbers) & known_texts(right.texts)


def _compare_texts(
    left: Codes | Texts, compare: Callable[[Any, Any], Any], right: Codes | Texts
) -> Mask:
    """Compare texts; what is said about unknown ones means nothing."""
    if isinstance(left, Codes) and isinstance(right, Codes):
        return np.asarray(compare(*_ranks(left, right)))
    answers = map(compare, _written(left), _written(right))
    return np.fromiter(answers, dtype=np.bool_)


def _ranks(left: Codes, right: Codes) -> tuple[Ranks, Ranks]:
    """Number the texts of two columns by one shared order."""
    ordered = sorted({*left.labels, *right.labels})
    rank = {label: place for place, label in enumerate(ordered)}
    return _ranked(left, rank), _ranked(right, rank)


def _ranked(texts: Codes, rank: Mapping[str, int]) -> Ranks:
    ranks = np.array([*(rank[label] for label in texts.labels), -1], dtype=np.int32)
    return ranks[texts.codes]


def _written(texts: Codes | Texts) -> Sequence[str]:
    """Write the texts out, with an empty one in place of null."""
    if isinstance(texts, Codes):
        labels = (*texts.labels, "")
        return [labels[code] for code in texts.codes.tolist()]
    return [text or "" for text in texts.values]
