"""Runs, in any order and repeated, laid out by the position of their example."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int32] | npt.NDArray[np.int64]
Vector = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Scattered:
    """One value per position, and how many runs had no position to go to."""

    values: Vector
    left_out: int


def scatter(values: Vector, positions: Positions, size: int) -> Scattered:
    """Lay the values of runs out by position.

    Repeats of a position give the mean of their numbers, or the code of the first
    run, whose texts stand beside it. Where there is none, a number is NaN and a code
    -1. A position of -1, or beyond the size, is left out and counted. The values may
    be returned as they are.
    """
    if _is_in_order(positions, size):
        return Scattered(values=values, left_out=0)
    inside = (positions >= 0) & (positions < size)
    left_out = len(positions) - int(np.count_nonzero(inside))
    if values.dtype.kind != "f":
        return Scattered(
            values=_of_first_run(values, positions, size), left_out=left_out
        )
    known = inside & ~np.isnan(values)
    means = _mean_by_place(values[known], positions[known], size)
    return Scattered(values=means, left_out=left_out)


def first_run(positions: Positions, size: int) -> npt.NDArray[np.int32]:
    """Return the index of the first run at each position, or -1."""
    runs = np.arange(len(positions), dtype=np.int32)
    if _is_in_order(positions, size):
        return runs
    inside = (positions >= 0) & (positions < size)
    first = np.full(size, -1, dtype=np.int32)
    # Of several runs the one written last stays, so the first goes last.
    first[positions[inside][::-1]] = runs[inside][::-1]
    return first


def _is_in_order(positions: Positions, size: int) -> bool:
    if len(positions) != size or not size:
        return False
    if positions[0] != 0 or positions[-1] != size - 1:
        return False
    return bool(np.array_equal(positions, np.arange(size, dtype=positions.dtype)))


def _mean_by_place(numbers: Vector, places: Positions, size: int) -> Vector:
    counts = np.bincount(places, minlength=size)
    if not len(counts) or counts.max() <= 1:
        means = np.full(size, np.nan)
        means[places] = numbers
        return means
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.bincount(places, weights=numbers, minlength=size) / counts


def _of_first_run(codes: Vector, positions: Positions, size: int) -> Vector:
    # Those without a run reach the -1 behind the last.
    return np.append(codes, codes.dtype.type(-1))[first_run(positions, size)]
