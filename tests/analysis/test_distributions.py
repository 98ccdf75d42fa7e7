"""Distributions against SciPy, and against what must hold of any of them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from experiments_ui.analysis.distributions import (
    beta_cdf,
    binomial_cdf,
    binomial_pmf,
    chi_square_tail,
    normal_cdf,
    normal_quantile,
    t_p_value,
    two_sided_z,
)
from experiments_ui.analysis.student import t_quantile

near = {"rel": 1e-9, "abs": 1e-250}


@given(st.floats(-30, 30))
def test_normal_probabilities_equal_scipys(value):
    assert normal_cdf(value) == pytest.approx(stats.norm.cdf(value), **near)


@given(st.floats(1e-12, 1 - 1e-12))
def test_normal_quantiles_equal_scipys(probability):
    expected = stats.norm.ppf(probability)
    assert normal_quantile(probability) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_the_usual_interval_reaches_as_far_as_every_table_says():
    assert two_sided_z(0.95) == pytest.approx(1.959963984540054, abs=1e-14)


@pytest.mark.parametrize("probability", [0, 1, -1, math.nan])
def test_a_normal_quantile_that_does_not_exist_is_refused(probability):
    with pytest.raises(ValueError, match="no normal quantile"):
        normal_quantile(probability)


@given(
    st.floats(1e-5, 200), st.sampled_from([1, 2, 3, 9, 29, 500, 1_999, 2_000, 99_999])
)
def test_p_values_of_t_equal_scipys(value, degrees):
    expected = 2 * stats.t.sf(value, degrees)
    assert t_p_value(value, degrees) == pytest.approx(expected, rel=1e-9, abs=1e-60)
    assert t_p_value(-value, degrees) == t_p_value(value, degrees)


@given(st.floats(0.001, 0.999), st.integers(1, 100_000))
def test_t_quantiles_equal_scipys(probability, degrees):
    expected = stats.t.ppf(probability, degrees)
    assert t_quantile(probability, degrees) == pytest.approx(
        expected, rel=1e-9, abs=1e-12
    )


@given(st.floats(0, 5_000), st.integers(1, 500))
def test_chi_square_tails_equal_scipys(value, degrees):
    expected = stats.chi2.sf(value, degrees)
    assert chi_square_tail(value, degrees) == pytest.approx(expected, **near)


@given(st.integers(0, 100_000), st.floats(-4, 4), st.floats(0.001, 0.999))
def test_binomial_probabilities_equal_scipys(n, deviations, chance):
    middle = n * chance + deviations * math.sqrt(n * chance * (1 - chance))
    hits = min(n, max(0, round(middle)))
    assert binomial_pmf(hits, n, chance) == pytest.approx(
        stats.binom.pmf(hits, n, chance), **near
    )
    assert binomial_cdf(hits, n, chance) == pytest.approx(
        stats.binom.cdf(hits, n, chance), **near
    )


@given(st.floats(1e-300, 0.9999), st.floats(0.5, 400), st.floats(0.5, 400))
def test_incomplete_beta_functions_equal_scipys(place, first, second):
    expected = special.betainc(first, second, place)
    assert beta_cdf(place, first, second) == pytest.approx(
        expected, rel=1e-9, abs=1e-200
    )


@given(st.floats(0, 1e-4))
def test_near_the_singular_ends_the_closed_forms_hold(value):
    # SciPy loses digits here: the Cauchy and the arcsine distribution.
    cauchy = 1 - 2 * math.atan(value) / math.pi
    assert t_p_value(value, 1) == pytest.approx(cauchy, rel=1e-14)
    arcsine = 2 * math.asin(math.sqrt(value)) / math.pi
    assert 1 - beta_cdf(1 - value, 0.5, 0.5, rest=value) == pytest.approx(
        arcsine, abs=1e-14
    )


@given(st.integers(0, 300), st.floats(0, 1))
def test_binomial_probabilities_add_up(n, chance):
    parts = [binomial_pmf(hits, n, chance) for hits in range(-1, n + 2)]
    assert math.fsum(parts) == pytest.approx(1, abs=1e-12)
    sums = [binomial_cdf(hits, n, chance) for hits in range(-1, n + 2)]
    assert sums == pytest.approx(np.cumsum(parts).tolist(), abs=1e-12)


def test_the_ends_are_exact():
    assert chi_square_tail(0, 3) == chi_square_tail(-1, 3) == 1
    assert chi_square_tail(math.inf, 3) == t_p_value(math.inf, 3) == 0
    assert t_p_value(0, 1) == 1
    assert (beta_cdf(0, 2, 3), beta_cdf(1, 2, 3)) == (0, 1)


def test_the_mendel_peas_are_as_likely_as_published():
    # R, help of binom.test: 682 of 925 against 3/4, p 0.3825.
    chances = [binomial_pmf(hits, 925, 0.75) for hits in range(926)]
    p_value = math.fsum(one for one in chances if one <= chances[682] * (1 + 1e-7))
    assert p_value == pytest.approx(0.3825, abs=5e-5)
