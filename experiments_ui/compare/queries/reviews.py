"""All reviews of a dataset as columns, kept by the process until one changes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Count, Max

from experiments_ui.columns.cache import derived
from experiments_ui.compare.models import Opinion, Review
from experiments_ui.datasets.models import Dataset

Integers = npt.NDArray[np.int64]

# An opinion's code is its place here.
OPINIONS: tuple[str, ...] = tuple(Opinion.values)

_MEMBERS = ("position", "base_output", "candidate_output", "opinion")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two outputs of one example by their checksums: the baseline's and another's."""

    position: int
    base: int
    candidate: int


@dataclass(frozen=True, slots=True, eq=False)
class Reviews:
    """One element per review; `stamp` changes whenever any review does."""

    stamp: tuple[Any, ...]
    positions: Integers
    bases: Integers
    candidates: Integers
    opinions: npt.NDArray[np.int8]

    @property
    def nbytes(self) -> int:
        return 25 * len(self.positions)


def reviews_of(dataset: Dataset) -> Reviews:
    """Return a dataset's reviews; one query while they stay as they are."""
    found = Review.objects.filter(dataset=dataset).aggregate(
        count=Count("pk"), last=Max("reviewed_at"), newest=Max("pk")
    )
    stamp = tuple(found.values())
    return derived(("reviews", dataset.pk), stamp, lambda: _read(dataset, stamp))


def _read(dataset: Dataset, stamp: tuple[Any, ...]) -> Reviews:
    rows = Review.objects.filter(dataset=dataset).values_list(*_MEMBERS)
    codes = {opinion: code for code, opinion in enumerate(OPINIONS)}
    pairs = [(*numbers, codes[opinion]) for *numbers, opinion in rows]
    table = np.array(pairs, np.int64).reshape(-1, len(_MEMBERS))
    positions, bases, candidates, opinions = np.ascontiguousarray(table.T)
    return Reviews(stamp, positions, bases, candidates, opinions.astype(np.int8))
