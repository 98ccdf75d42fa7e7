"""Tests of sides without common examples, against published examples and SciPy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from experiments_ui.analysis.independent import mann_whitney, welch

# Student 1908, hours of sleep won by two drugs (R, help of t.test).
SLEEP_1 = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
SLEEP_2 = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
# Hollander and Wolfe 1973, permeability of membranes (R, help of wilcox.test).
TERM = np.array([0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46])
EARLY = np.array([1.15, 0.88, 0.90, 0.74, 1.21])

sides = st.lists(st.integers(-20, 20), min_size=2, max_size=12).map(
    lambda values: np.array(values, float) / 4
)


def test_the_sleep_data_have_the_published_welch_test():
    test = welch(SLEEP_2, SLEEP_1)
    assert test.statistic == pytest.approx(-1.8608, abs=5e-5)
    assert test.degrees == pytest.approx(17.776, abs=5e-4)
    assert test.p_value == pytest.approx(0.07939, abs=5e-6)


def test_the_membranes_have_the_published_rank_test():
    test = mann_whitney(EARLY, TERM)
    assert (test.higher, test.method) == (35, "exact")
    # Published one-sided: 0.1272.
    assert test.p_value / 2 == pytest.approx(0.1272, abs=5e-5)


@given(sides, sides)
@pytest.mark.filterwarnings("ignore:Precision loss")
def test_welchs_test_equals_scipys(first, second):
    test = welch(first, second)
    if test is None:
        assert not first.std()
        assert not second.std()
        return
    expected = stats.ttest_ind(second, first, equal_var=False)
    assert test.p_value == pytest.approx(expected.pvalue, rel=1e-9, abs=1e-12)
    interval = expected.confidence_interval()
    assert (test.low, test.high) == pytest.approx(tuple(interval), rel=1e-9, abs=1e-9)


@given(sides, sides)
def test_the_rank_test_equals_scipys(first, second):
    test = mann_whitney(first, second)
    if len({*first, *second}) == 1:
        assert test.p_value == 1
        return
    method = "exact" if test.method == "exact" else "asymptotic"
    expected = stats.mannwhitneyu(second, first, method=method)
    assert test.higher == expected.statistic
    assert test.p_value == pytest.approx(expected.pvalue, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("sizes", [(1, 1), (3, 9), (8, 8), (8, 60)])
def test_exact_rank_tests_equal_scipys(sizes):
    values = np.random.default_rng(sum(sizes)).normal(size=sum(sizes))
    first, second = values[: sizes[0]], values[sizes[0] :]
    expected = stats.mannwhitneyu(first, second, method="exact")
    for test in (mann_whitney(first, second), mann_whitney(second, first)):
        assert test.method == "exact"
        assert test.p_value == pytest.approx(expected.pvalue, rel=1e-9)


@pytest.mark.parametrize("values", [[], [math.nan], [math.inf]])
def test_an_empty_side_is_not_tested(values):
    side = np.array(values, float)
    assert welch(side, SLEEP_1) is mann_whitney(SLEEP_1, side) is None
