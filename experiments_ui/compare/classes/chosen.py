"""Which classes a matrix shows, and in which order."""

from dataclasses import dataclass

import numpy as np

from experiments_ui.analysis.classification import Confusion, neighbours
from experiments_ui.compare.classes.look import ClassLook

# Beyond this many, only those that are confused most are shown at first.
MOST_AT_FIRST = 30
WORST = 15
_PARTNERS = 14


@dataclass(frozen=True, slots=True)
class Chosen:
    """Places of the classes to show; `occurring` counts those with any rows."""

    places: tuple[int, ...]
    occurring: int

    @property
    def folded(self) -> int:
        return self.occurring - len(self.places)


def choose(tables: tuple[Confusion, ...], look: ClassLook) -> Chosen:
    """Choose by one confusion, or by two of the same classes taken together."""
    support = sum(each.support for each in tables)
    predicted = sum(each.predicted for each in tables)
    occurring = np.flatnonzero(support + predicted)
    errors = _errors(tables)
    if look.one:
        kept = _around(tables, look.one)
    elif look.shown == "worst" or (not look.shown and len(occurring) > MOST_AT_FIRST):
        worst = occurring[np.argsort(-errors[occurring], kind="stable")[:WORST]]
        kept = set(worst.tolist())
    else:
        kept = set(occurring.tolist())
    order = _order(tables, look, errors, np.asarray(support))
    return Chosen(tuple(i for i in order if i in kept), len(occurring))


def _errors(tables: tuple[Confusion, ...]) -> np.ndarray:
    """Count by class the rows that it was wrongly taken from, or for."""
    return np.asarray(
        sum(each.support + each.predicted - 2 * each.right for each in tables)
    )


def _around(tables: tuple[Confusion, ...], label: str) -> set[int]:
    """Return a class and those it is confused with most."""
    labels = tables[0].labels
    if label not in labels:
        return set()
    one = labels.index(label)
    with_it = np.asarray(sum(t.matrix[one] + t.matrix[:, one] for t in tables))
    with_it[one] = 0
    nearest = np.argsort(-with_it, kind="stable")[:_PARTNERS]
    return {one, *(int(i) for i in nearest if with_it[i])}


def _order(
    tables: tuple[Confusion, ...],
    look: ClassLook,
    errors: np.ndarray,
    support: np.ndarray,
) -> list[int]:
    match look.order:
        case "name":
            labels = tables[-1].labels
            return sorted(range(len(labels)), key=lambda i: labels[i].casefold())
        case "support":
            return [int(i) for i in np.argsort(-support, kind="stable")]
        case "errors":
            return [int(i) for i in np.argsort(-errors, kind="stable")]
        case _:
            return list(neighbours(tables[-1]))
