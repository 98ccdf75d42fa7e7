"""How many examples a comparison needs, against published plans."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import NormalIndPower, TTestIndPower, TTestPower

from experiments_ui.analysis.power import (
    change_variance,
    detectable_effect,
    rows_for_rule_of_three,
    rows_needed,
    rows_needed_mcnemar,
    rows_needed_shares,
    rule_of_three,
    t_test_power,
)


def test_three_points_need_the_published_number_of_questions():
    # Miller 2024, arXiv 2411.00640, section 5: omega squared 1/9, one answer each.
    assert rows_needed(0.03, math.sqrt(1 / 9)) == 969


def test_repetitions_lower_the_variance_within_examples_only():
    # Miller 2024, equation 9: between + base / K + candidate / K.
    once = change_variance(1 / 9, base=1 / 6, candidate=1 / 6)
    often = change_variance(
        1 / 9, base=1 / 6, base_repetitions=10, candidate=1 / 6, candidate_repetitions=5
    )
    assert once == pytest.approx(1 / 9 + 1 / 3)
    assert often == pytest.approx(1 / 9 + 1 / 60 + 1 / 30)


def test_plans_for_mcnemars_test_have_the_worked_size():
    # Connor 1987, Biometrics 43:207, formula 3: a fifth changed, ten points apart.
    assert rows_needed_mcnemar(0.1, 0.2) == 155


def test_plans_for_two_shares_have_the_published_size():
    assert rows_needed_shares(0.6, 0.7) == 356
    # R, help of power.prop.test: n = 76.7.
    assert rows_needed_shares(0.5, 0.75, power=0.9) == 77


def test_students_t_has_the_published_power():
    # R, help of power.t.test: n = 20 a side, one deviation: 0.868953; 90 % at 22.02.
    assert t_test_power(1, 20, sides=2) == pytest.approx(0.868953, abs=5e-7)
    assert t_test_power(1, 22, sides=2) < 0.9 < t_test_power(1, 23, sides=2)


@given(st.floats(0, 3), st.integers(2, 300))
def test_the_power_of_t_equals_scipys_noncentral_t(effect, n):
    for sides in (1, 2):
        degrees, apart = sides * (n - 1), effect * math.sqrt(n / sides)
        critical = stats.t.ppf(0.975, degrees)
        expected = stats.nct.sf(critical, degrees, apart)
        ours = t_test_power(effect, n, sides=sides)
        assert ours == pytest.approx(expected, abs=1e-9)


def test_the_power_of_t_equals_statsmodels():
    # Its two tails are both counted, which matters to no power worth having.
    assert t_test_power(0.5, 40) == pytest.approx(
        TTestPower().power(0.5, 40, 0.05), abs=1e-6
    )
    assert t_test_power(0.5, 40, sides=2) == pytest.approx(
        TTestIndPower().power(0.5, 40, 0.05), abs=1e-4
    )


@given(st.floats(0.001, 2), st.floats(0.01, 3), st.sampled_from([0.5, 0.8, 0.9]))
def test_needed_rows_are_just_enough_to_detect_the_effect(effect, stdev, power):
    rows = rows_needed(effect, stdev, power=power)
    assert detectable_effect(stdev, rows, power=power) <= effect * (1 + 1e-9)
    if rows > 1:
        assert detectable_effect(stdev, rows - 1, power=power) > effect * (1 - 1e-9)


def test_the_detectable_effect_equals_statsmodels():
    ours = detectable_effect(1.0, 50)
    expected = NormalIndPower(ddof=0).solve_power(
        nobs1=50, alpha=0.05, power=0.8, ratio=0, alternative="two-sided"
    )
    assert ours == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(("n", "upper"), [(30, 0.0950), (100, 0.0295)])
def test_the_rule_of_three_is_exact(n, upper):
    assert rule_of_three(n) == pytest.approx(upper, abs=5e-5)
    assert rule_of_three(n) == pytest.approx(1 - 0.05 ** (1 / n), rel=1e-12)


@given(st.integers(1, 100_000))
def test_the_rule_of_three_can_be_turned_round(n):
    assert rows_for_rule_of_three(rule_of_three(n)) == n


def test_one_example_rules_out_that_all_are_a_case():
    assert rows_for_rule_of_three(1.0) == rows_for_rule_of_three(7.0) == 1


@pytest.mark.parametrize("effect", [0, -0.1, math.nan])
def test_an_effect_that_is_none_cannot_be_planned_for(effect):
    with pytest.raises(ValueError, match="must be above 0"):
        rows_needed(effect, 1)
    with pytest.raises(ValueError, match="must be above 0"):
        rows_needed_mcnemar(effect, 0.5)


def test_shares_cannot_differ_by_more_than_what_changed():
    with pytest.raises(ValueError, match="as many changed"):
        rows_needed_mcnemar(0.3, 0.2)
