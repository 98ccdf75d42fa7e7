"""Two experiments on the same truth: what changed, and by how much figures did."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.analysis.classification import (
    Options,
    confusion,
    correctness,
    delta,
    differences,
    overall,
    transitions,
)
from experiments_ui.analysis.proportions import PairedCounts, mcnemar
from experiments_ui.errors import Invalid

NAMES = ("a", "b", "c", "d")


def codes(*sides):
    return [np.array(side, dtype=np.int32) for side in sides]


def drawn(seed, n=600, size=3, better=0.8):
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, size, n)
    sides = [
        np.where(generator.random(n) < share, truth, generator.integers(-1, size, n))
        for share in (0.6, better)
    ]
    return codes(*sides, truth)


def test_a_confusion_less_another_shows_where_rows_went():
    base, candidate, truth = codes([0, 1, 1, -1], [0, 0, 1, 1], [0, 0, 1, 1])
    found = delta(
        confusion(truth, base, NAMES[:2]), confusion(truth, candidate, NAMES[:2])
    )
    assert found.counts.tolist() == [[1, -1, 0, 0], [0, 1, 0, -1]]
    assert found.shares.tolist() == [[0.5, -0.5, 0, 0], [0, 0.5, 0, -0.5]]


def test_confusions_of_other_classes_cannot_be_subtracted():
    base, truth = codes([0], [0])
    with pytest.raises(Invalid):
        delta(confusion(truth, base, ("a",)), confusion(truth, base, ("b",)))


def test_changed_labels_are_listed_by_what_became_of_them():
    base, candidate, truth = codes(
        [0, 0, 0, 0, 1, 2, -1, 1], [1, 1, 1, 1, 1, 1, 0, 3], [0, 1, 2, -1, 1, 1, 0, 3]
    )
    found = transitions(base, candidate, truth, NAMES)
    first = found.rows[0]
    assert (first.before, first.after, first.count) == ("a", "b", 4)
    assert (first.became_wrong, first.became_right) == (1, 1)
    assert (first.stayed_wrong, first.unjudged) == (1, 1)
    assert {(each.before, each.after) for each in found.rows[1:]} == {
        ("c", "b"),
        (None, "a"),
        ("b", "d"),
    }
    assert (found.changed, found.unchanged, found.kinds) == (7, 1, 4)


def test_a_long_list_of_changes_is_cut_and_still_counted():
    base, candidate, truth = drawn(1)
    found = transitions(base, candidate, truth, NAMES, limit=2)
    assert len(found.rows) == 2
    assert found.kinds > 2


def test_nothing_changed_gives_no_transition():
    base, _, truth = drawn(1)
    assert transitions(base, base, truth, NAMES).rows == ()


def test_who_was_right_is_what_mcnemars_test_needs():
    base, candidate, truth = codes(
        [0, 0, 1, -1, 0, -1], [0, 1, 0, 1, 0, -1], [0, 0, 0, 1, -1, -1]
    )
    found = correctness(base, candidate, truth)
    assert found == PairedCounts(both=1, first_only=1, second_only=2, neither=0)
    assert mcnemar(found.first_only, found.second_only).exact == pytest.approx(1)


@given(st.integers(0, 1_000))
def test_differences_are_those_of_the_figures_of_each(seed):
    base, candidate, truth = drawn(seed, n=40)
    plain = Options(resamples=0)
    found = differences(base, candidate, truth, NAMES[:3], options=plain)
    first, second = (
        overall(confusion(truth, side, NAMES[:3]), plain) for side in (base, candidate)
    )
    for name in ("accuracy", "balanced_accuracy", "mcc", "kappa"):
        expected = getattr(second, name).value - getattr(first, name).value
        assert getattr(found, name).value == pytest.approx(expected)
    assert found.macro_f1.value == pytest.approx(
        second.f1.macro.value - first.f1.macro.value
    )
    assert found.weighted_f1.value == pytest.approx(
        second.f1.weighted.value - first.f1.weighted.value
    )


def test_the_interval_of_a_difference_is_that_of_drawing_rows_anew():
    base, candidate, truth = drawn(2)
    found = differences(base, candidate, truth, NAMES[:3]).macro_f1
    generator = np.random.default_rng(3)
    strata = [np.flatnonzero(truth == each) for each in range(3)]
    slow = []
    for _ in range(1_000):
        rows = np.concatenate([generator.choice(each, len(each)) for each in strata])
        figures = [
            overall(confusion(truth[rows], side[rows], NAMES[:3]), Options(resamples=0))
            for side in (base, candidate)
        ]
        slow.append(figures[1].f1.macro.value - figures[0].f1.macro.value)
    low, high = np.quantile(slow, [0.025, 0.975])
    assert found.low == pytest.approx(low, abs=0.01)
    assert found.high == pytest.approx(high, abs=0.01)


def test_a_pairs_interval_is_narrower_than_two_apart_where_predictions_agree():
    generator = np.random.default_rng(4)
    base, _, truth = drawn(5)
    candidate = np.where(generator.random(600) < 0.95, base, truth).astype(np.int32)
    pair = differences(base, candidate, truth, NAMES[:3]).accuracy
    one = overall(confusion(truth, base, NAMES[:3])).accuracy
    assert pair.high - pair.low < (one.high - one.low) / 2


def test_equal_predictions_differ_by_nothing_and_have_no_interval():
    base, _, truth = drawn(6)
    found = differences(base, base, truth, NAMES[:3])
    assert (found.macro_f1.value, found.macro_f1.low) == (0, None)


def test_swapping_the_two_turns_the_differences_around():
    base, candidate, truth = drawn(7)
    there = differences(base, candidate, truth, NAMES[:3])
    back = differences(candidate, base, truth, NAMES[:3])
    assert there.mcc.value == pytest.approx(-back.mcc.value)
    assert there.mcc.low == pytest.approx(-back.mcc.high, abs=0.01)


def test_rows_that_either_side_lacks_can_be_excluded():
    base, candidate, truth = codes([0, -1, 1], [0, 1, -1], [0, 1, 1])
    found = differences(base, candidate, truth, NAMES[:2], exclude_missing=True)
    assert found.n == 1
    assert found.mcc.reason == "one class only"


@pytest.mark.parametrize("undefined_as_zero", [True, False])
def test_no_rows_have_no_differences(undefined_as_zero):
    options = Options(undefined_as_zero=undefined_as_zero)
    found = differences(*codes([], [], []), NAMES, options=options)
    assert found.accuracy.value is None
    assert found.accuracy.reason == found.macro_f1.reason == "no rows"


def test_labels_outside_the_set_are_wrong_on_either_side():
    base, candidate, truth = codes([3, 3, 0, 1], [0, 3, 0, 1], [0, 1, 0, 1])
    found = differences(base, candidate, truth, NAMES, declared=2)
    assert found.accuracy.value == 0.25
