"""What a confusion says about each class, and about one class against the rest."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments_ui.analysis.classification import rates
from experiments_ui.analysis.classification.confusion import Confusion
from experiments_ui.analysis.classification.metric import (
    DEFAULTS,
    NEITHER,
    NO_PREDICTED_ROWS,
    NO_ROWS,
    NO_TRUE_ROWS,
    ONE_CLASS,
    POSITIVE_ABSENT,
    Metric,
    Options,
    defined,
    proportion,
    undefined,
)
from experiments_ui.analysis.classification.overall import overall
from experiments_ui.analysis.classification.resampling import (
    affordable,
    bounded,
    cells_of,
    tallies,
)

NO_NEGATIVE_ROWS = "no rows of another class"
NO_NEGATIVE_PREDICTIONS = "no rows predicted to be of another class"


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One class against the rest; `f_beta` weighs recall beta² times.

    Specificity asks which rows of other classes were taken for another class, right or
    wrong; a prediction that is absent or no class is not to its credit.
    """

    label: str
    support: int
    predicted: int
    right: int
    precision: Metric
    recall: Metric
    f1: Metric
    f_beta: Metric
    specificity: Metric


def per_class(
    confusion: Confusion, options: Options = DEFAULTS
) -> tuple[ClassFigures, ...]:
    """Describe each class, in the order of the confusion's labels."""
    counts = [_counts(confusion, place) for place in range(len(confusion.labels))]
    f1, f_beta = _f_scores(confusion, options)
    return tuple(
        _figures(each, options, label=label, f1=f1[place], f_beta=f_beta[place])
        for place, (label, each) in enumerate(
            zip(confusion.labels, counts, strict=True)
        )
    )


def _f_scores(
    confusion: Confusion, options: Options
) -> tuple[list[Metric], list[Metric]]:
    """Work out F1 and F-beta with intervals; they are the same where beta is 1."""
    cells = cells_of(confusion)
    draws = affordable(cells, options)
    drawn = tallies(cells, draws, options.seed)[0] if draws and confusion.n else None

    def scores(beta: float) -> list[Metric]:
        square = beta * beta
        values = rates.divide(
            (1 + square) * confusion.right,
            square * confusion.support + confusion.predicted,
        )
        resampled = None if drawn is None else rates.f_score(drawn, beta)
        return [
            bounded(
                defined(value, NEITHER, options),
                None if resampled is None else resampled[:, place],
                options,
            )
            for place, value in enumerate(values.tolist())
        ]

    f1 = scores(1.0)
    return f1, f1 if options.beta == 1 else scores(options.beta)


@dataclass(frozen=True, slots=True)
class _OneAgainstRest:
    """The four counts among rows whose prediction is a class, and the two others."""

    tp: int
    fp: int
    fn: int
    tn: int
    unanswered_positive: int = 0
    unanswered_negative: int = 0

    @property
    def positive(self) -> int:
        return self.tp + self.fn + self.unanswered_positive

    @property
    def negative(self) -> int:
        return self.fp + self.tn + self.unanswered_negative

    @property
    def n(self) -> int:
        return self.positive + self.negative


def _counts(confusion: Confusion, place: int) -> _OneAgainstRest:
    lost = confusion.outside + confusion.missing
    tp = int(confusion.matrix[place, place])
    fp = int(confusion.predicted[place]) - tp
    unanswered = int(lost[place])
    fn = int(confusion.support[place]) - tp - unanswered
    answered = int(confusion.predicted.sum())
    return _OneAgainstRest(
        tp=tp,
        fp=fp,
        fn=fn,
        tn=answered - tp - fp - fn,
        unanswered_positive=unanswered,
        unanswered_negative=int(lost.sum()) - unanswered,
    )


def _figures(
    counts: _OneAgainstRest, options: Options, *, label: str, f1: Metric, f_beta: Metric
) -> ClassFigures:
    return ClassFigures(
        label=label,
        support=counts.positive,
        predicted=counts.tp + counts.fp,
        right=counts.tp,
        precision=_precision(counts, options),
        recall=_recall(counts, options),
        f1=f1,
        f_beta=f_beta,
        specificity=_specificity(counts, options),
    )


def _precision(counts: _OneAgainstRest, options: Options) -> Metric:
    predicted = counts.tp + counts.fp
    return proportion(counts.tp, predicted, NO_PREDICTED_ROWS, options)


def _recall(counts: _OneAgainstRest, options: Options) -> Metric:
    return proportion(counts.tp, counts.positive, NO_TRUE_ROWS, options)


def _specificity(counts: _OneAgainstRest, options: Options) -> Metric:
    return proportion(counts.tn, counts.negative, NO_NEGATIVE_ROWS, options)


@dataclass(frozen=True, slots=True)
class Binary:
    """The positive class against all others.

    `fn` and `tn` hold the rows whose prediction is another class; a prediction that is
    absent or no class is unanswered: wrong for accuracy, recall and specificity.
    """

    positive: str
    n: int
    tp: int
    fp: int
    fn: int
    tn: int
    unanswered_positive: int
    unanswered_negative: int
    accuracy: Metric
    precision: Metric
    recall: Metric
    specificity: Metric
    npv: Metric
    prevalence: Metric
    f1: Metric
    f_beta: Metric
    mcc: Metric
    balanced_accuracy: Metric


def binary(confusion: Confusion, positive: str, options: Options = DEFAULTS) -> Binary:
    """Describe one class against the rest.

    Where the class is neither true nor predicted anywhere, every figure is undefined.
    """
    counts = _OneAgainstRest(0, 0, 0, 0)
    if positive in confusion.labels:
        counts = _counts(confusion, confusion.labels.index(positive))
    if not counts.positive + counts.fp:
        return _absent(positive, counts)
    return _binary(positive, counts, options)


def _binary(positive: str, counts: _OneAgainstRest, options: Options) -> Binary:
    two = _as_two_classes(counts)
    f1, f_beta = _f_scores(two, options)
    mcc, balanced = _bootstrapped(two, options)
    answered_no = counts.tn + counts.fn
    return Binary(
        **_named(positive, counts),
        accuracy=proportion(counts.tp + counts.tn, counts.n, NO_ROWS, options),
        precision=_precision(counts, options),
        recall=_recall(counts, options),
        specificity=_specificity(counts, options),
        npv=proportion(counts.tn, answered_no, NO_NEGATIVE_PREDICTIONS, options),
        prevalence=proportion(counts.positive, counts.n, NO_ROWS, options),
        f1=f1[0],
        f_beta=f_beta[0],
        mcc=mcc,
        balanced_accuracy=balanced,
    )


def _named(positive: str, counts: _OneAgainstRest) -> dict[str, Any]:
    return {
        "positive": positive,
        "n": counts.n,
        "tp": counts.tp,
        "fp": counts.fp,
        "fn": counts.fn,
        "tn": counts.tn,
        "unanswered_positive": counts.unanswered_positive,
        "unanswered_negative": counts.unanswered_negative,
    }


_FIGURES = (
    "accuracy",
    "precision",
    "recall",
    "specificity",
    "npv",
    "prevalence",
    "f1",
    "f_beta",
    "mcc",
    "balanced_accuracy",
)


def _absent(positive: str, counts: _OneAgainstRest) -> Binary:
    none: dict[str, Any] = dict.fromkeys(_FIGURES, Metric(None, POSITIVE_ABSENT))
    return Binary(**_named(positive, counts), **none)


def _as_two_classes(counts: _OneAgainstRest) -> Confusion:
    """Write the four counts as a confusion of their own."""
    unanswered = np.array([counts.unanswered_positive, counts.unanswered_negative])
    return Confusion(
        labels=("positive", "negative"),
        declared=2,
        matrix=np.array([[counts.tp, counts.fn], [counts.fp, counts.tn]]),
        outside=np.zeros(2, dtype=np.int64),
        missing=unanswered,
        missing_truth=0,
        missing_prediction=int(unanswered.sum()),
        outside_labels=(),
        outside_kinds=0,
    )


def _bootstrapped(two: Confusion, options: Options) -> tuple[Metric, Metric]:
    """Work out MCC and the mean of recall and specificity."""
    whole = overall(two, options)
    if not two.support.all():
        return whole.mcc, undefined(ONE_CLASS, options)
    return whole.mcc, whole.balanced_accuracy
