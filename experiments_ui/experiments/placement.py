"""Which example each run belongs to: its position, and which repetition it is."""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Ordinals = npt.NDArray[np.int64]

UNMATCHED = -1


class Placement(Protocol):
    """Gives the runs of successive batches their positions and repetitions."""

    def place(
        self, example_ids: Sequence[str | None], *, first: int
    ) -> tuple[Ordinals, Ordinals]: ...


class Standalone:
    """Without a dataset a run's position is its own sequence."""

    def place(
        self, example_ids: Sequence[str | None], *, first: int
    ) -> tuple[Ordinals, Ordinals]:
        positions = np.arange(first, first + len(example_ids), dtype=np.int64)
        return positions, np.zeros(len(example_ids), np.int64)


class ByExample:
    """Looks positions up by example id, and counts the runs of each.

    `look_up` returns a position per id, -1 for ids the dataset does not have; `taken`
    holds the positions of the runs stored before.
    """

    def __init__(
        self, look_up: Callable[[Sequence[str]], Ordinals], taken: Ordinals
    ) -> None:
        self._look_up = look_up
        known = taken[taken >= 0]
        self._counts = np.bincount(known).astype(np.int32)

    def place(
        self, example_ids: Sequence[str | None], *, first: int
    ) -> tuple[Ordinals, Ordinals]:
        del first
        positions = self._look_up([text or "" for text in example_ids])
        return positions, self._repetitions(positions)

    def _repetitions(self, positions: Ordinals) -> Ordinals:
        repetitions = np.zeros(len(positions), np.int64)
        matched = np.flatnonzero(positions >= 0)
        if not len(matched):
            return repetitions
        found = positions[matched]
        self._reach(int(found.max()) + 1)
        repetitions[matched] = self._counts[found] + _earlier_twins(found)
        np.add.at(self._counts, found, 1)
        return repetitions

    def _reach(self, size: int) -> None:
        if size > len(self._counts):
            self._counts = np.concatenate(
                [self._counts, np.zeros(size - len(self._counts), np.int32)]
            )


def _earlier_twins(positions: Ordinals) -> Ordinals:
    """Return, for each element, how many equal ones come before it in the batch."""
    order = np.argsort(positions, kind="stable")
    ranked = positions[order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    lengths = np.diff(np.r_[starts, len(ranked)])
    earlier = np.empty(len(positions), np.int64)
    earlier[order] = np.arange(len(ranked)) - np.repeat(starts, lengths)
    return earlier
