"""The change from baseline to candidate: its kind, its limits, its test and its gaps."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar

from experiments_ui.analysis.contrast import contrast, label_contrast
from experiments_ui.analysis.proportions import PairedCounts, newcombe_paired
from experiments_ui.analysis.several import stuart_maxwell
from experiments_ui.analysis.sign_flips import sign_flip

nan, inf = math.nan, math.inf
DIRECTIONS = ["maximize", "minimize", "none"]

binary = st.sampled_from([0.0, 1.0, nan])
score = st.integers(0, 20).map(lambda value: value / 20) | st.just(nan)
latency = st.floats(1, 9_000).map(lambda value: round(value, 2))
columns = st.one_of(
    st.lists(st.tuples(cell, cell), max_size=45) for cell in (binary, score, latency)
).map(lambda rows: np.array(rows, float).reshape(-1, 2).T)
codes = st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 4)), max_size=60).map(
    lambda rows: np.array(rows, np.int32).reshape(-1, 2).T
)


def of_table(both, gained, lost, neither):
    """Return a baseline and a candidate with these counts."""
    base = [1] * both + [0] * gained + [1] * lost + [0] * neither
    candidate = [1] * both + [1] * gained + [0] * lost + [0] * neither
    return np.array(base, float), np.array(candidate, float)


def contrast_of(base, candidate, direction="maximize", **options):
    return contrast(
        np.array(base, float),
        np.array(candidate, float),
        direction=direction,
        **options,
    )


def test_scores_of_0_and_1_get_mcnemars_mid_p_and_newcombes_interval():
    # Fagerland, Lydersen and Laake 2013: Bentur 2009 with the sides exchanged.
    result = contrast_of(*of_table(1, 7, 1, 12))
    assert (result.kind, result.n, result.gained, result.lost) == ("binary", 21, 7, 1)
    assert result.p_value == pytest.approx(0.0391, abs=5e-5)
    assert (result.low, result.high) == pytest.approx((0.026, 0.507), abs=5e-4)
    assert result.delta == pytest.approx(0.286, abs=5e-4)
    assert result.test == "McNemar mid-p, Newcombe interval"


def test_thirty_other_scores_get_students_t_for_pairs():
    random = np.random.default_rng(1)
    base, candidate = random.normal(0.5, 0.1, (2, 30))
    result = contrast_of(base, candidate)
    expected = stats.ttest_rel(candidate, base)
    assert (result.kind, result.test) == ("number", "paired t")
    assert result.p_value == pytest.approx(expected.pvalue, rel=1e-9)
    interval = tuple(expected.confidence_interval())
    assert (result.low, result.high) == pytest.approx(interval, rel=1e-9)


def test_fewer_scores_get_sign_flips():
    # Darwin's maize, Fisher 1935: 863 of 32,768 patterns on one side.
    maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
    result = contrast_of(np.zeros(15), maize)
    assert result.test == "sign-flip permutation"
    assert result.p_value == 2 * 863 / 32_768
    flips = sign_flip(np.array(maize, float))
    assert (result.low, result.high) == (flips.low, flips.high)


def test_the_deviation_of_the_change_is_that_of_pairs():
    base, candidate = np.random.default_rng(2).normal(3, 1, (2, 20_000))
    candidate += base
    result = contrast_of(base, candidate)
    both = np.cov(base, candidate)
    expected = both[0, 0] + both[1, 1] - 2 * both[0, 1]
    assert result.stdev == pytest.approx(math.sqrt(expected), rel=1e-9)
    # Miller 2024: 2.8 standard errors, at 5 % and a power of 80 %.
    reach = 1.959963984540054 + 0.8416212335729143
    error = result.stdev / math.sqrt(20_000)
    assert result.detectable == pytest.approx(reach * error, rel=1e-12)


def test_gaps_are_counted_by_side():
    result = contrast_of([0.5, nan, 0.5, nan, 0.4, inf], [0.6, 0.5, nan, nan, 0.6, 0.5])
    assert (result.n, result.missing) == (2, 4)
    assert (result.only_base, result.only_candidate) == (1, 2)
    assert (result.base_mean, result.candidate_mean) == pytest.approx((0.45, 0.6))


def test_one_other_score_makes_all_of_them_numbers():
    base, candidate = of_table(20, 5, 5, 20)
    assert contrast_of(base, candidate).kind == "binary"
    candidate[7] = 0.5
    assert contrast_of(base, candidate).kind == "number"
    base[7] = nan  # and an example without a pair says nothing
    assert contrast_of(base, candidate).kind == "binary"


@pytest.mark.parametrize(
    ("values", "is_share"),
    [([0, 0.5], True), ([0, 1.01], False), ([-0.01, 1], False), ([0, 1], True)],
)
def test_scores_from_0_to_1_are_shares(values, is_share):
    assert contrast_of(values, values[::-1]).is_share == is_share


def test_epsilon_decides_ties_and_nothing_else():
    base, candidate = of_table(10, 6, 2, 10)
    plain = contrast_of(base, candidate)
    loose = contrast_of(base, candidate, epsilon=1.0)
    assert (loose.wins, loose.losses, loose.ties) == (0, 0, 28)
    assert replace(loose, wins=6, losses=2, ties=20) == plain


def test_without_a_direction_nobody_wins():
    result = contrast_of([0.1, 0.2], [0.3, 0.1], "none")
    assert (result.wins, result.losses, result.ties) == (0, 0, 0)


@pytest.mark.parametrize("values", [[], [nan], [nan, nan]])
def test_nothing_to_compare_is_undefined(values):
    result = contrast_of(values, values)
    assert (result.kind, result.n, result.missing) == ("number", 0, len(values))
    for name in ("delta", "low", "p_value", "test", "stdev", "detectable"):
        assert getattr(result, name) is None
    assert (result.base_mean, result.gained, result.is_share) == (None, None, False)


@pytest.mark.parametrize(("base", "candidate"), [(0, 1), (0.2, 0.7)])
def test_one_example_has_a_change_and_no_more(base, candidate):
    result = contrast_of([base, nan], [candidate, 1])
    assert result.delta == candidate - base
    assert (result.low, result.high, result.p_value) == (None, None, None)
    assert (result.stdev, result.detectable, result.test) == (None, None, None)


@pytest.mark.parametrize("n", [2, 5, 29, 30, 5_000])
@pytest.mark.parametrize(("score", "reach"), [(0.6, 0.6), (7.0, 7.0), (-2.0, 2.0)])
def test_without_any_change_the_rule_of_three_bounds_it(n, score, reach):
    result = contrast_of(np.full(n, score), np.full(n, score))
    half = (1 - 0.05 ** (1 / n)) * reach
    assert (result.delta, result.p_value) == (0, 1)
    assert (result.low, result.high) == pytest.approx((-half, half), rel=1e-9)
    assert result.detectable == pytest.approx(half, rel=1e-9)


def test_equal_columns_are_bounded_by_their_range():
    same = np.random.default_rng(3).random(100)
    result = contrast_of(same, same)
    assert result.high == pytest.approx((1 - 0.05**0.01) * same.max(), rel=1e-9)


def test_no_binary_change_is_bounded_as_newcombe_does():
    result = contrast_of(*of_table(30, 0, 0, 20))
    expected = newcombe_paired(PairedCounts(30, 0, 0, 20))
    assert (result.p_value, result.low, result.high) == (1, expected.low, expected.high)
    assert result.detectable == pytest.approx(1 - 0.05 ** (1 / 50), rel=1e-9)


@pytest.mark.parametrize("n", [6, 29, 30, 1_000])
def test_one_change_everywhere_is_as_sure_as_its_sign(n):
    base = np.random.default_rng(n).random(n)
    result = contrast_of(base, base + 0.1)
    assert result.p_value == 2.0 ** (1 - n)
    assert 0 < result.low < 0.1 < result.high
    assert (result.stdev, result.test) == (0, "sign-flip permutation, rule of three")


@pytest.mark.parametrize("n", [2, 5])
def test_too_few_equal_changes_have_no_limits(n):
    result = contrast_of(np.zeros(n), np.full(n, 0.1))
    assert (result.low, result.high, result.p_value) == (None, None, 2.0 ** (1 - n))


@pytest.mark.parametrize("n", [2, 40])
def test_huge_scores_are_undefined_and_do_not_fail(n):
    base = np.resize([1e308, -1e308, 1.0], n)
    result = contrast_of(base, base[::-1])
    assert result.n + result.missing == n
    for value in (result.delta, result.low, result.high, result.p_value, result.stdev):
        assert value is None or math.isfinite(value)


@given(columns, st.sampled_from(DIRECTIONS))
def test_a_contrast_agrees_with_slow_answers(sides, direction):
    base, candidate = sides
    result = contrast(base, candidate, direction=direction)
    both = np.isfinite(base) & np.isfinite(candidate)
    one, two = base[both], candidate[both]
    assert (result.n, result.missing) == (len(one), len(base) - len(one))
    assert result.only_base == np.isfinite(base).sum() - len(one)
    assert result.only_candidate == np.isfinite(candidate).sum() - len(one)
    if not len(one):
        return
    assert result.delta == pytest.approx((two - one).mean(), abs=1e-9)
    assert result.candidate_mean == pytest.approx(two.mean(), abs=1e-9)
    assert (result.kind == "binary") == bool(np.isin([one, two], (0, 1)).all())
    if result.kind == "binary":
        lost, gained = int((one > two).sum()), int((two > one).sum())
        assert (result.gained, result.lost) == (gained, lost)
    if result.kind == "binary" and len(one) > 1 and gained + lost:
        exact = statsmodels_mcnemar([[0, gained], [lost, 0]], exact=True).pvalue
        assert result.p_value <= exact + 1e-12


@given(columns, st.sampled_from(DIRECTIONS))
@settings(max_examples=60)
def test_exchanging_the_sides_turns_the_contrast_round(sides, direction):
    base, candidate = sides
    there = contrast(base, candidate, direction=direction)
    back = contrast(candidate, base, direction=direction)
    expected = replace(
        there,
        only_base=there.only_candidate,
        only_candidate=there.only_base,
        wins=there.losses,
        losses=there.wins,
        gained=there.lost,
        lost=there.gained,
        base_mean=there.candidate_mean,
        candidate_mean=there.base_mean,
        delta=negated(there.delta),
        low=negated(there.high),
        high=negated(there.low),
    )
    assert_alike(back, expected)


def negated(value):
    return None if value is None else -value


def assert_alike(one, two):
    for name in one.__slots__:
        left, right = getattr(one, name), getattr(two, name)
        if isinstance(left, float) and isinstance(right, float):
            assert left == pytest.approx(right, rel=1e-6, abs=1e-9), name
        else:
            assert left == right, name


@given(columns, st.randoms())
@settings(max_examples=60)
def test_the_order_of_rows_changes_nothing(sides, random):
    order = list(range(sides.shape[1]))
    random.shuffle(order)
    shuffled = sides[:, order]
    assert_alike(
        contrast(*shuffled, direction="maximize"),
        contrast(*sides, direction="maximize"),
    )


@given(columns, st.integers(1, 9))
@settings(max_examples=60)
def test_missing_rows_are_only_counted(sides, rows):
    gaps = np.full((2, rows), nan)
    more = contrast(*np.hstack((sides, gaps)), direction="maximize")
    plain = contrast(*sides, direction="maximize")
    assert_alike(more, replace(plain, missing=plain.missing + rows))


@given(columns)
@settings(max_examples=60)
def test_rows_of_one_side_are_only_counted(sides):
    lone = np.hstack((sides, [[0.7, 9e9], [nan, nan]]))
    more = contrast(*lone, direction="maximize")
    plain = contrast(*sides, direction="maximize")
    expected = replace(plain, missing=plain.missing + 2, only_base=plain.only_base + 2)
    assert_alike(more, expected)


@given(*[st.integers(0, 30)] * 3, st.integers(1, 50))
def test_examples_alike_on_both_sides_never_change_mcnemars_test(b, c, ones, zeros):
    plain = contrast_of(*of_table(1, b, c, 1))
    more = contrast_of(*of_table(1 + ones, b, c, 1 + zeros))
    assert more.p_value == plain.p_value


@given(columns, st.sampled_from([0.8, 0.95, 0.99]))
@settings(max_examples=60)
def test_limits_hold_the_change_and_agree_with_the_test(sides, confidence):
    result = contrast(*sides, direction="maximize", confidence=confidence)
    if result.low is None:
        return
    slack = 1e-9 * max(1, abs(result.delta))
    assert result.low - slack <= result.delta <= result.high + slack
    level = 1 - confidence
    is_near = abs(result.p_value - level) < 1e-6
    if (
        result.kind == "number"
        and not is_near
        and max(map(abs, (result.low, result.high))) > 1e-9
    ):
        is_inside = result.low <= slack and result.high >= -slack
        assert is_inside == (result.p_value > level)


def test_blocks_add_up_to_the_whole():
    random = np.random.default_rng(9)
    base = random.normal(1e6, 1, 50_000)
    candidate = base + random.normal(1e-3, 1e-2, 50_000)
    base[random.random(50_000) < 0.1] = nan
    base[:9_000] = nan
    result = contrast_of(base, candidate)
    change = (candidate - base)[np.isfinite(base)]
    assert result.delta == pytest.approx(change.mean(), rel=1e-9)
    assert result.stdev == pytest.approx(change.std(ddof=1), rel=1e-9)


@given(codes)
def test_labels_are_counted_and_tested(sides):
    base, candidate = sides
    result = label_contrast(base, candidate)
    both = (base >= 0) & (candidate >= 0)
    moved = both & (base != candidate)
    assert (result.n, result.changed) == (both.sum(), moved.sum())
    assert result.n + result.missing == len(base)
    assert result.only_base == ((base >= 0) & (candidate < 0)).sum()
    assert result.unchanged == result.n - result.changed
    assert (result.p_value is None) == (result.n < 2)
    assert label_contrast(candidate, base).p_value == pytest.approx(result.p_value)
    if result.test == "Stuart-Maxwell" and result.changed:
        table = np.zeros((5, 5), int)
        np.add.at(table, (base[moved], candidate[moved]), 1)
        expected = stuart_maxwell(table).p_value
        assert result.p_value == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_two_labels_are_tested_as_scores_of_0_and_1():
    base, candidate = of_table(8, 9, 2, 5)
    labels = label_contrast(base.astype(np.int32), candidate.astype(np.int32))
    assert labels.p_value == contrast_of(base, candidate).p_value
    assert (labels.changed, labels.test) == (11, "McNemar mid-p")


def test_labels_that_hardly_repeat_are_counted_and_not_tested():
    base = np.arange(300, dtype=np.int32)
    result = label_contrast(base, base[::-1].copy())
    assert (result.changed, result.p_value) == (300, None)
