"""Intervals of shares, and McNemar's test, against published examples."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats import contingency_tables, proportion

from experiments_ui.analysis.proportions import (
    PairedCounts,
    clopper_pearson,
    mcnemar,
    newcombe_independent,
    newcombe_paired,
    tango_paired,
    wilson,
)

counts = st.integers(0, 60)
tables = st.builds(PairedCounts, counts, counts, counts, counts).filter(
    lambda table: table.n
)
shares = st.integers(1, 5_000).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.just(n))
)

# Fagerland, Lydersen and Laake, package contingencytables: Cavo 2012, Bentur 2009;
# Agresti, Categorical Data Analysis: approval of the prime minister.
CAVO = PairedCounts(59, 6, 16, 80)
BENTUR = PairedCounts(1, 1, 7, 12)
MINISTER = PairedCounts(794, 150, 86, 570)


def swapped(table):
    return PairedCounts(table.both, table.second_only, table.first_only, table.neither)


def bounds(interval):
    return interval.low, interval.high


@pytest.mark.parametrize(
    ("successes", "n", "by_wilson", "by_clopper_pearson"),
    [
        # Newcombe 1998, Statistics in Medicine 17:857, table I, methods 3 and 5.
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ],
)
def test_one_share_has_the_published_intervals(
    successes, n, by_wilson, by_clopper_pearson
):
    assert bounds(wilson(successes, n)) == pytest.approx(by_wilson, abs=5e-5)
    exact = bounds(clopper_pearson(successes, n))
    assert exact == pytest.approx(by_clopper_pearson, abs=5e-5)


def test_the_mendel_peas_have_the_published_exact_interval():
    # R, help of binom.test.
    exact = bounds(clopper_pearson(682, 925))
    assert exact == pytest.approx((0.7076683, 0.7654066), abs=5e-8)


@given(shares, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_one_share_has_statsmodels_intervals(share, confidence):
    successes, n = share
    for method, own in (("wilson", wilson), ("beta", clopper_pearson)):
        expected = proportion.proportion_confint(
            successes, n, alpha=1 - confidence, method=method
        )
        ours = bounds(own(successes, n, confidence))
        assert ours == pytest.approx(expected, rel=1e-9, abs=1e-12)
        assert 0 <= ours[0] <= successes / n <= ours[1] <= 1


@pytest.mark.parametrize(("n", "upper"), [(30, 0.0950), (100, 0.0295)])
def test_no_success_at_all_obeys_the_rule_of_three(n, upper):
    # Identity: 1 - 0.05 ** (1 / n), the one-sided limit.
    exact = clopper_pearson(0, n, confidence=0.9)
    assert exact.high == pytest.approx(1 - 0.05 ** (1 / n), rel=1e-12)
    assert exact.high == pytest.approx(upper, abs=5e-5)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # Newcombe 1998, Statistics in Medicine 17:873, table II, method 10.
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((6, 7), (2, 7), (0.0582, 0.8062)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((0, 10), (0, 20), (-0.1611, 0.2775)),
        ((0, 10), (0, 10), (-0.2775, 0.2775)),
        ((10, 10), (0, 20), (0.6791, 1.0)),
    ],
)
def test_two_shares_have_the_published_interval(first, second, expected):
    assert bounds(newcombe_independent(*first, *second)) == pytest.approx(
        expected, abs=5e-5
    )


@given(shares, shares)
def test_two_shares_have_statsmodels_interval(first, second):
    expected = proportion.confint_proportions_2indep(*first, *second, method="newcomb")
    ours = bounds(newcombe_independent(*first, *second))
    assert ours == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("table", "delta", "newcombe", "tango", "digits"),
    [
        (CAVO, -0.0621, (-0.1186, -0.0046), (-0.1240, -0.0054), 5e-5),
        (BENTUR, -0.286, (-0.507, -0.026), (-0.517, -0.026), 5e-4),
    ],
)
def test_paired_shares_have_the_published_intervals(
    table, delta, newcombe, tango, digits
):
    change = (table.first_only - table.second_only) / table.n
    assert change == pytest.approx(delta, abs=digits)
    assert bounds(newcombe_paired(table)) == pytest.approx(newcombe, abs=digits)
    assert bounds(tango_paired(table)) == pytest.approx(tango, abs=digits)


def test_the_approval_of_a_prime_minister_fell_as_published():
    # Agresti: z 4.17 (chi-square 17.356), difference 0.04.
    assert bounds(newcombe_paired(MINISTER)) == pytest.approx(
        (0.0212, 0.0587), abs=5e-5
    )
    assert mcnemar(150, 86).asymptotic == pytest.approx(
        stats.chi2.sf(17.3559322, 1), rel=1e-7
    )


@pytest.mark.parametrize(
    ("table", "exact", "mid_p", "asymptotic", "corrected", "digits"),
    [
        (CAVO, 0.052479, 0.034690, 0.033006, 0.055009, 5e-7),
        (BENTUR, 0.0703, 0.0391, 0.0339, 0.0771, 5e-5),
    ],
)
def test_mcnemars_test_has_the_published_p_values(
    table, exact, mid_p, asymptotic, corrected, digits
):
    ours = mcnemar(table.first_only, table.second_only)
    assert ours.exact == pytest.approx(exact, abs=digits)
    assert ours.mid_p == pytest.approx(mid_p, abs=digits)
    assert ours.asymptotic == pytest.approx(asymptotic, abs=digits)
    assert ours.corrected == pytest.approx(corrected, abs=digits)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        # Worked through in this project's notes on gates, at 90 %.
        (PairedCounts(168, 8, 12, 12), (-0.0592, 0.0184)),
        (PairedCounts(850, 40, 60, 50), (-0.0367, -0.0035)),
        (PairedCounts(170, 5, 5, 20), (-0.0289, 0.0289)),
    ],
)
def test_paired_shares_have_the_worked_intervals(table, expected):
    assert bounds(newcombe_paired(table, 0.9)) == pytest.approx(expected, abs=5e-5)


@given(st.integers(0, 5_000), st.integers(0, 5_000))
def test_mcnemars_test_equals_statsmodels(b, c):
    ours = mcnemar(b, c)
    if not b + c:
        assert (ours.exact, ours.mid_p, ours.asymptotic, ours.corrected) == (1, 1, 1, 1)
        return
    table = [[10, b], [c, 10]]
    exact = contingency_tables.mcnemar(table, exact=True).pvalue
    plain = contingency_tables.mcnemar(table, exact=False, correction=False).pvalue
    assert ours.exact == pytest.approx(exact, rel=1e-9, abs=1e-200)
    assert ours.asymptotic == pytest.approx(plain, rel=1e-9, abs=1e-200)
    if b != c:
        corrected = contingency_tables.mcnemar(table, exact=False).pvalue
        assert ours.corrected == pytest.approx(corrected, rel=1e-9, abs=1e-200)
    fewer = stats.binom.pmf(min(b, c), b + c, 0.5)
    expected = 1 - fewer / 2 if b == c else exact - fewer
    assert ours.mid_p == pytest.approx(expected, rel=1e-9, abs=1e-200)


@given(counts, counts)
def test_mcnemars_test_does_not_know_which_side_is_first(b, c):
    assert mcnemar(b, c) == mcnemar(c, b)
    assert 0 < mcnemar(b, c).mid_p <= mcnemar(b, c).exact <= 1


@given(tables, st.sampled_from([newcombe_paired, tango_paired]))
def test_exchanging_paired_sides_exchanges_the_limits(table, interval):
    there, back = interval(table), interval(swapped(table))
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low), abs=1e-9)


@given(tables, st.sampled_from([newcombe_paired, tango_paired]))
def test_paired_limits_hold_the_change_and_widen_with_confidence(table, interval):
    change = (table.first_only - table.second_only) / table.n
    narrow, wide = interval(table, 0.8), interval(table, 0.99)
    assert -1 <= wide.low <= narrow.low + 1e-9
    assert narrow.low - 1e-9 <= change <= narrow.high + 1e-9
    assert narrow.high <= wide.high + 1e-9 <= 1 + 2e-9


@given(shares, shares)
def test_exchanging_independent_sides_exchanges_the_limits(first, second):
    there = newcombe_independent(*first, *second)
    back = newcombe_independent(*second, *first)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low), abs=1e-12)


@given(tables)
def test_tangos_limits_are_what_its_score_test_just_does_not_reject(table):
    n, b, c = table.n, table.first_only, table.second_only
    for limit in bounds(tango_paired(table)):
        if abs(limit) > 1 - 1e-9:
            continue
        # The restricted likelihood's other discordant share, as a root by itself.
        p21 = max(
            (
                root
                for root in _roots(
                    2 * n,
                    -b - c + (2 * n - b + c) * limit,
                    -c * limit * (1 - limit),
                )
            ),
        )
        score = (b - c - n * limit) / math.sqrt(n * (2 * p21 + limit * (1 - limit)))
        assert abs(score) == pytest.approx(1.959963984540054, abs=1e-6)


def _roots(square, linear, constant):
    inside = math.sqrt(max(0.0, linear * linear - 4 * square * constant))
    return (-linear - inside) / (2 * square), (-linear + inside) / (2 * square)
