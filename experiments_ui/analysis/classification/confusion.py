"""How often each class was taken for which: the counts that all figures come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from experiments_ui.errors import Invalid

Codes = npt.NDArray[np.int32]
Counts = npt.NDArray[np.int64]
Missing = Literal["wrong", "exclude"]

# The matrix grows with the square: a thousand classes take 8 MB.
MAX_CLASSES = 1_000
_LISTED = 100


@dataclass(frozen=True)
class Confusion:
    """Counts of rows by true class (down) and predicted class (across).

    The classes are the declared labels, in their order, and then what else was true.
    `outside` counts per true class the predictions that are no class, `missing` those
    that are absent; the latter are 0 where absent predictions were excluded.
    """

    labels: tuple[str, ...]
    declared: int
    matrix: Counts
    outside: Counts
    missing: Counts
    missing_truth: int
    missing_prediction: int
    outside_labels: tuple[tuple[str, int], ...]
    outside_kinds: int

    @cached_property
    def table(self) -> Counts:
        """Return the matrix with two more columns: outside and missing."""
        return np.column_stack([self.matrix, self.outside, self.missing])

    @cached_property
    def support(self) -> Counts:
        """Count the rows of each true class."""
        return np.asarray(self.table.sum(axis=1))

    @cached_property
    def predicted(self) -> Counts:
        """Count the rows that were predicted to be of each class."""
        return np.asarray(self.matrix.sum(axis=0))

    @cached_property
    def right(self) -> Counts:
        return np.diagonal(self.matrix)

    @property
    def n(self) -> int:
        """Count the rows that figures rest on."""
        return int(self.support.sum())

    @property
    def unknown_prediction(self) -> int:
        return int(self.outside.sum())

    @property
    def with_truth(self) -> int:
        """Count the rows that have a truth, be their prediction excluded or not."""
        excluded = self.missing_prediction - int(self.missing.sum())
        return self.n + excluded


def confusion(
    truth: Codes,
    predicted: Codes,
    labels: Sequence[str],
    *,
    declared: int | None = None,
    missing: Missing = "wrong",
) -> Confusion:
    """Count pairs of true and predicted label: milliseconds for 100,000 rows.

    Args:
        truth: One code per row, an index into `labels`; -1 is missing.
        predicted: The codes of the same rows.
        labels: Every name that occurs, those of the label set first.
        declared: How many of them are the label set; all, if left out.
        missing: Whether an absent prediction is wrong, or its row is left out.

    Raises:
        Invalid: There are more than 1,000 classes.
    """
    classes = _classes(truth, len(labels), declared)
    k, known = len(classes), truth >= 0
    column = np.full(len(labels) + 1, k, dtype=np.int64)
    column[classes], column[-1] = np.arange(k), k + 1
    columns, rows = column[predicted], column[truth]
    cells = (rows * (k + 2) + columns)[known]
    table = np.bincount(cells, minlength=k * (k + 2)).reshape(k, k + 2)
    absent = table[:, k + 1]
    named = _outside_labels(predicted[known & (columns == k)], labels)
    return Confusion(
        labels=tuple(labels[code] for code in classes.tolist()),
        declared=len(labels) if declared is None else declared,
        matrix=table[:, :k],
        outside=table[:, k],
        missing=absent if missing == "wrong" else np.zeros_like(absent),
        missing_truth=len(truth) - int(np.count_nonzero(known)),
        missing_prediction=int(absent.sum()),
        outside_labels=named[:_LISTED],
        outside_kinds=len(named),
    )


def _classes(truth: Codes, names: int, declared: int | None) -> npt.NDArray[np.intp]:
    """Name the classes by code: the declared labels, and what else was true."""
    chosen = np.bincount(truth[truth >= 0], minlength=names) > 0
    chosen[: names if declared is None else declared] = True
    classes = np.flatnonzero(chosen)
    if len(classes) > MAX_CLASSES:
        message = (
            f"There are {len(classes):,} classes, and {MAX_CLASSES:,} can be counted:"
            " choose a column with fewer labels."
        )
        raise Invalid(message, {"labels": message})
    return classes


def _outside_labels(codes: Codes, labels: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Count predictions that are no class by name, most first."""
    counts = np.bincount(codes, minlength=len(labels))
    order = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
    return tuple((labels[code], int(counts[code])) for code in order.tolist())
