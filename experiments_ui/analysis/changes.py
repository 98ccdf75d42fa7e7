"""One pass over two columns of scores: what changed from row to row, and how much."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.verdicts import tolerance

Floats = npt.NDArray[np.float64]

# Rows worked on at once: 64 kB, which memory hands out and back for nothing.
BLOCK = 8_192


@dataclass(slots=True)
class Changes:
    """Candidate less baseline, over the rows where both have a score.

    Where no row is paired the sums are 0. `squares` are of the distances from the
    mean change.
    """

    rows: int
    n: int = 0
    only_base: int = 0
    only_candidate: int = 0
    rises: int = 0
    falls: int = 0
    total: float = 0.0
    squares: float = 0.0
    base_total: float = 0.0
    candidate_total: float = 0.0
    is_binary: bool = True
    is_share: bool = True

    @property
    def mean(self) -> float | None:
        """Return the mean change; None without rows, or where it is no number."""
        return finite(self.total / self.n) if self.n else None

    @property
    def base_mean(self) -> float | None:
        return finite(self.base_total / self.n) if self.n else None

    @property
    def candidate_mean(self) -> float | None:
        return finite(self.candidate_total / self.n) if self.n else None

    @property
    def stdev(self) -> float | None:
        """Return the sample's standard deviation of the changes."""
        if self.n < 2:
            return None
        return finite(math.sqrt(self.squares / (self.n - 1)))


def finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def present(values: Floats) -> Floats:
    """Drop what is missing: NaN and the infinities."""
    # A sum is finite only if all its members are, and it is far cheaper to ask.
    with np.errstate(invalid="ignore", over="ignore"):
        if math.isfinite(values.sum()):
            return values
    return values[np.isfinite(values)]


def changes_of(base: Floats, candidate: Floats, *, epsilon: float = 0.0) -> Changes:
    """Gather what changed; a change within epsilon neither rises nor falls.

    A row is missing where either score is NaN or infinite. A score counts as binary,
    or as a share, if all paired scores of both sides are 0 or 1, or from 0 to 1.
    """
    gathered = Changes(rows=len(base))
    limit = tolerance(epsilon)
    with np.errstate(invalid="ignore", over="ignore"):
        for start in range(0, len(base), BLOCK):
            block = slice(start, start + BLOCK)
            _add_block(gathered, base[block], candidate[block], limit)
    return gathered


def _add_block(
    gathered: Changes, base: Floats, candidate: Floats, limit: float
) -> None:
    change = candidate - base
    total, n, absent = float(change.sum()), len(change), None
    if not math.isfinite(total):
        known = np.isfinite(change)
        absent = ~known
        n = int(np.count_nonzero(known))
        _count_gaps(gathered, base, candidate)
        if not n:
            return
        base, candidate = np.where(known, base, 0.0), np.where(known, candidate, 0.0)
        np.copyto(change, 0.0, where=absent)
        total = float(change.sum())
    gathered.rises += int(np.count_nonzero(change > limit))
    gathered.falls += int(np.count_nonzero(change < -limit))
    _look_at_range(gathered, base, candidate)
    gathered.base_total += float(base.sum())
    gathered.candidate_total += float(candidate.sum())
    _add_squares(gathered, change, total, n, absent)


def _count_gaps(gathered: Changes, base: Floats, candidate: Floats) -> None:
    has_base = np.isfinite(base)
    has_candidate = np.isfinite(candidate)
    gathered.only_base += int(np.count_nonzero(has_base > has_candidate))
    gathered.only_candidate += int(np.count_nonzero(has_candidate > has_base))


def _look_at_range(gathered: Changes, base: Floats, candidate: Floats) -> None:
    """Note whether scores are still all 0 or 1; rows without a pair are 0 here."""
    if gathered.is_binary and _is_binary(base) and _is_binary(candidate):
        return
    gathered.is_binary = False
    if gathered.is_share:
        gathered.is_share = _is_share(base) and _is_share(candidate)


def _is_binary(values: Floats) -> bool:
    ones, zeros = np.count_nonzero(values == 1), np.count_nonzero(values == 0)
    return bool(ones + zeros == len(values))


def _is_share(values: Floats) -> bool:
    return bool(values.min() >= 0 and values.max() <= 1)


def _add_squares(
    gathered: Changes,
    change: Floats,
    total: float,
    n: int,
    absent: npt.NDArray[np.bool_] | None,
) -> None:
    """Merge a block's squares as Chan, Golub and LeVeque 1983 do; spoils `change`."""
    mean = total / n
    change -= mean
    if absent is not None:
        np.copyto(change, 0.0, where=absent)
    before = gathered.n
    gathered.squares += float(change @ change)
    if before:
        apart = mean - gathered.total / before
        gathered.squares += apart * apart * before * n / (before + n)
    gathered.total += total
    gathered.n += n
