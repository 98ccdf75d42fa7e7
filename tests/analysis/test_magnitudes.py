"""Changes of quantiles and ratios of means: known cases, symmetry and gaps."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from experiments_ui.analysis.magnitudes import mean_ratio, quantile_change

nan = math.nan


def latencies(n, seed=0, factor=1.2):
    random = np.random.default_rng(seed)
    base = random.lognormal(6, 0.5, n)
    return base, base * factor * random.lognormal(0, 0.2, n)


def test_a_quantile_change_is_the_change_of_numpys_quantile():
    base, candidate = latencies(300)
    change = quantile_change(base, candidate, 0.95)
    expected = np.quantile(candidate, 0.95) - np.quantile(base, 0.95)
    assert change.delta == pytest.approx(expected, rel=1e-12)
    assert (change.n, change.method) == (300, "bootstrap")


@pytest.mark.parametrize("probability", [0.5, 0.95])
def test_bootstrap_limits_of_a_quantile_equal_scipys_within_their_error(probability):
    base, candidate = latencies(300)
    expected = stats.bootstrap(
        (base, candidate),
        lambda one, two, axis: (
            np.quantile(two, probability, axis=axis)
            - np.quantile(one, probability, axis=axis)
        ),
        paired=True,
        method="percentile",
        n_resamples=2_000,
        rng=np.random.default_rng(2),
    ).confidence_interval
    change = quantile_change(base, candidate, probability)
    width = expected.high - expected.low
    assert (change.low, change.high) == pytest.approx(tuple(expected), abs=width / 8)


@pytest.mark.parametrize("probability", [0.5, 0.95])
def test_both_ways_to_bound_a_quantile_agree_where_they_meet(probability):
    widths = []
    for n in (2_000, 2_001):
        changes = [
            quantile_change(*latencies(n, seed), probability) for seed in range(8)
        ]
        widths.append(np.mean([change.high - change.low for change in changes]))
    assert widths[0] == pytest.approx(widths[1], rel=0.15)


def test_the_ratio_of_means_is_bounded_by_the_logarithms_delta_method():
    base, candidate = latencies(400)
    ratio = mean_ratio(base, candidate)
    one, two = base.mean(), candidate.mean()
    covariance = np.cov(base, candidate)
    variance = covariance[0, 0] / one**2 + covariance[1, 1] / two**2
    variance -= 2 * covariance[0, 1] / (one * two)
    reach = stats.t.ppf(0.975, 399) * math.sqrt(variance / 400)
    assert ratio.ratio == pytest.approx(two / one, rel=1e-12)
    assert math.log(ratio.high / ratio.ratio) == pytest.approx(reach, rel=1e-9)
    assert math.log(ratio.ratio / ratio.low) == pytest.approx(reach, rel=1e-9)


@given(st.integers(2, 60), st.integers(0, 99))
@settings(max_examples=30)
def test_exchanging_the_sides_turns_changes_round(n, seed):
    base, candidate = latencies(n, seed)
    there, back = mean_ratio(base, candidate), mean_ratio(candidate, base)
    assert (there.low, there.ratio, there.high) == pytest.approx(
        (1 / back.high, 1 / back.ratio, 1 / back.low), rel=1e-9
    )
    one, two = (
        quantile_change(base, candidate, 0.5),
        quantile_change(candidate, base, 0.5),
    )
    assert (one.low, one.delta, one.high) == pytest.approx(
        (-two.high, -two.delta, -two.low), rel=1e-9
    )


@pytest.mark.parametrize("n", [200, 3_000])
def test_neither_the_order_of_rows_nor_gaps_change_anything(n):
    base, candidate = latencies(n)
    order = np.random.default_rng(1).permutation(n)
    gaps = np.array([nan, 1.0, math.inf]), np.array([2.0, nan, 3.0])
    other = [
        np.concatenate((gap, side[order]))
        for gap, side in zip(gaps, (base, candidate), strict=True)
    ]
    assert quantile_change(*other, 0.95) == quantile_change(base, candidate, 0.95)
    one, two = mean_ratio(*other), mean_ratio(base, candidate)
    assert (one.n, one.low, one.high) == pytest.approx((two.n, two.low, two.high))


@pytest.mark.parametrize("n", [200, 3_000])
def test_equal_columns_did_not_change(n):
    base, _ = latencies(n)
    for probability in (0.5, 0.95):
        change = quantile_change(base, base, probability)
        assert change.delta == 0
        assert (change.low, change.high) == pytest.approx((0, 0), abs=1e-4)
    ratio = mean_ratio(base, base)
    assert (ratio.low, ratio.ratio, ratio.high) == (1, 1, 1)


@pytest.mark.parametrize("values", [[], [1.0], [nan, nan], [1.0, nan]])
def test_fewer_than_two_pairs_bound_nothing(values):
    column = np.array(values, float)
    assert quantile_change(column, column, 0.5) is None
    assert mean_ratio(column, column) is None


def test_means_that_are_not_above_0_have_no_ratio():
    some, none = np.array([1.0, 2.0]), np.array([0.0, 0.0])
    assert mean_ratio(none, some) is mean_ratio(some, none) is None
    assert mean_ratio(some, -some) is None


@pytest.mark.parametrize(
    "values",
    [[1.0, -1 + 1e-6], [1.7e308, 1.7e308], [5e-324, 5e-324]],
)
def test_a_ratio_whose_bounds_no_float_holds_is_none(values):
    column, ones = np.array(values), np.ones(2)
    with np.errstate(all="ignore"):
        assert mean_ratio(column, ones) is None
