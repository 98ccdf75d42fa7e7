"""Figures of any confusion are scikit-learn's, and keep their properties."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from experiments_ui.analysis.classification import (
    Options,
    confusion,
    overall,
    per_class,
)

PLAIN = Options(resamples=0)
ZERO = Options(resamples=0, undefined_as_zero=True)


def codes(values):
    return np.array(values, dtype=np.int32)


def counted(truth, predicted, names, **options):
    return confusion(codes(truth), codes(predicted), names, **options)


def values(figures, name):
    return [getattr(each, name).value for each in figures]


@st.composite
def pairs(draw, lowest=0):
    size = draw(st.integers(1, 5))
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, size - 1), st.integers(lowest, size - 1)),
            min_size=1,
            max_size=40,
        )
    )
    truth, predicted = zip(*rows, strict=True)
    return size, list(truth), list(predicted)


def equal(ours, theirs):
    if ours is None:
        return bool(np.isnan(theirs))
    return ours == pytest.approx(theirs, abs=1e-9)


def sklearn(function, *arguments, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*arguments, **options)


@given(pairs(lowest=-1), st.sampled_from([0.5, 1.0, 2.0]))
def test_figures_of_each_class_are_those_of_scikit_learn(case, beta):
    size, truth, predicted = case
    ours = per_class(
        counted(truth, predicted, tuple("abcde"[:size])),
        Options(beta=beta, resamples=0),
    )
    theirs = sklearn(
        metrics.precision_recall_fscore_support,
        truth, predicted, labels=range(size), zero_division=np.nan, beta=beta,
    )  # fmt: skip
    for name, column in zip(("precision", "recall", "f_beta"), theirs, strict=False):
        assert all(map(equal, values(ours, name), column)), name
    assert [each.support for each in ours] == theirs[3].tolist()


@given(
    pairs(lowest=-1),
    st.sampled_from(["macro", "micro", "weighted"]),
    st.sampled_from([(PLAIN, np.nan), (ZERO, 0)]),
)
def test_averages_are_those_of_scikit_learn(case, average, undefined):
    size, truth, predicted = case
    options, filler = undefined
    ours = overall(counted(truth, predicted, tuple("abcde"[:size])), options)
    theirs = sklearn(
        metrics.precision_recall_fscore_support,
        truth, predicted, labels=range(size), zero_division=filler, average=average,
    )  # fmt: skip
    for name, value in zip(("precision", "recall", "f1"), theirs, strict=False):
        figure = getattr(getattr(ours, name), average).value
        # Where no class with rows has a figure, scikit-learn's weighted mean is 0.
        nothing = average == "weighted" and figure is None and value == 0
        assert nothing or equal(figure, value), name


@given(pairs(lowest=-1))
def test_correlation_and_agreement_are_those_of_scikit_learn(case):
    size, truth, predicted = case
    ours = overall(counted(truth, predicted, tuple("abcde"[:size])), ZERO)
    agreement = sklearn(metrics.cohen_kappa_score, truth, predicted)
    assert equal(ours.mcc.value, sklearn(metrics.matthews_corrcoef, truth, predicted))
    assert equal(ours.kappa.value, np.nan_to_num(agreement))
    assert equal(
        ours.balanced_accuracy.value,
        sklearn(metrics.balanced_accuracy_score, truth, predicted),
    )
    assert equal(ours.accuracy.value, metrics.accuracy_score(truth, predicted))


@given(pairs())
def test_weighted_agreement_is_that_of_scikit_learn(case):
    size, truth, predicted = case
    found = counted(truth, predicted, tuple("abcde"[:size]))
    ours = overall(found, PLAIN)
    theirs = sklearn(metrics.confusion_matrix, truth, predicted, labels=range(size))
    assert found.matrix.tolist() == theirs.tolist()
    for name in ("linear", "quadratic"):
        theirs = sklearn(
            metrics.cohen_kappa_score,
            truth, predicted, labels=range(size), weights=name,
        )  # fmt: skip
        assert equal(getattr(ours, f"kappa_{name}").value, theirs)


@given(pairs(lowest=-1), st.randoms())
def test_the_order_of_rows_changes_nothing(case, random):
    size, truth, predicted = case
    rows = list(zip(truth, predicted, strict=True))
    random.shuffle(rows)
    names = tuple("abcde"[:size])
    shuffled = counted(*zip(*rows, strict=True), names)
    found = counted(truth, predicted, names)
    assert overall(shuffled, Options(resamples=20)) == overall(
        found, Options(resamples=20)
    )


@given(pairs(lowest=-1), st.randoms())
def test_other_names_permute_the_classes_and_leave_the_whole(case, random):
    size, truth, predicted = case
    order = list(range(size))
    random.shuffle(order)
    names = tuple("abcde"[:size])
    renamed = [
        [order[code] if code >= 0 else -1 for code in side]
        for side in (truth, predicted)
    ]
    before = counted(truth, predicted, names)
    after = counted(*renamed, names)
    assert after.matrix[np.ix_(order, order)].tolist() == before.matrix.tolist()
    ours, theirs = overall(before, PLAIN), overall(after, PLAIN)
    for name in ("accuracy", "mcc", "kappa"):
        assert getattr(ours, name).value == pytest.approx(getattr(theirs, name).value)
    assert ours.f1.macro.value == pytest.approx(theirs.f1.macro.value)


@settings(max_examples=30)
@given(pairs(lowest=-1))
def test_every_figure_and_interval_lies_within_its_bounds(case):
    size, truth, predicted = case
    found = counted(truth, predicted, tuple("abcde"[:size]))
    whole = overall(found, Options(resamples=50))
    for name, lowest in (("accuracy", 0), ("mcc", -1), ("kappa", -1), ("coverage", 0)):
        figure = getattr(whole, name)
        for value in (figure.value, figure.low, figure.high):
            assert value is None or lowest - 1e-9 <= value <= 1 + 1e-9
        if figure.low is not None:
            assert figure.low <= figure.high
