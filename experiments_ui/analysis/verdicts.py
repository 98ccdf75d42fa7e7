"""What became of each row between a baseline and a candidate."""

from enum import IntEnum
from typing import Literal

import numpy as np
import numpy.typing as npt

Direction = Literal["maximize", "minimize", "none"]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

# Scores such as 0.8 - 0.7 miss 0.1 by a rounding error; epsilon forgives it.
_ROUNDING = 1e-9


class Verdict(IntEnum):
    SAME = 0
    IMPROVED = 1
    REGRESSED = 2
    FLIPPED = 3  # changed, where neither way is better
    NEW = 4  # the candidate alone has a value
    MISSING = 5  # the baseline alone has a value
    ABSENT = 6  # neither has one
    ERRORED = 7


def classify(
    base: Floats,
    candidate: Floats,
    *,
    direction: Direction,
    epsilon: float = 0.0,
    errored: Mask | None = None,
) -> npt.NDArray[np.int8]:
    """Judge a candidate's scores against the baseline's, row by row.

    Args:
        base: One score per row; NaN is missing.
        candidate: The scores of the same rows.
        direction: Which way is better.
        epsilon: The largest difference that still counts as the same.
        errored: The rows whose run failed, whatever their scores.
    """
    verdicts = np.zeros(len(base), dtype=np.int8)
    with np.errstate(invalid="ignore"):
        change = candidate - base
    rose, fell = change > tolerance(epsilon), change < -tolerance(epsilon)
    for mask, verdict in zip((rose, fell), _by_direction(direction), strict=True):
        np.copyto(verdicts, verdict, where=mask)
    _mark_gaps(verdicts, np.isnan(base), np.isnan(candidate))
    if errored is not None:
        np.copyto(verdicts, Verdict.ERRORED, where=errored)
    return verdicts


def classify_labels(
    base_codes: npt.NDArray[np.int32], candidate_codes: npt.NDArray[np.int32]
) -> npt.NDArray[np.int8]:
    """Judge labels, coded by one dictionary for both sides; -1 is missing."""
    verdicts = np.zeros(len(base_codes), dtype=np.int8)
    np.copyto(verdicts, Verdict.FLIPPED, where=base_codes != candidate_codes)
    _mark_gaps(verdicts, base_codes < 0, candidate_codes < 0)
    return verdicts


def disagree(stack: Floats, *, epsilon: float = 0.0) -> Mask:
    """Mark the rows where experiments differ, among those that have a score.

    `stack` has one line per experiment and one column per row.
    """
    if not len(stack):
        return np.zeros(stack.shape[1:], dtype=np.bool_)
    with np.errstate(invalid="ignore"):
        spread = np.fmax.reduce(stack) - np.fmin.reduce(stack)
    return np.asarray(spread > tolerance(epsilon))


def tolerance(epsilon: float) -> float:
    """Return the largest change that counts as none."""
    return epsilon * (1 + _ROUNDING)


def _by_direction(direction: Direction) -> tuple[Verdict, Verdict]:
    """Name a rise and a fall."""
    match direction:
        case "maximize":
            return Verdict.IMPROVED, Verdict.REGRESSED
        case "minimize":
            return Verdict.REGRESSED, Verdict.IMPROVED
        case "none":
            return Verdict.FLIPPED, Verdict.FLIPPED


def _mark_gaps(
    verdicts: npt.NDArray[np.int8], base_gap: Mask, candidate_gap: Mask
) -> None:
    np.copyto(verdicts, Verdict.NEW, where=base_gap)
    np.copyto(verdicts, Verdict.MISSING, where=candidate_gap)
    np.copyto(verdicts, Verdict.ABSENT, where=base_gap & candidate_gap)
