"""Tests and intervals of a mean change, against published examples and SciPy."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.regression.linear_model import OLS

from experiments_ui.analysis.paired_tests import (
    clustered_error,
    hodges_lehmann,
    paired_t,
    sign_test,
    wilcoxon,
)
from experiments_ui.analysis.resampling import bootstrap_mean, limits
from experiments_ui.analysis.sign_flips import sign_flip

nan, inf = math.nan, math.inf
# Student 1908, hours of sleep won by two drugs (R, help of t.test).
SLEEP_1 = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
SLEEP_2 = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
# Darwin 1876, heights of maize in eighths of an inch (Fisher 1935; SciPy, wilcoxon).
MAIZE = np.array([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48.0])
# Hollander and Wolfe 1973, depression of nine patients (R, help of wilcox.test).
PATIENTS = np.array([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]) - np.array(
    [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
)
# Efron and Tibshirani 1993, chapter 14: spatial test data; chapter 3: law schools.
SPATIAL = np.array(
    [
        [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6],
        [0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41.0],
    ]
).ravel()
LSAT = np.array(
    [576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594.0]
)
GPA = np.array(
    [
        3.39,
        3.30,
        2.81,
        3.03,
        3.44,
        3.07,
        3.00,
        3.43,
        3.36,
        3.13,
        3.12,
        2.74,
        2.76,
        2.88,
        2.96,
    ]
)

changes = st.lists(
    st.floats(-100, 100).map(lambda value: round(value, 3)), min_size=2, max_size=40
).map(lambda values: np.array(values, float))
few_changes = st.lists(st.integers(-5, 5), min_size=2, max_size=9).map(
    lambda values: np.array(values, float)
)


def test_the_sleep_data_have_the_published_paired_t():
    test = paired_t(SLEEP_1 - SLEEP_2)
    assert test.statistic == pytest.approx(-4.0621, abs=5e-5)
    assert test.p_value == pytest.approx(0.002833, abs=5e-7)
    assert (test.low, test.high) == pytest.approx((-2.4598858, -0.7001142), abs=5e-8)


def test_the_maize_data_have_the_published_tests():
    assert paired_t(MAIZE).statistic == pytest.approx(2.148, abs=5e-4)
    assert paired_t(MAIZE).p_value == pytest.approx(0.0497, abs=5e-5)
    ranks = wilcoxon(MAIZE)
    assert (ranks.negative, ranks.method) == (24, "exact")
    assert ranks.p_value == pytest.approx(0.041259765625, abs=1e-12)
    # Fisher: 863 of the 32,768 patterns on one side.
    assert sign_flip(MAIZE).p_value == 2 * 863 / 32_768
    assert sign_flip(MAIZE).p_value == pytest.approx(0.052673, abs=5e-7)


def test_the_nine_patients_have_the_published_signed_ranks():
    ranks = wilcoxon(PATIENTS)
    assert ranks.positive == 40
    assert ranks.p_value == pytest.approx(0.0390625, abs=1e-12)


@given(changes, st.sampled_from([0.9, 0.95, 0.99]))
def test_the_paired_t_equals_scipys(values, confidence):
    test = paired_t(values, confidence=confidence)
    if values.std() < 1e-9:
        return
    expected = stats.ttest_1samp(values, 0)
    assert test.statistic == pytest.approx(expected.statistic, rel=1e-9, abs=1e-12)
    assert test.p_value == pytest.approx(expected.pvalue, rel=1e-9, abs=1e-12)
    interval = expected.confidence_interval(confidence)
    assert (test.low, test.high) == pytest.approx(tuple(interval), rel=1e-9, abs=1e-9)


@given(changes)
def test_signed_ranks_equal_scipys(values):
    ranks = wilcoxon(values)
    if ranks is None:
        assert not values.any()
        return
    method = "exact" if ranks.method == "exact" else "asymptotic"
    expected = stats.wilcoxon(values, method=method, correction=False)
    assert min(ranks.positive, ranks.negative) == pytest.approx(expected.statistic)
    assert ranks.p_value == pytest.approx(expected.pvalue, rel=1e-9, abs=1e-12)


@given(few_changes)
def test_sign_flips_count_every_pattern(values):
    sums = [
        abs(np.dot(signs, values))
        for signs in itertools.product((1, -1), repeat=len(values))
    ]
    expected = np.mean(np.array(sums) >= abs(values.sum()))
    assert sign_flip(values).p_value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("size", [2, 7, 13, 16])
def test_exact_sign_flips_equal_scipys_permutations(size):
    values = np.random.default_rng(size).normal(0.3, 1, size)
    expected = stats.permutation_test(
        (values,), np.mean, permutation_type="samples", n_resamples=np.inf
    )
    assert sign_flip(values).p_value == pytest.approx(expected.pvalue, abs=1e-12)


def test_random_sign_flips_are_near_the_exact_answer():
    values = np.random.default_rng(5).normal(0.5, 1, 20)
    exact = sign_flip(values)
    # A change of 0 is one more change, and no other pattern.
    random = sign_flip(np.append(values, 0.0))
    assert (exact.method, random.method) == ("exact", "random")
    error = math.sqrt(exact.p_value / 2 / 10_000)
    assert random.p_value == pytest.approx(exact.p_value, abs=2 * 5 * error)


@given(few_changes | changes, st.sampled_from([0.5, 0.9, 0.95]))
@settings(max_examples=60)
def test_the_limits_of_sign_flips_hold_0_unless_the_test_rejects(values, confidence):
    flips = sign_flip(values, confidence=confidence)
    level = 1 - confidence
    if flips.low is None:
        assert flips.p_value > level - 1e-12
    elif abs(flips.p_value - level) > 1e-9:
        assert (flips.low <= 0 <= flips.high) == (flips.p_value > level)


@given(st.lists(st.integers(-9, 9), min_size=6, max_size=12).map(np.array))
@settings(max_examples=30)
def test_the_limits_of_sign_flips_are_means_of_subsets(values):
    flips = sign_flip(values.astype(float))
    means = sorted(
        np.mean(chosen)
        for size in range(1, len(values) + 1)
        for chosen in itertools.combinations(values.tolist(), size)
    )
    # Hartigan 1969: as many means beyond a limit as leave 2.5 % of the patterns.
    beyond = math.floor(0.025 * 2 ** len(values))
    assert flips.low == pytest.approx(means[beyond - 1], abs=1e-6)
    assert flips.high == pytest.approx(means[-beyond], abs=1e-6)


def test_five_changes_are_too_few_for_limits():
    flips = sign_flip(np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    assert (flips.p_value, flips.low, flips.high) == (0.0625, None, None)


@given(st.integers(0, 300), st.integers(0, 300))
def test_the_sign_test_equals_scipys(wins, losses):
    if wins + losses:
        expected = stats.binomtest(wins, wins + losses).pvalue
        assert sign_test(wins, losses) == pytest.approx(expected, rel=1e-9)
    else:
        assert sign_test(wins, losses) == 1


@given(changes)
def test_the_hodges_lehmann_shift_is_the_median_of_averages(values):
    averages = [
        (one + two) / 2
        for place, one in enumerate(values)
        for two in values[place:].tolist()
    ]
    assert hodges_lehmann(values) == pytest.approx(np.median(averages), abs=1e-9)


@pytest.mark.parametrize("digits", [0, 1, 6])
def test_many_changes_have_the_same_hodges_lehmann_shift(digits):
    values = np.round(np.random.default_rng(7).normal(1, 3, 1_500), digits)
    first, second = np.triu_indices(len(values))
    expected = np.median((values[first] + values[second]) / 2)
    assert hodges_lehmann(values) == pytest.approx(expected, abs=1e-9)


def test_the_spatial_data_have_the_published_bca_limits():
    # 90 % limits of the variance with 1/n: 171.534, near (115.8, 259.6).
    estimate = float(SPATIAL.var())
    assert estimate == pytest.approx(171.534, abs=5e-4)
    random = np.random.default_rng(0)
    replicates = SPATIAL[random.integers(0, 26, size=(20_000, 26))].var(axis=1)
    left_out = np.array([np.delete(SPATIAL, place).var() for place in range(26)])
    away = left_out.mean() - left_out
    acceleration = float((away**3).sum() / (6 * (away**2).sum() ** 1.5))
    assert acceleration == pytest.approx(0.0612, abs=5e-4)
    low, high = limits(replicates, estimate, acceleration, confidence=0.9)
    assert (low, high) == pytest.approx((115.8, 259.6), abs=4)


def test_the_law_schools_have_scipys_bca_limits():
    # Efron and Tibshirani: correlation 0.7764.
    assert np.corrcoef(LSAT, GPA)[0, 1] == pytest.approx(0.7764, abs=5e-5)
    expected = stats.bootstrap(
        (LSAT, GPA),
        lambda one, two: np.corrcoef(one, two)[0, 1],
        paired=True,
        vectorized=False,
        n_resamples=4_000,
        rng=np.random.default_rng(1),
    )
    left_out = [
        np.corrcoef(np.delete(LSAT, place), np.delete(GPA, place))[0, 1]
        for place in range(15)
    ]
    away = np.mean(left_out) - np.array(left_out)
    acceleration = float((away**3).sum() / (6 * (away**2).sum() ** 1.5))
    ours = limits(expected.bootstrap_distribution, 0.7763745, acceleration)
    assert ours == pytest.approx(tuple(expected.confidence_interval), abs=0.02)


@pytest.mark.parametrize("method", ["percentile", "bca"])
@pytest.mark.parametrize("digits", [0, 8])
def test_bootstrap_limits_equal_scipys_within_their_error(method, digits):
    values = np.round(np.random.default_rng(2).gamma(1, 4, 60), digits)
    expected = stats.bootstrap(
        (values,),
        np.mean,
        method=method.replace("bca", "BCa"),
        n_resamples=20_000,
        rng=np.random.default_rng(3),
    ).confidence_interval
    ours = bootstrap_mean(values, method=method)
    error = values.std() / math.sqrt(len(values))
    assert (ours.low, ours.high) == pytest.approx(tuple(expected), abs=error / 8)


def test_singletons_cluster_to_the_error_of_independent_changes():
    values = np.random.default_rng(1).normal(size=50)
    plain = values.std(ddof=1) / math.sqrt(50)
    clustered = clustered_error(values, np.arange(50), is_corrected=False)
    assert clustered == pytest.approx(math.sqrt(49 / 50) * plain, rel=1e-12)
    assert clustered_error(values, np.arange(50)) == pytest.approx(plain, rel=1e-12)


def test_copies_of_an_example_do_not_narrow_the_clustered_error():
    values = np.random.default_rng(1).normal(size=50)
    once = clustered_error(values, np.arange(50))
    thrice = clustered_error(np.tile(values, 3), np.tile(np.arange(50), 3))
    assert thrice == pytest.approx(once, rel=1e-12)


def test_the_clustered_error_equals_the_worked_one_and_statsmodels():
    values, clusters = np.array([1, 1, 0, 0, 0, 1.0]), np.array([0, 0, 0, 1, 1, 2])
    ours = clustered_error(values, clusters, is_corrected=False)
    assert ours == pytest.approx(0.204124, abs=5e-7)
    fitted = OLS(values, np.ones(6)).fit(
        cov_type="cluster", cov_kwds={"groups": clusters, "use_correction": False}
    )
    assert ours == pytest.approx(fitted.bse[0], rel=1e-9)


def answers(values):
    return [
        paired_t(values),
        sign_flip(values),
        bootstrap_mean(values, resamples=500),
        bootstrap_mean(values, method="percentile", resamples=500),
        wilcoxon(values),
    ]


@given(changes, st.randoms())
@settings(max_examples=50)
def test_the_order_of_rows_changes_nothing(values, random):
    shuffled = values.tolist()
    random.shuffle(shuffled)
    for one, two in zip(answers(values), answers(np.array(shuffled)), strict=True):
        assert close(one, two)


def close(one, two):
    if one is None or two is None:
        return one is two
    names = one.__slots__
    pairs = [(getattr(one, name), getattr(two, name)) for name in names]
    return all(
        left == right if isinstance(left, str | None) else almost(left, right)
        for left, right in pairs
    )


def almost(left, right):
    return left == right or left == pytest.approx(right, rel=1e-6, abs=1e-9)


@given(changes)
@settings(max_examples=50)
def test_exchanging_the_sides_flips_the_limits(values):
    for there, back in zip(answers(values), answers(-values), strict=True):
        if there is None:
            assert back is None
            continue
        if hasattr(there, "p_value"):
            assert almost(there.p_value, back.p_value)
        if getattr(there, "low", None) is not None:
            assert almost(there.low, -back.high)
            assert almost(there.high, -back.low)


@given(changes)
@settings(max_examples=50)
def test_gaps_among_the_changes_change_nothing(values):
    with_gaps = np.concatenate(([nan, inf], values, [-inf]))
    assert all(map(close, answers(values), answers(with_gaps)))
    assert hodges_lehmann(with_gaps) == hodges_lehmann(values)


@pytest.mark.parametrize("values", [[], [nan], [1.0], [1.0, inf]])
def test_fewer_than_two_changes_bound_nothing(values):
    known = np.array(values, float)
    assert paired_t(known) is None
    assert sign_flip(known) is None
    assert bootstrap_mean(known) is None
    assert clustered_error(known, np.arange(len(values))) is None


def test_no_change_at_all_is_no_evidence():
    same = np.zeros(12)
    assert paired_t(same).p_value == sign_flip(same).p_value == 1
    assert (wilcoxon(same), wilcoxon(np.array([]))) == (None, None)
    assert (hodges_lehmann(same), hodges_lehmann(np.array([nan]))) == (0, None)
    assert clustered_error(same, np.arange(12)) == 0


def test_one_change_everywhere_is_as_sure_as_can_be():
    same = np.full(12, 0.25)
    assert paired_t(same).p_value == 0
    assert sign_flip(same).p_value == 2**-11
    bootstrap = bootstrap_mean(same)
    assert (bootstrap.low, bootstrap.high) == (0.25, 0.25)


def test_large_bootstraps_take_little_memory():
    import tracemalloc

    values = np.random.default_rng(3).normal(size=30_000)
    tracemalloc.start()
    try:
        bootstrap_mean(values, resamples=300)
        sign_flip(values[:5_000])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 50_000_000
