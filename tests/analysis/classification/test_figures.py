"""Figures of a confusion: published answers, edges, and agreement with scikit-learn."""

import math

import numpy as np
import pytest

from experiments_ui.analysis.classification import (
    Metric,
    Options,
    binary,
    confusion,
    overall,
    per_class,
)
from experiments_ui.errors import Invalid

PLAIN = Options(resamples=0)
ZERO = Options(resamples=0, undefined_as_zero=True)


def codes(values):
    return np.array(values, dtype=np.int32)


def counted(truth, predicted, names, **options):
    return confusion(codes(truth), codes(predicted), names, **options)


def table(matrix, names="abcdefgh"):
    """Build a confusion from its matrix, row by row."""
    truth, predicted = [], []
    for row, line in enumerate(matrix):
        for column, count in enumerate(line):
            truth += [row] * count
            predicted += [column] * count
    return counted(truth, predicted, tuple(names[: len(matrix)]))


def values(figures, name):
    return [getattr(each, name).value for each in figures]


def test_the_classification_report_of_scikit_learns_documentation_ka_26():
    found = counted([0, 1, 2, 2, 2], [0, 0, 2, 2, 1], ("0", "1", "2"))
    whole = overall(found, PLAIN)
    assert whole.accuracy.value == 0.6
    macro = [
        round(each.macro.value, 2) for each in (whole.precision, whole.recall, whole.f1)
    ]
    weighted = [
        round(each.weighted.value, 2)
        for each in (whole.precision, whole.recall, whole.f1)
    ]
    assert macro == [0.5, 0.56, 0.49]
    assert weighted == [0.7, 0.6, 0.61]


def test_the_macro_f1_of_scikit_learns_documentation_ka_27():
    found = overall(
        counted([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1], ("0", "1", "2")), PLAIN
    )
    assert found.f1.macro.value == pytest.approx(0.26667, abs=1e-5)
    assert found.precision.macro.value == pytest.approx(2 / 9)
    assert found.recall.macro.value == pytest.approx(1 / 3)
    assert found.f1.micro.value == pytest.approx(1 / 3)


def test_the_confusions_of_scikit_learns_documentation_ka_28():
    names = ("ant", "bird", "cat")
    animals = counted([2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2], names)
    assert animals.matrix.tolist() == [[2, 0, 0], [0, 0, 1], [1, 0, 2]]
    two = binary(counted([0, 1, 0, 1], [1, 1, 1, 0], ("no", "yes")), "yes", PLAIN)
    assert (two.tn, two.fp, two.fn, two.tp) == (0, 2, 1, 1)


def test_mcc_and_balanced_accuracy_of_scikit_learns_documentation_ka_29():
    found = overall(counted([1, 1, 1, 0], [1, 0, 1, 1], ("-1", "+1")), PLAIN)
    assert found.mcc.value == pytest.approx(-1 / 3)
    balanced = overall(counted([0, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 1], "ab"), PLAIN)
    assert balanced.balanced_accuracy.value == 0.625


def test_sensitivity_and_specificity_of_altman_and_bland_1994_ka_32():
    liver = binary(table([[231, 27], [32, 54]]), "a", PLAIN)
    assert round(liver.recall.value, 3) == 0.895
    assert round(liver.specificity.value, 3) == 0.628
    assert round(liver.precision.value, 3) == 0.878
    assert round(liver.npv.value, 3) == 0.667


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        ([[20, 5], [10, 15]], (0.4, 0.4, 0.4)),  # a textbook's
        ([[75, 1, 4], [5, 4, 1], [0, 0, 10]], (0.6765, 0.7222, 0.7553)),  # Fleiss
    ],
)
def test_kappa_as_published_ka_22(matrix, expected):
    found = overall(table(matrix), PLAIN)
    kappas = (found.kappa, found.kappa_linear, found.kappa_quadratic)
    assert [round(each.value, 4) for each in kappas] == list(expected)


def test_kappa_of_scikit_learns_documentation_ka_22():
    first = ["negative", "positive", "negative", "neutral", "positive"]
    second = ["negative", "positive", "negative", "neutral", "negative"]
    names = ("negative", "neutral", "positive")
    found = counted(
        *([names.index(x) for x in side] for side in (first, second)), names
    )
    assert overall(found, PLAIN).kappa.value == pytest.approx(0.6875)


def test_a_share_is_bounded_by_wilson_as_newcombe_1998_prints_it_ka_2():
    accuracy = overall(table([[81, 182], [0, 0]])).accuracy
    assert (round(accuracy.low, 4), round(accuracy.high, 4)) == (0.2553, 0.3662)
    assert accuracy.method == "wilson"


# Table 2.3 and BI-31: what is undefined has a reason and is never 0.


def test_a_class_never_predicted_has_no_precision_and_is_left_out_of_the_macro_bi_31():
    found = table([[2, 0], [2, 0]])
    precision = per_class(found, PLAIN)[1].precision
    assert precision == Metric(None, "no predicted rows")
    macro = overall(found, PLAIN).precision.macro
    assert (macro.value, macro.left_out) == (0.5, 1)


def test_a_class_without_rows_has_no_recall_and_is_left_out_of_the_macro_bi_31():
    found = table([[2, 2], [0, 0]])
    assert per_class(found, PLAIN)[1].recall == Metric(None, "no true rows")
    macro = overall(found, PLAIN).recall.macro
    assert (macro.value, macro.left_out) == (0.5, 1)


def test_a_class_that_is_missed_altogether_has_an_f1_of_0():
    assert values(per_class(table([[2, 0], [2, 0]]), PLAIN), "f1")[1] == 0


def test_a_class_that_never_occurs_has_no_f1():
    figures = per_class(counted([0], [0], ("a", "b")), PLAIN)
    assert figures[1].f1 == Metric(None, "neither true nor predicted rows")


def test_undefined_can_be_counted_as_0():
    found = overall(table([[2, 0], [2, 0]]), ZERO)
    assert found.precision.macro.value == 0.25
    assert found.precision.macro.left_out == 0
    assert found.mcc.value == 0


def test_a_missing_prediction_is_wrong_but_no_classs_false_positive_bi_31():
    found = counted([0, 0, 1, 1], [0, -1, 1, -1], ("a", "b"))
    whole = overall(found, PLAIN)
    assert whole.accuracy.value == 0.5
    assert whole.coverage.value == 0.5
    assert values(per_class(found, PLAIN), "recall") == [0.5, 0.5]
    assert values(per_class(found, PLAIN), "precision") == [1, 1]
    assert found.missing.tolist() == [1, 1]


def test_missing_predictions_can_be_excluded_and_coverage_still_shows_them_bi_31():
    found = counted([0, 0, 1, 1], [0, -1, 0, 1], ("a", "b"), missing="exclude")
    whole = overall(found, PLAIN)
    assert whole.n == 3
    assert whole.accuracy.value == pytest.approx(2 / 3)
    assert whole.coverage.value == 0.75
    assert found.missing_prediction == 1


def test_rows_without_a_truth_are_left_out_and_counted_bi_31():
    found = counted([0, -1, -1], [0, 0, -1], ("a",))
    assert (found.n, found.missing_truth, found.missing_prediction) == (1, 2, 0)


def test_a_label_outside_the_set_gets_a_column_and_no_part_in_the_macro_bi_31():
    # scikit-learn would average over three classes, and come to 0.333.
    found = counted([0, 0, 1, 1], [0, 2, 1, 2], ("a", "b", "z"), declared=2)
    assert found.labels == ("a", "b")
    assert found.outside.tolist() == [1, 1]
    assert found.outside_labels == (("z", 2),)
    assert overall(found, PLAIN).recall.macro.value == 0.5
    assert overall(found, PLAIN).coverage.value == 1


def test_a_true_label_that_was_not_declared_becomes_a_class():
    found = counted([0, 2], [0, 2], ("a", "b", "c", "d"), declared=2)
    assert found.labels == ("a", "b", "c")
    assert found.declared == 2


def test_with_one_class_only_mcc_and_kappa_are_undefined_bi_31():
    found = overall(counted([0, 0], [0, 0], ("a",)), PLAIN)
    assert found.mcc == Metric(None, "one class only")
    assert found.kappa.value is None
    assert found.kappa.reason == "one class only, always predicted"
    assert found.accuracy.value == 1


@pytest.mark.parametrize("options", [PLAIN, ZERO, Options()])
@pytest.mark.parametrize("truth", [[], [-1, -1]])
def test_an_empty_selection_has_no_figures_bi_31(truth, options):
    found = counted(truth, [0] * len(truth), ("a", "b"))
    whole = overall(found, options)
    for name in ("accuracy", "error_rate", "balanced_accuracy", "mcc", "kappa"):
        assert getattr(whole, name) == Metric(None, "no rows")
    assert whole.n == 0
    assert whole.f1.macro.value is None
    assert whole.coverage.value is None
    assert overall(counted([], [], ())).accuracy.value is None


def test_where_every_prediction_was_excluded_coverage_alone_is_left():
    whole = overall(counted([0, 1], [-1, -1], ("a", "b"), missing="exclude"))
    assert whole.accuracy == Metric(None, "no rows")
    assert whole.coverage.value == 0


@pytest.mark.parametrize("positive", ["b", "never heard of"])
def test_a_positive_class_that_is_absent_has_no_figures_bi_31(positive):
    found = binary(counted([0, 0], [0, 0], ("a", "b")), positive)
    assert found.f1 == found.accuracy == Metric(None, "positive class absent")


def test_two_classes_see_each_others_recall_as_specificity():
    found = counted(
        [0, 0, 0, 1, 1, 1, 1], [0, 1, -1, 1, 1, -1, 2], ("a", "b", "z"), declared=2
    )
    first, second = per_class(found, PLAIN)
    assert first.specificity.value == second.recall.value == 0.5
    assert second.specificity.value == first.recall.value
    one = binary(found, "a", PLAIN)
    assert one.specificity.value == first.specificity.value
    assert (one.unanswered_positive, one.unanswered_negative) == (1, 2)
    assert one.accuracy.value == overall(found, PLAIN).accuracy.value
    assert one.f1.value == first.f1.value


def test_an_unanswered_row_lies_as_far_from_any_class_as_two_can():
    found = overall(counted([0, 1, 2, 2], [0, 1, 2, -1], tuple("abc")), PLAIN)
    # Observed 2; expected 2 at any rate, and (0+1+2·2 + 1+0+1·2 + 2+1+0) / 4 besides.
    expected = 2 + (0 + 1 + 4 + 1 + 0 + 2 + 2 + 1 + 0) / 4
    assert found.kappa_linear.value == pytest.approx(1 - 2 / expected)


def test_more_classes_than_can_be_counted_are_refused():
    names = tuple(str(place) for place in range(1_001))
    with pytest.raises(Invalid, match="1,001 classes") as refused:
        counted([0], [0], names)
    assert "labels" in refused.value.fields


def test_many_labels_outside_the_set_cost_one_column():
    names = tuple(str(place) for place in range(100_000))
    found = counted(np.zeros(99_999), np.arange(1, 100_000), names, declared=1)
    assert found.matrix.shape == (1, 1)
    assert found.outside_kinds == 99_999
    assert len(found.outside_labels) == 100


@pytest.mark.parametrize(
    "options", [{"beta": 0}, {"beta": math.nan}, {"confidence": 1}]
)
def test_senseless_options_are_refused(options):
    with pytest.raises(Invalid):
        Options(**options)


# Intervals.


def test_a_bootstrapped_interval_holds_the_truth_nineteen_times_in_twenty():
    generator = np.random.default_rng(12)
    shares = np.array([[0.8, 0.15, 0.05], [0.2, 0.7, 0.1], [0.1, 0.2, 0.7]])
    supports, names = (200, 100, 60), ("a", "b", "c")
    counts = shares * np.array(supports)[:, None]
    f1 = 2 * counts.diagonal() / (np.array(supports) + counts.sum(axis=0))
    held = 0
    for seed in range(200):
        drawn = [
            generator.multinomial(n, p) for n, p in zip(supports, shares, strict=True)
        ]
        figure = overall(
            table(drawn, names), Options(resamples=300, seed=seed)
        ).f1.macro
        held += figure.low <= f1.mean() <= figure.high
    assert 180 <= held <= 198


def test_an_interval_depends_on_the_seed_alone():
    found = table([[30, 10], [5, 55]])
    assert overall(found).mcc == overall(found).mcc
    assert overall(found).mcc != overall(found, Options(seed=1)).mcc
    assert overall(found).mcc.resamples == 1_000


def test_very_many_cells_are_drawn_fewer_times_and_say_so():
    generator = np.random.default_rng(13)
    names = tuple(str(place) for place in range(150))
    truth, predicted = generator.integers(0, 150, (2, 60_000))
    figure = overall(counted(truth, predicted, names)).f1.macro
    assert 200 <= figure.resamples < 1_000


def test_where_every_resample_is_the_same_there_is_no_interval():
    figure = overall(table([[20, 0], [0, 20]])).f1.macro
    assert (figure.value, figure.low, figure.method) == (1, None, None)
