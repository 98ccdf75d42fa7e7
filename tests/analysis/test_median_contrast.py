"""Durations are compared by their medians, which a few slow calls do not move."""

import numpy as np
import pytest

from experiments_ui.analysis.contrast import contrast
from experiments_ui.analysis.median_contrast import median_contrast, median_interval


def durations(random, n, *, factor=1.0):
    base = random.lognormal(6, 0.3, n)
    return tuple(base * random.lognormal(0, 0.3, n) * f for f in (1.0, factor))


def test_a_few_hanging_calls_do_not_hide_that_the_rest_is_faster():
    before, after = durations(np.random.default_rng(1), 200, factor=0.7)
    after[:3] = 60_000
    by_mean = contrast(before, after, direction="minimize")
    by_median = median_contrast(before, after, direction="minimize")
    assert by_mean.p_value > 0.05
    assert by_median.p_value < 1e-6
    assert by_median.high < 0
    assert by_median.delta == np.median(after) - np.median(before)


def test_swapping_the_sides_turns_the_limits_around():
    pair = durations(np.random.default_rng(2), 80)
    one = median_contrast(*pair, direction="minimize")
    two = median_contrast(*reversed(pair), direction="minimize")
    assert (one.low, one.high) == pytest.approx((-two.high, -two.low))
    assert one.p_value == pytest.approx(two.p_value)
    assert (one.wins, one.losses) == (two.losses, two.wins)


@pytest.mark.parametrize("n", [30, 100, 1_000])
def test_equal_candidates_differ_in_five_of_a_hundred_at_most(n):
    random = np.random.default_rng(n)
    found = [
        median_contrast(*durations(random, n), direction="minimize") for _ in range(500)
    ]
    false_finds = np.mean([one.p_value < 0.05 for one in found])
    covered = np.mean([one.low <= 0 <= one.high for one in found])
    # McKean and Schrader's error is a little too large for few pairs.
    assert false_finds <= 0.07
    assert 0.93 <= covered <= 0.985


def test_few_pairs_and_constant_durations_fall_back_to_means():
    few = np.arange(1.0, 11.0), np.arange(2.0, 12.0)
    assert median_contrast(*few, direction="minimize") == contrast(
        *few, direction="minimize"
    )
    same = np.full(50, 7.0), np.full(50, 9.0)
    assert median_contrast(*same, direction="minimize").delta == 2.0


def test_missing_durations_are_counted_and_left_out():
    before, after = durations(np.random.default_rng(3), 60)
    holed = after.copy()
    holed[:10] = np.nan
    found = median_contrast(before, holed, direction="minimize")
    assert (found.n, found.missing, found.only_base) == (50, 10, 10)
    assert found.base_mean == np.median(before[10:])


def test_the_interval_of_a_median_holds_the_truth():
    random = np.random.default_rng(4)
    bounds = [median_interval(random.lognormal(0, 1, 200)) for _ in range(500)]
    assert 0.93 <= np.mean([b.low <= 1 <= b.high for b in bounds]) <= 0.98
    assert median_interval(np.arange(29.0)) is None
