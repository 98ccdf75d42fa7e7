"""Scores against what was true: curves, areas, and whether scores are believable."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from experiments_ui.analysis.classification import (
    at_threshold,
    at_thresholds,
    auc,
    average_precision,
    calibration,
    precision_recall,
    roc,
    scored,
)
from experiments_ui.analysis.classification.thresholds import auc_error

nan = float("nan")


def rows(truth, scores):
    return scored(np.array(truth, dtype=np.int32), np.array(scores, dtype=float), 1)


def test_areas_and_curve_of_scikit_learns_documentation_ka_30():
    found = rows([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    assert auc(found).value == 0.75
    assert average_precision(found).value == pytest.approx(0.8333, abs=1e-4)
    curve = roc(found)
    assert curve.x.tolist() == [0, 0, 0.5, 0.5, 1]
    assert curve.y.tolist() == [0, 0.5, 0.5, 1, 1]
    assert curve.thresholds.tolist() == [math.inf, 0.8, 0.4, 0.35, 0.1]


def test_area_and_error_of_hanley_and_mcneil_1982_ka_31():
    normal, abnormal = (33, 6, 6, 11, 2), (3, 2, 2, 11, 33)
    truth = [0] * sum(normal) + [1] * sum(abnormal)
    scores = [s for counts in (normal, abnormal) for s in np.repeat(range(5), counts)]
    area = auc(rows(truth, scores))
    assert round(area.value, 4) == 0.8932
    assert round(auc_error(area.value, 51, 58), 4) == 0.0325
    assert area.low == pytest.approx(0.8932 - 1.96 * 0.0325, abs=2e-4)
    assert area.method == "hanley-mcneil"


def test_the_brier_score_of_scikit_learns_documentation_ka_33():
    found = calibration(rows([0, 1, 1, 0], [0.1, 0.9, 0.8, 0.3]))
    assert found.brier.value == pytest.approx(0.0375)


def test_the_log_loss_of_scikit_learns_documentation_ka_33():
    found = calibration(rows([1, 0, 0, 1], [0.9, 0.1, 0.2, 0.65]))
    assert found.log_loss.value == pytest.approx(0.21616, abs=1e-5)


def test_the_calibration_error_of_torchmetrics_documentation_ka_33():
    found = calibration(rows([0, 0, 1, 1, 1], [0.25, 0.25, 0.55, 0.75, 0.75]), bins=2)
    assert round(found.ece.value, 4) == 0.29
    assert round(found.rms.value, 4) == 0.2918
    assert round(found.mce.value, 4) == 0.3167
    assert [each.n for each in found.bins] == [2, 3]


def test_bins_are_closed_on_the_right_and_the_first_holds_0():
    found = calibration(rows([0, 0, 1, 1], [0.0, 0.1, 0.3, 1.0]))
    assert [each.n for each in found.bins] == [2, 0, 1, 0, 0, 0, 0, 0, 0, 1]
    assert found.bins[1].mean_score is None


@pytest.mark.parametrize("truth", [[1, 1], [0, 0]])
def test_with_one_class_only_nothing_can_be_told_apart_bi_31(truth):
    found = rows(truth, [0.2, 0.4])
    assert auc(found).value is None
    assert auc(found).reason == "one class only"
    assert average_precision(found).value is None
    assert roc(found).reason == "one class only"
    assert at_thresholds(found).reason == "one class only"


def test_no_rows_have_no_figures_bi_31():
    found = rows([], [])
    assert auc(found).reason == average_precision(found).reason == "no rows"
    assert calibration(found).brier.reason == "no rows"
    assert precision_recall(found).reason == "no rows"
    assert len(at_thresholds(found).f1) == 0
    assert at_threshold(found, 0.5) == (0, 0, 0, 0)


def test_scores_that_are_no_numbers_are_left_out_and_counted_bi_30():
    found = rows([0, 1, 1, 1, -1, -1], [0.1, 0.9, nan, math.inf, 0.3, nan])
    assert (found.n, found.unusable, found.missing_truth) == (2, 2, 2)
    assert auc(found).value == 1
    assert auc(found).low is None  # clear separation says nothing about its error


def test_constant_scores_are_no_better_than_chance_bi_30():
    assert auc(rows([0, 1, 1], [0.5, 0.5, 0.5])).value == 0.5


def test_scores_beyond_0_and_1_are_no_probabilities_but_can_be_ranked():
    found = rows([0, 1], [-3.0, 7.5])
    assert calibration(found).ece.reason == "scores outside 0 to 1"
    assert auc(found).value == 1


def test_a_certain_mistake_has_a_finite_log_loss():
    assert calibration(rows([1, 0], [0.0, 0.0])).log_loss.value == pytest.approx(
        -math.log(1e-15) / 2
    )


def test_curves_are_thinned_to_what_can_be_drawn_and_keep_their_ends():
    generator = np.random.default_rng(14)
    found = rows(generator.integers(0, 2, 5_000), generator.random(5_000))
    for curve in (roc(found), precision_recall(found)):
        assert len(curve.x) <= 500
        assert (curve.x[0], curve.x[-1]) == (0, 1)
    assert len(at_thresholds(found).f1) <= 500


def test_counts_at_a_threshold_take_scores_that_equal_it():
    found = rows([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    assert at_threshold(found, 0.4) == (1, 1, 1, 1)
    assert at_threshold(found, 0.41) == (1, 0, 1, 2)
    assert at_threshold(found, 0.0) == (2, 2, 0, 0)
    assert at_threshold(found, 0.9) == (0, 0, 2, 2)


scores = st.lists(
    st.tuples(
        st.integers(0, 1), st.sampled_from([0.0, 0.05, 0.1, 0.25, 0.5, 0.9, 1.0])
    ),
    min_size=2,
    max_size=40,
).filter(lambda pairs: len({truth for truth, _ in pairs}) == 2)


@given(scores)
def test_areas_and_curves_are_those_of_scikit_learn(pairs):
    truth, values = zip(*pairs, strict=True)
    found = rows(truth, values)
    fpr, tpr, _ = metrics.roc_curve(truth, values, drop_intermediate=False)
    precision, recall, _ = metrics.precision_recall_curve(truth, values)
    assert auc(found).value == pytest.approx(metrics.roc_auc_score(truth, values))
    assert average_precision(found).value == pytest.approx(
        metrics.average_precision_score(truth, values)
    )
    assert roc(found).x == pytest.approx(fpr)
    assert roc(found).y == pytest.approx(tpr)
    assert precision_recall(found).x == pytest.approx(recall[::-1])
    assert precision_recall(found).y == pytest.approx(precision[::-1])


@given(scores)
def test_figures_at_each_threshold_are_those_of_scikit_learn(pairs):
    truth, values = map(np.array, zip(*pairs, strict=True))
    found = rows(truth, values)
    at = at_thresholds(found)
    for place, threshold in enumerate(at.thresholds):
        guess = (values >= threshold).astype(int)
        tp, fp, fn, tn = at_threshold(found, threshold)
        assert [[tn, fp], [fn, tp]] == metrics.confusion_matrix(truth, guess).tolist()
        assert at.f1[place] == pytest.approx(metrics.f1_score(truth, guess))
        assert at.accuracy[place] == pytest.approx(metrics.accuracy_score(truth, guess))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            mcc = metrics.matthews_corrcoef(truth, guess)
        assert np.nan_to_num(at.mcc[place]) == pytest.approx(mcc)


@given(scores)
def test_losses_are_those_of_scikit_learn(pairs):
    truth, values = zip(*pairs, strict=True)
    inner = np.clip(values, 0.01, 0.99)
    found = calibration(rows(truth, inner))
    assert found.brier.value == pytest.approx(metrics.brier_score_loss(truth, inner))
    assert found.log_loss.value == pytest.approx(metrics.log_loss(truth, inner))
    assert 0 <= found.ece.value <= found.rms.value + 1e-12 <= found.mce.value + 1e-9


@given(scores, st.randoms())
def test_the_order_of_rows_changes_no_curve(pairs, random):
    shuffled = list(pairs)
    random.shuffle(shuffled)
    first, second = (rows(*zip(*each, strict=True)) for each in (pairs, shuffled))
    assert roc(first).y.tolist() == roc(second).y.tolist()
    assert auc(first) == auc(second)
