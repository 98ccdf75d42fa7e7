"""Two experiments' predictions of the same truth, side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.classification import rates
from experiments_ui.analysis.classification.confusion import (
    Codes,
    Confusion,
    Counts,
    confusion,
)
from experiments_ui.analysis.classification.metric import (
    DEFAULTS,
    NEITHER,
    NO_DISAGREEMENT,
    NO_PREDICTED_ROWS,
    NO_ROWS,
    ONE_CLASS,
    Metric,
    Options,
)
from experiments_ui.analysis.classification.rates import Floats, Tally, divide
from experiments_ui.analysis.classification.resampling import (
    Cells,
    affordable,
    bounded,
    observed,
    tallies,
)
from experiments_ui.analysis.proportions import PairedCounts
from experiments_ui.errors import Invalid


@dataclass(frozen=True, slots=True)
class Delta:
    """Candidate minus baseline, one line per true class.

    Columns are the classes, outside and missing. `shares` are of the true class's rows,
    NaN where one side has none.
    """

    labels: tuple[str, ...]
    counts: Counts
    shares: Floats


def delta(base: Confusion, candidate: Confusion) -> Delta:
    """Subtract two confusions of the same truth.

    Raises:
        Invalid: They have not the same classes.
    """
    if base.labels != candidate.labels:
        message = "Count both experiments over the same labels and the same rows."
        raise Invalid(message, {"labels": message})
    shares = [divide(each.table, each.support[:, None]) for each in (base, candidate)]
    return Delta(base.labels, candidate.table - base.table, shares[1] - shares[0])


@dataclass(frozen=True, slots=True)
class Transition:
    """Rows whose prediction changed from one label to another; None is missing.

    Of rows without a truth nothing is said but that they changed (`unjudged`).
    """

    before: str | None
    after: str | None
    count: int
    became_right: int
    became_wrong: int
    stayed_wrong: int
    unjudged: int


@dataclass(frozen=True, slots=True)
class Transitions:
    """The changes, most rows first; `kinds` counts them all, listed or not."""

    rows: tuple[Transition, ...]
    kinds: int
    changed: int
    unchanged: int


def transitions(
    base: Codes,
    candidate: Codes,
    truth: Codes,
    labels: Sequence[str],
    limit: int = 200,
) -> Transitions:
    """Count which label became which."""
    moved = base != candidate
    before, after, true = base[moved], candidate[moved], truth[moved]
    codes = (before.astype(np.int64) + 1) * (len(labels) + 1) + after + 1
    kinds, places = np.unique(codes, return_inverse=True)
    judged = true >= 0
    tallied = [
        np.bincount(places[mask], minlength=len(kinds))
        for mask in (
            np.ones(len(true), dtype=np.bool_),
            judged & (after == true),
            judged & (before == true),
            judged & (after != true) & (before != true),
            ~judged,
        )
    ]
    order = np.argsort(-tallied[0], kind="stable")[:limit].tolist()
    named = (*labels, None)  # -1 reaches the last

    def transition(place: int) -> Transition:
        first, second = divmod(int(kinds[place]), len(labels) + 1)
        counts = (int(each[place]) for each in tallied)
        return Transition(named[first - 1], named[second - 1], *counts)

    return Transitions(
        rows=tuple(transition(place) for place in order),
        kinds=len(kinds),
        changed=len(true),
        unchanged=len(moved) - len(true),
    )


def correctness(base: Codes, candidate: Codes, truth: Codes) -> PairedCounts:
    """Count the rows with a truth by who was right; an absent prediction is wrong.

    `first_only` and `second_only` are what McNemar's test compares.
    """
    known = truth >= 0
    first, second = (base == truth) & known, (candidate == truth) & known
    both = int(np.count_nonzero(first & second))
    first_only = int(np.count_nonzero(first)) - both
    second_only = int(np.count_nonzero(second)) - both
    neither = int(np.count_nonzero(known)) - both - first_only - second_only
    return PairedCounts(both, first_only, second_only, neither)


@dataclass(frozen=True, slots=True)
class Differences:
    """Candidate minus baseline over the rows that both are judged on.

    Intervals come from one bootstrap that draws both predictions of a row together.
    """

    n: int
    accuracy: Metric
    balanced_accuracy: Metric
    macro_precision: Metric
    macro_recall: Metric
    macro_f1: Metric
    weighted_f1: Metric
    mcc: Metric
    kappa: Metric


def differences(
    base: Codes,
    candidate: Codes,
    truth: Codes,
    labels: Sequence[str],
    *,
    declared: int | None = None,
    exclude_missing: bool = False,
    options: Options = DEFAULTS,
) -> Differences:
    """Compare overall figures; to exclude missing drops rows that either side lacks.

    Raises:
        Invalid: There are more than 1,000 classes.
    """
    rows = truth >= 0
    if exclude_missing:
        rows &= (base >= 0) & (candidate >= 0)
    cells = _joint(base[rows], candidate[rows], truth[rows], labels, declared)
    n = int(cells.counts.sum())
    draws = affordable(cells, options) if n else 0
    drawn = tallies(cells, draws, options.seed) if draws else None
    counted = observed(cells)

    def difference(formula: _Formula, reason: str) -> Metric:
        if not n:
            return Metric(None, NO_ROWS)
        value = float(_subtract(formula, counted, options)[0])
        if np.isnan(value):
            return Metric(None, reason)
        resampled = None if drawn is None else _subtract(formula, drawn, options)
        return bounded(Metric(value), resampled, options)

    found = {name: difference(*each) for name, each in _FORMULAS.items()}
    return Differences(n=n, **found)


_Formula = Callable[[Tally, Options], Floats]


def _subtract(formula: _Formula, sides: tuple[Tally, ...], options: Options) -> Floats:
    return formula(sides[1], options) - formula(sides[0], options)


def _filled(values: Floats, options: Options) -> Floats:
    return np.nan_to_num(values, nan=0.0) if options.undefined_as_zero else values


def _macro(formula: Callable[[Tally], Floats]) -> _Formula:
    return lambda tally, options: rates.macro(_filled(formula(tally), options))


def _plain(formula: Callable[[Tally], Floats]) -> _Formula:
    return lambda tally, options: _filled(formula(tally), options)


def _f1(tally: Tally) -> Floats:
    return rates.f_score(tally, 1.0)


_FORMULAS: Mapping[str, tuple[_Formula, str]] = {
    "accuracy": (_plain(rates.accuracy), NO_ROWS),
    "balanced_accuracy": (
        lambda tally, _: rates.macro(rates.recall(tally)),
        NO_ROWS,
    ),
    "macro_precision": (_macro(rates.precision), NO_PREDICTED_ROWS),
    "macro_recall": (_macro(rates.recall), NO_ROWS),
    "macro_f1": (_macro(_f1), NEITHER),
    "weighted_f1": (
        lambda tally, _: rates.weighted(_f1(tally), tally.support),
        NEITHER,
    ),
    "mcc": (_plain(rates.mcc), ONE_CLASS),
    "kappa": (_plain(lambda tally: rates.kappa(tally, "none")), NO_DISAGREEMENT),
}


def _joint(
    base: Codes,
    candidate: Codes,
    truth: Codes,
    labels: Sequence[str],
    declared: int | None,
) -> Cells:
    """Count the combinations of true class and both predictions that occur."""
    classes = confusion(truth, base, labels, declared=declared).labels
    k, width = len(classes), len(classes) + 2
    place = {label: column for column, label in enumerate(classes)}
    column = np.array([*(place.get(label, k) for label in labels), k + 1])
    first, second = column[base], column[candidate]
    codes = (column[truth] * width + first) * width + second
    cells, counts = np.unique(codes, return_counts=True)
    rest, after = np.divmod(cells, width)
    true, before = np.divmod(rest, width)
    sides: tuple[npt.NDArray[np.intp], ...] = (before, after)
    return Cells(k, true, counts, sides)
