"""Bins that several series share, and the few values that discrete scores take."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments_ui.charts import marks
from experiments_ui.charts.axes import Axis
from experiments_ui.charts.figure import Floats, Integers

MOST_VALUES = 12
_ALWAYS_FEW = 3
_BINS = 32
_LOOK = 2_000
_SAMPLE = 20_000
# A tail this many times longer than the middle goes into the outermost bin.
_LONG_TAIL = 3.0
# Below it powers of ten lose their digits.
_LEAST_STEP = 1e-300


@dataclass(frozen=True, slots=True, eq=False)
class Few:
    """The distinct values of discrete scores, in order: a bucket each."""

    values: Floats

    def __len__(self) -> int:
        return len(self.values)

    def counts(self, values: Floats) -> Integers:
        """Count values, none of them missing and all of them known here."""
        return np.bincount(
            np.searchsorted(self.values, values), minlength=len(self.values)
        )

    def label(self, index: int, axis: Axis) -> str:
        return axis.text(float(self.values[index]))

    def filter(self, term: str, index: int) -> str | None:
        return marks.equal(term, float(self.values[index]))


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """Bins [edge, next edge) of one width; what lies beyond is in the outermost.

    The last bin holds its upper edge as well, so that a score of 1 is not alone.
    With a `gap`, values no further than it from zero were left out before.
    """

    edges: Floats
    opens_low: bool = False
    opens_high: bool = False
    gap: float | None = None

    def __len__(self) -> int:
        return len(self.edges) - 1

    @property
    def step(self) -> float:
        return float(self.edges[1] - self.edges[0])

    @property
    def centres(self) -> Floats:
        return (self.edges[:-1] + self.edges[1:]) / 2

    def counts(self, values: Floats) -> Integers:
        """Count values, none of them missing."""
        places = np.searchsorted(self.edges, values, side="right") - 1
        return np.bincount(np.clip(places, 0, len(self) - 1), minlength=len(self))

    def label(self, index: int, axis: Axis) -> str:
        low, high = (float(self.edges[place]) for place in (index, index + 1))
        if index == 0 and self.opens_low:
            return f"below {axis.text(high)}"
        if index == len(self) - 1 and self.opens_high:
            return f"{axis.text(low)} and more"
        return f"{axis.text(low)} to {axis.text(high)}"

    def filter(self, term: str, index: int) -> str | None:
        """Return the filter of a bin's rows; the outermost have no outer end."""
        low = None if index == 0 else float(self.edges[index])
        high = None if index == len(self) - 1 else float(self.edges[index + 1])
        if self.gap is None:
            return marks.between(term, low, high)
        # Zero is always an edge, and its two sides must not meet.
        low = 0.0 if low is None and self.edges[0] == 0 else low
        high = 0.0 if high is None and self.edges[-1] == 0 else high
        return marks.outside(term, low, high, gap=self.gap)


Buckets = Few | Bins


def known(values: Floats) -> Floats:
    """Drop what is missing: NaN and the infinities."""
    with np.errstate(invalid="ignore", over="ignore"):
        if math.isfinite(values.sum()):
            return values
    return values[np.isfinite(values)]


def few_values(arrays: Sequence[Floats], most: int = MOST_VALUES) -> Floats | None:
    """Return the distinct values in order if they are few and come again, else None.

    A look at the first of them tells most continuous scores apart, so that large
    arrays are not sorted for it.
    """
    first = [np.unique(one[:_LOOK]) for one in arrays if len(one)]
    found = np.unique(np.concatenate(first)) if first else np.empty(0)
    if len(found) > most:
        return None
    for values in arrays:
        rest = values[~np.isin(values, found)]
        found = np.union1d(found, np.unique(rest)) if len(rest) else found
        if len(found) > most:
            return None
    comes_again = 2 * len(found) <= sum(map(len, arrays))
    return found if comes_again or len(found) <= _ALWAYS_FEW else None


def buckets(arrays: Sequence[Floats], *, gap: float | None = None) -> Buckets | None:
    """Return what to count values in, over all arrays; None if there are none."""
    filled = [one for one in arrays if len(one)]
    if not filled:
        return None
    few = few_values(filled)
    return _bins(filled, gap) if few is None else Few(few)


def _bins(filled: Sequence[Floats], gap: float | None) -> Bins:
    """Return round bins over all values, zero being an edge if it is among them."""
    low = min(float(one.min()) for one in filled)
    high = max(float(one.max()) for one in filled)
    inner_low, inner_high = _middle(filled)
    reach = _LONG_TAIL * (inner_high - inner_low)
    opens_low = low < inner_low - reach < inner_low
    opens_high = high > inner_high + reach > inner_high
    start = inner_low if opens_low else low
    stop = inner_high if opens_high else high
    # The span of very large values is beyond what a float holds, their parts are not.
    step = round_step(max(stop / _BINS - start / _BINS, _LEAST_STEP))
    return Bins(_edges(start, stop, step), opens_low, opens_high, gap)


def round_step(width: float) -> float:
    """Return the next of 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(width))
    for factor in (1, 2, 2.5, 5):
        if factor * power >= width * (1 - 1e-9):
            return factor * power
    return 10 * power


def _edges(start: float, stop: float, step: float) -> Floats:
    first = math.floor(start / step + 1e-9)
    last = max(math.ceil(stop / step - 1e-9), first + 1)
    digits = max(0, 3 - math.floor(math.log10(step)))
    return np.array([round(k * step, digits) for k in range(first, last + 1)])


def has_long_tail(arrays: Sequence[Floats]) -> bool:
    """Tell whether positive values reach so far that only powers of ten show them."""
    filled = [one for one in arrays if len(one)]
    if not filled or min(float(one.min()) for one in filled) <= 0:
        return False
    low, high = _middle(filled)
    return max(float(one.max()) for one in filled) > high + _LONG_TAIL * (high - low)


def _middle(arrays: Sequence[Floats]) -> tuple[float, float]:
    """Return about where the middle 98 per cent lie."""
    most = max(1, _SAMPLE // len(arrays))
    looks = [one[:: max(1, len(one) // most)] for one in arrays]
    low, high = np.quantile(np.concatenate(looks), [0.01, 0.99])
    return float(low), float(high)
