"""The few figures that stand for a whole confusion."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from experiments_ui.analysis.classification import rates
from experiments_ui.analysis.classification.confusion import Confusion
from experiments_ui.analysis.classification.metric import (
    DEFAULTS,
    NEITHER,
    NO_DISAGREEMENT,
    NO_PREDICTED_ROWS,
    NO_ROWS,
    NO_TRUE_ROWS,
    ONE_CLASS,
    Metric,
    Options,
    defined,
    proportion,
)
from experiments_ui.analysis.classification.rates import Floats, Tally
from experiments_ui.analysis.classification.resampling import (
    affordable,
    bounded,
    cells_of,
    observed,
    tallies,
)

Formula = Callable[[Tally], Floats]


@dataclass(frozen=True, slots=True)
class Averages:
    """One figure over all classes; `left_out` of each tells how many had none."""

    macro: Metric
    micro: Metric
    weighted: Metric


@dataclass(frozen=True, slots=True)
class Overall:
    """`n` rows have a truth, and a prediction too where those without are excluded.

    Coverage is the share of rows with a truth that have a prediction, either way.
    """

    n: int
    accuracy: Metric
    error_rate: Metric
    coverage: Metric
    balanced_accuracy: Metric
    precision: Averages
    recall: Averages
    f1: Averages
    f_beta: Averages
    mcc: Metric
    kappa: Metric
    kappa_linear: Metric
    kappa_quadratic: Metric


def overall(confusion: Confusion, options: Options = DEFAULTS) -> Overall:
    """Describe a whole confusion, with a bootstrap of at most `options.resamples`."""
    n, right = confusion.n, int(confusion.right.sum())
    if not n:
        return _nothing(_coverage(confusion, options))
    reader = _Reader(confusion, options)
    return Overall(
        n=n,
        accuracy=proportion(right, n, NO_ROWS, options),
        error_rate=proportion(n - right, n, NO_ROWS, options),
        coverage=_coverage(confusion, options),
        balanced_accuracy=reader.figure(_balanced, NO_ROWS),
        precision=reader.precision(),
        recall=reader.recall(),
        f1=reader.f_score(1.0),
        f_beta=reader.f_score(options.beta),
        mcc=reader.figure(rates.mcc, ONE_CLASS),
        kappa=reader.figure(_kappa("none"), NO_DISAGREEMENT),
        kappa_linear=reader.figure(_kappa("linear"), NO_DISAGREEMENT),
        kappa_quadratic=reader.figure(_kappa("quadratic"), NO_DISAGREEMENT),
    )


def _coverage(confusion: Confusion, options: Options) -> Metric:
    if not confusion.with_truth:
        return _NONE
    answered = confusion.with_truth - confusion.missing_prediction
    return proportion(answered, confusion.with_truth, NO_ROWS, options)


_NONE = Metric(None, NO_ROWS)


def _nothing(coverage: Metric) -> Overall:
    """Leave every figure undefined, whatever undefined ones count as elsewhere."""
    averages = Averages(_NONE, _NONE, _NONE)
    return Overall(
        n=0,
        accuracy=_NONE,
        error_rate=_NONE,
        coverage=coverage,
        balanced_accuracy=_NONE,
        precision=averages,
        recall=averages,
        f1=averages,
        f_beta=averages,
        mcc=_NONE,
        kappa=_NONE,
        kappa_linear=_NONE,
        kappa_quadratic=_NONE,
    )


def _balanced(tally: Tally) -> Floats:
    """Average recall over the classes with support, whatever else counts as 0."""
    return rates.macro(rates.recall(tally))


def _kappa(weights: rates.Weights) -> Formula:
    return lambda tally: rates.kappa(tally, weights)


class _Reader:
    """Applies formulas to what was counted, and to the resamples."""

    def __init__(self, confusion: Confusion, options: Options) -> None:
        self._confusion, self._options = confusion, options
        cells = cells_of(confusion)
        self._observed = observed(cells)[0]
        draws = affordable(cells, options)
        self._drawn = tallies(cells, draws, options.seed)[0] if draws else None

    def figure(self, formula: Formula, reason: str, *, left_out: int = 0) -> Metric:
        value = float(formula(self._observed)[0])
        metric = replace(defined(value, reason, self._options), left_out=left_out)
        drawn = None if self._drawn is None else formula(self._drawn)
        return bounded(metric, drawn, self._options)

    def averages(self, formula: Formula, reason: str, micro: Metric) -> Averages:
        values = formula(self._observed)[0]
        support = self._observed.support
        without = np.isnan(values)
        lost, lost_weight = int(without.sum()), int((without & (support > 0)).sum())
        if self._options.undefined_as_zero:
            lost = lost_weight = 0
        return Averages(
            macro=self.figure(
                lambda tally: rates.macro(self._filled(formula(tally))),
                reason,
                left_out=lost,
            ),
            micro=micro,
            weighted=self.figure(
                lambda tally: rates.weighted(
                    self._filled(formula(tally)), tally.support
                ),
                reason,
                left_out=lost_weight,
            ),
        )

    def _filled(self, values: Floats) -> Floats:
        if not self._options.undefined_as_zero:
            return values
        return np.nan_to_num(values, nan=0.0)

    def precision(self) -> Averages:
        right = int(self._confusion.right.sum())
        predicted = int(self._confusion.predicted.sum())
        reason = NO_PREDICTED_ROWS
        micro = proportion(right, predicted, reason, self._options)
        return self.averages(rates.precision, reason, micro)

    def recall(self) -> Averages:
        right, n = int(self._confusion.right.sum()), self._confusion.n
        micro = proportion(right, n, NO_TRUE_ROWS, self._options)
        return self.averages(rates.recall, NO_TRUE_ROWS, micro)

    def f_score(self, beta: float) -> Averages:
        micro = self.figure(lambda tally: rates.micro_f_score(tally, beta), NEITHER)
        return self.averages(lambda tally: rates.f_score(tally, beta), NEITHER, micro)
