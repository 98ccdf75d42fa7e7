"""Corrections and tests of more than two, against published examples and statsmodels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats
from statsmodels.stats.contingency_tables import SquareTable, cochrans_q
from statsmodels.stats.multitest import multipletests

from experiments_ui.analysis.proportions import mcnemar
from experiments_ui.analysis.several import (
    benjamini_hochberg,
    bowker,
    cochran_q,
    friedman,
    holm,
    stuart_maxwell,
)

# Benjamini and Hochberg 1995, section 4.1: effects of drugs on the heart.
HEART = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
HEART += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
# Hollander and Wolfe 1973: seconds to round first base, by method (R, friedman.test).
BASE = """
5.40 5.50 5.55 5.85 5.70 5.75 5.20 5.60 5.50 5.55 5.50 5.40 5.90 5.85 5.70 5.45 5.55 5.60
5.40 5.40 5.35 5.45 5.50 5.35 5.25 5.15 5.00 5.85 5.80 5.70 5.25 5.20 5.10 5.65 5.55 5.45
5.60 5.35 5.45 5.05 5.00 4.95 5.50 5.50 5.40 5.45 5.55 5.50 5.55 5.55 5.35 5.45 5.50 5.55
5.50 5.45 5.25 5.65 5.60 5.40 5.70 5.65 5.55 6.30 6.30 6.25
"""
p_values = st.lists(st.floats(0, 1), min_size=1, max_size=20)
squares = st.integers(2, 6).flatmap(
    lambda size: arrays.arrays(np.int64, (size, size), elements=st.integers(0, 30))
)


def test_the_heart_study_has_the_published_finds():
    assert sum(p * 15 < 0.05 for p in HEART) == 3
    assert sum(p < 0.05 for p in holm(HEART)) == 3
    adjusted = benjamini_hochberg(HEART)
    assert sum(p < 0.05 for p in adjusted) == 4
    expected = [0.0015, 0.003, 0.0095, 0.0356, 0.0603]
    assert adjusted[:5] == pytest.approx(expected, abs=5e-5)


@given(p_values)
@settings(max_examples=25)
def test_corrections_equal_statsmodels(values):
    for name, own in (("holm", holm), ("fdr_bh", benjamini_hochberg)):
        expected = multipletests(values, method=name)[1]
        assert own(values) == pytest.approx(expected.tolist(), rel=1e-9, abs=1e-300)


@given(p_values)
def test_a_correction_never_lowers_a_p_value_nor_changes_their_order(values):
    by_share, by_family = benjamini_hochberg(values), holm(values)
    for one, two, three in zip(values, by_share, by_family, strict=True):
        assert one <= two * (1 + 1e-12)
        assert two <= three * (1 + 1e-12) <= 1 + 1e-9
    ordered = [by_family[place] for place in np.argsort(values, kind="stable")]
    assert ordered == sorted(ordered)


def test_nothing_to_correct_is_corrected_to_nothing():
    assert holm([]) == benjamini_hochberg([]) == []


def test_rounding_first_base_has_the_published_friedman_test():
    test = friedman(np.array(BASE.split(), float).reshape(22, 3))
    assert test.statistic == pytest.approx(11.1429, abs=5e-5)
    assert (test.degrees, test.p_value) == (2, pytest.approx(0.003805, abs=5e-7))


@given(arrays.arrays(float, (9, 4), elements=st.integers(0, 4).map(float)))
def test_friedmans_test_equals_scipys(scores):
    test = friedman(scores)
    if test is None:
        assert (scores == scores[:, :1]).all()
        return
    expected = stats.friedmanchisquare(*scores.T)
    assert test.statistic == pytest.approx(expected.statistic, rel=1e-9, abs=1e-9)
    assert test.p_value == pytest.approx(expected.pvalue, rel=1e-9, abs=1e-12)


@given(arrays.arrays(float, (12, 4), elements=st.integers(0, 1).map(float)))
def test_cochrans_q_equals_statsmodels(scores):
    test = cochran_q(scores)
    if test is None:
        assert (scores == scores[:, :1]).all()
        return
    expected = cochrans_q(scores)
    assert test.statistic == pytest.approx(expected.statistic, rel=1e-9, abs=1e-9)
    assert test.p_value == pytest.approx(expected.pvalue, rel=1e-9, abs=1e-12)


@given(arrays.arrays(float, (30, 2), elements=st.integers(0, 1).map(float)))
def test_cochrans_q_of_two_sides_is_mcnemars_test(scores):
    b = int((scores[:, 0] > scores[:, 1]).sum())
    c = int((scores[:, 0] < scores[:, 1]).sum())
    test = cochran_q(scores)
    p_value = 1 if test is None else test.p_value
    assert p_value == pytest.approx(mcnemar(b, c).asymptotic, rel=1e-9)


@pytest.mark.parametrize("test", [cochran_q, friedman])
def test_examples_with_a_gap_are_left_out(test):
    scores = np.array([[0, 1, 1], [1, 0, 1], [0, 0, 1.0]])
    gaps = np.array([[np.nan, 1, 0], [1, np.inf, 0]])
    assert test(np.vstack((scores, gaps))) == test(scores)
    assert test(gaps) is None


@given(squares)
def test_tests_of_changing_labels_equal_statsmodels(table):
    table = table + 1 - np.eye(len(table), dtype=np.int64)  # every change occurs
    theirs = SquareTable(table, shift_zeros=False)
    for ours, expected in (
        (stuart_maxwell(table), theirs.homogeneity()),
        (bowker(table), theirs.symmetry()),
    ):
        assert ours.degrees == expected.df
        assert ours.statistic == pytest.approx(expected.statistic, rel=1e-9, abs=1e-9)
        assert ours.p_value == pytest.approx(expected.pvalue, rel=1e-9, abs=1e-12)


@given(squares, st.randoms())
@settings(max_examples=50)
def test_changing_labels_have_no_order_and_no_first_side(table, random):
    order = random.sample(range(len(table)), len(table))
    shuffled = table[np.ix_(order, order)]
    for test in (stuart_maxwell, bowker):
        one = test(table)
        for other in (test(shuffled), test(table.T)):
            if one is None:
                assert other is None
            else:
                assert other.degrees == one.degrees
                assert other.p_value == pytest.approx(one.p_value, rel=1e-6, abs=1e-9)


def test_two_labels_change_as_in_mcnemars_test():
    for test in (stuart_maxwell, bowker):
        result = test(np.array([[9, 16], [6, 50]]))
        assert result.p_value == pytest.approx(mcnemar(16, 6).asymptotic, rel=1e-9)


def test_labels_that_never_change_count_for_nothing():
    small = np.array([[9, 16], [6, 50]])
    large = np.zeros((4, 4), int)
    large[:2, :2], large[3, 3] = small, 7
    assert stuart_maxwell(large) == stuart_maxwell(small)
    assert stuart_maxwell(np.diag([3, 4])) is bowker(np.diag([3, 4])) is None


def test_groups_of_labels_that_do_not_mix_are_tested_each():
    table = np.zeros((4, 4), int)
    table[:2, :2] = [[9, 16], [6, 50]]
    table[2:, 2:] = [[4, 3], [8, 5]]
    both = stuart_maxwell(table)
    parts = [stuart_maxwell(table[:2, :2]), stuart_maxwell(table[2:, 2:])]
    assert both.degrees == 2
    total = sum(part.statistic for part in parts)
    assert both.statistic == pytest.approx(total, rel=1e-9)
