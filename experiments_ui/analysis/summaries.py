"""The few numbers that stand for a column of scores, and for a pair of them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from experiments_ui.analysis.changes import BLOCK, Floats, changes_of, finite, present
from experiments_ui.analysis.proportions import Interval, wilson
from experiments_ui.analysis.student import t_quantile
from experiments_ui.analysis.verdicts import Direction

__all__ = [
    "Floats",
    "Histogram",
    "Interval",
    "Paired",
    "Summary",
    "by_direction",
    "histogram",
    "interval",
    "paired",
    "present",
    "summarize",
    "wilson",
]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a vector of scores comes to; None is undefined, never zero."""

    n: int
    missing: int
    mean: float | None = None
    p50: float | None = None
    p95: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    total: float | None = None
    stdev: float | None = None  # of the sample: n - 1


@dataclass(frozen=True, slots=True)
class Paired:
    """A candidate against the baseline, over the rows where both have a score.

    `delta` is the mean change. Where no direction is better there are no wins and
    no losses, and what is not a tie has changed.
    """

    n: int
    missing: int
    delta: float | None
    wins: int
    losses: int
    ties: int

    @property
    def changed(self) -> int:
        return self.n - self.ties


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts between `edges`, of which there is one more; both empty if n is 0."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    missing: int


@dataclass(frozen=True, slots=True)
class _Moments:
    """Count, sum, extremes and the sum of squared distances from the mean."""

    n: int
    total: float
    mean: float
    squares: float
    minimum: float
    maximum: float

    @property
    def stdev(self) -> float | None:
        if self.n < 2:
            return None
        return finite(math.sqrt(self.squares / (self.n - 1)))


def _known_blocks(values: Floats) -> Iterator[Floats]:
    """Yield what is present, in parts whose intermediate results stay in cache."""
    for start in range(0, len(values), BLOCK):
        known = present(values[start : start + BLOCK])
        if len(known):
            yield known


def _moments(values: Floats) -> _Moments | None:
    """Gather the moments of what is present, or None if nothing is."""
    with np.errstate(over="ignore"):
        blocks = [_block_moments(known) for known in _known_blocks(values)]
        if not blocks:
            return None
        counts, totals, means, squares, lows, highs = np.array(blocks).T
        n, total = counts.sum(), float(totals.sum())
        # The sum of huge values may not be a number, while their mean is.
        mean = total / n if math.isfinite(total) else (means * (counts / n)).sum()
        apart = float((counts * (means - mean) ** 2).sum())
        return _Moments(
            n=int(n),
            total=total,
            mean=float(mean),
            squares=float(squares.sum()) + apart,
            minimum=float(lows.min()),
            maximum=float(highs.max()),
        )


def _block_moments(known: Floats) -> tuple[float, ...]:
    n = len(known)
    total = known.sum()
    mean = total / n if math.isfinite(total) else (known / n).sum()
    away = known - mean
    return n, total, mean, away @ away, known.min(), known.max()


def summarize(values: Floats, *, quantiles: bool = True) -> Summary:
    """Describe a vector; without quantiles p50 and p95 are None, and it is quicker."""
    moments = _moments(values)
    if moments is None:
        return Summary(n=0, missing=len(values))
    p50, p95 = _quantiles(present(values)) if quantiles else (None, None)
    return Summary(
        n=moments.n,
        missing=len(values) - moments.n,
        mean=moments.mean,
        p50=p50,
        p95=p95,
        minimum=moments.minimum,
        maximum=moments.maximum,
        total=finite(moments.total),
        stdev=moments.stdev,
    )


def _quantiles(known: Floats) -> tuple[float, float]:
    """Return the median and p95, straight between the two nearest values."""
    last = len(known) - 1
    places = (last * 0.5, last * 0.95)
    needed = sorted({place for p in places for place in (int(p), math.ceil(p))})
    ordered = np.partition(known, needed)
    p50, p95 = (_between(ordered, place) for place in places)
    return p50, p95


def _between(ordered: Floats, place: float) -> float:
    low, high = float(ordered[int(place)]), float(ordered[math.ceil(place)])
    share = place - int(place)
    return low * (1 - share) + high * share


def interval(values: Floats, confidence: float = 0.95) -> Interval | None:
    """Bound the mean: by Wilson where all values are 0 or 1, else by Student's t.

    Returns None where there is no interval: no value, or one that is not 0 or 1.
    """
    moments = _moments(values)
    if moments is None:
        return None
    mean, n = moments.mean, moments.n
    if _is_binary(values):
        return wilson(round(mean * n), n, confidence)
    if moments.stdev is None:
        return None
    quantile = t_quantile((1 + confidence) / 2, n - 1)
    half = quantile * moments.stdev / math.sqrt(n)
    return Interval(mean - half, mean + half, "t")


def _is_binary(values: Floats) -> bool:
    return all(
        bool(((known == 0) | (known == 1)).all()) for known in _known_blocks(values)
    )


def paired(
    base: Floats, candidate: Floats, *, direction: Direction, epsilon: float = 0.0
) -> Paired:
    """Compare two vectors row by row; a change within epsilon is a tie."""
    changes = changes_of(base, candidate, epsilon=epsilon)
    wins, losses = by_direction(changes.rises, changes.falls, direction)
    return Paired(
        n=changes.n,
        missing=changes.rows - changes.n,
        delta=changes.mean,
        wins=wins,
        losses=losses,
        ties=changes.n - changes.rises - changes.falls,
    )


def by_direction(rises: int, falls: int, direction: Direction) -> tuple[int, int]:
    """Return wins and losses; there are neither where no direction is better."""
    if direction == "none":
        return 0, 0
    return (rises, falls) if direction == "maximize" else (falls, rises)


def histogram(values: Floats, bins: int = 10) -> Histogram:
    """Count values in bins of one width; equal values make a single bin."""
    known = present(values)
    missing = len(values) - len(known)
    if not len(known):
        return Histogram(edges=(), counts=(), missing=missing)
    # Halves, because the whole width of huge values may not be a number.
    low, high = float(known.min()) / 2, float(known.max()) / 2
    width = high - low
    if width <= 0:
        edge = float(known.min())
        return Histogram((edge, edge), (len(known),), missing)
    shares = (known / 2 - low) / width
    places = np.minimum((shares * bins).astype(np.intp), bins - 1)
    counts = np.bincount(places, minlength=bins)
    edges = [2 * (low + width * (step / bins)) for step in range(bins)]
    return Histogram((*edges, 2 * high), tuple(int(count) for count in counts), missing)
