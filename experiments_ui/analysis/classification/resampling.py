"""The stratified bootstrap: what else the same classes might have been taken for."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.classification.confusion import Confusion, Counts
from experiments_ui.analysis.classification.metric import Metric, Options
from experiments_ui.analysis.classification.rates import Floats, Tally

# One draw per cell and resample, some 30 million a second.
_BUDGET = 3_000_000
_FEWEST = 200


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a table that hold any rows, sorted by true class.

    `sides` are the predicted columns, one vector per experiment that is compared: a
    class, or one of the two columns behind them (outside, missing).
    """

    classes: int
    truth: npt.NDArray[np.intp]
    counts: Counts
    sides: tuple[npt.NDArray[np.intp], ...]


def cells_of(confusion: Confusion) -> Cells:
    truth, columns = np.nonzero(confusion.table)
    counts = confusion.table[truth, columns]
    return Cells(len(confusion.labels), truth, counts, (columns,))


def affordable(cells: Cells, options: Options) -> int:
    """Say how many resamples are drawn: fewer where very many cells are filled."""
    limit = max(_FEWEST, _BUDGET // max(1, len(cells.counts)))
    return min(options.resamples, limit)


def tallies(cells: Cells, draws: int, seed: int) -> tuple[Tally, ...]:
    """Draw the rows of each true class anew, and tally each side.

    Each class is drawn from its own multinomial distribution, so that supports stay.
    The sides are drawn together, which keeps what they have in common.
    """
    generator = np.random.default_rng(seed)
    sums = [_Sums(cells.classes, draws) for _ in cells.sides]
    starts = np.searchsorted(cells.truth, np.arange(cells.classes + 1))
    for true_class in range(cells.classes):
        part = slice(starts[true_class], starts[true_class + 1])
        counts = cells.counts[part]
        if not len(counts):
            continue
        n = int(counts.sum())
        drawn = generator.multinomial(n, counts / n, size=draws)
        for side, columns in zip(sums, cells.sides, strict=True):
            side.add(true_class, n, drawn, columns[part])
    return tuple(side.tally() for side in sums)


def observed(cells: Cells) -> tuple[Tally, ...]:
    """Tally what was counted, in the same form: one resample that changes nothing."""
    found = []
    for columns in cells.sides:
        side = _Sums(cells.classes, 1)
        for true_class in np.unique(cells.truth).tolist():
            part = cells.truth == true_class
            counts = cells.counts[part]
            side.add(true_class, int(counts.sum()), counts[None, :], columns[part])
        found.append(side.tally())
    return tuple(found)


class _Sums:
    """A tally in the making, one line per resample."""

    def __init__(self, classes: int, draws: int) -> None:
        self._classes = classes
        self._support = np.zeros(classes)
        self._right = np.zeros((draws, classes))
        self._columns = np.zeros((draws, classes + 2))
        self._linear = np.zeros(draws)
        self._quadratic = np.zeros(draws)

    def add(
        self, true_class: int, n: int, drawn: Counts, columns: npt.NDArray[np.intp]
    ) -> None:
        self._support[true_class] = n
        if len(np.unique(columns)) == len(columns):
            self._columns[:, columns] += drawn
        else:
            # Fancy += would count a repeated column once.
            for place, column in enumerate(columns.tolist()):
                self._columns[:, column] += drawn[:, place]
        hits = columns == true_class
        self._right[:, true_class] = drawn[:, hits].sum(axis=1)
        apart = np.where(columns < self._classes, np.abs(columns - true_class), 0)
        self._linear += drawn @ apart
        self._quadratic += drawn @ apart**2

    def tally(self) -> Tally:
        return Tally(
            support=self._support,
            right=self._right,
            predicted=self._columns[:, : self._classes],
            lost=self._columns[:, self._classes :],
            linear=self._linear,
            quadratic=self._quadratic,
        )


def bounded(metric: Metric, drawn: Floats | None, options: Options) -> Metric:
    """Give a defined figure the percentiles of its resamples.

    There is no interval where half the resamples are undefined, or all are the same.
    """
    if metric.value is None or metric.reason or drawn is None:
        return metric
    known = drawn[~np.isnan(drawn)]
    if 2 * len(known) < len(drawn) or not len(known) or np.ptp(known) == 0:
        return metric
    tail = (1 - options.confidence) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return Metric(
        metric.value,
        metric.reason,
        low=float(low),
        high=float(high),
        method="bootstrap",
        left_out=metric.left_out,
        resamples=len(drawn),
    )
