"""What is promised of many comparisons, held against simulated ones with fixed seeds.

Truth is known here: equal experiments must rarely be called better or worse, and the
intervals must hold the true change about as often as they say.
"""

import math

import numpy as np
import pytest

from experiments_ui.analysis.contrast import contrast
from experiments_ui.analysis.findings import findings
from experiments_ui.analysis.magnitudes import mean_ratio, quantile_change
from experiments_ui.analysis.power import detectable_effect

COMPARISONS = 1_000


def judged(random, n, ability):
    """Return one side's correctness: examples differ in how hard they are."""
    return (random.random(n) < ability).astype(float)


def equal_metrics(random, n):
    """Draw two runs of one model: correctness, a score, a latency and a rare flag."""
    ability = random.beta(4, 2, n)
    quality = random.beta(5, 2, n)
    length = random.lognormal(6, 0.5, n)
    rare = np.full(n, 0.03)
    for draw in (
        lambda: judged(random, n, ability),
        lambda: np.clip(quality + random.normal(0, 0.15, n), 0, 1),
        lambda: length * random.lognormal(0, 0.4, n),
        lambda: judged(random, n, rare),
    ):
        yield draw(), draw()


def called_different(random, n):
    contrasts = [
        contrast(base, candidate, direction="maximize")
        for base, candidate in equal_metrics(random, n)
    ]
    verdicts = [one.verdict for one in findings(contrasts, goals=["maximize"] * 4)]
    return "better" in verdicts or "worse" in verdicts


@pytest.mark.parametrize("n", [25, 50, 500, 5_000])
def test_equal_experiments_are_rarely_called_better_or_worse(n):
    random = np.random.default_rng(n)
    finds = sum(called_different(random, n) for _ in range(COMPARISONS))
    # Below 3 % is possible: a test of few rare flags cannot use up its 5 %.
    assert finds / COMPARISONS <= 0.07


@pytest.mark.parametrize("n", [50, 500, 5_000])
@pytest.mark.parametrize("metric", [0, 1, 2])
def test_a_metric_on_its_own_is_called_different_one_time_in_twenty(n, metric):
    random = np.random.default_rng(10 * n + metric)
    finds = 0
    for _ in range(COMPARISONS):
        base, candidate = list(equal_metrics(random, n))[metric]
        result = contrast(base, candidate, direction="none")
        finds += result.p_value < 0.05
    assert 0.03 <= finds / COMPARISONS <= 0.07


def covered(draw, truth, *, times=2_000):
    """Return how often the interval of a drawn pair of columns holds the truth."""
    hits = 0
    for _ in range(times):
        result = contrast(*draw(), direction="maximize")
        hits += result.low <= truth <= result.high
    return hits / times


def tabled(random, n, shares):
    """Draw examples by what both sides make of them: both, gained, lost, neither."""
    cells = random.choice(4, n, p=shares)
    return (cells % 2 == 0).astype(float), (cells <= 1).astype(float)


# Both right, gained, lost, neither: a model that is a little better, one that is
# equal, and one that is far better.
BINARY = [(0.60, 0.12, 0.08, 0.20), (0.70, 0.10, 0.10, 0.10), (0.40, 0.35, 0.05, 0.20)]


@pytest.mark.parametrize("n", [50, 500, 5_000])
@pytest.mark.parametrize("shares", BINARY)
def test_intervals_of_binary_changes_hold_the_truth(n, shares):
    random = np.random.default_rng(n)
    rate = covered(lambda: tabled(random, n, shares), shares[1] - shares[2])
    assert 0.93 <= rate <= 0.97


def test_intervals_of_rare_binary_changes_hold_the_truth_more_often():
    # Two changes in a hundred, of fifty examples: the interval is wider than it need.
    random = np.random.default_rng(1)
    assert covered(lambda: tabled(random, 50, (0.9, 0.01, 0.01, 0.08)), 0.0) >= 0.93


def normal_scores(random, n):
    base = random.normal(70, 10, n)
    return base, base + random.normal(1, 8, n)


def beta_scores(random, n):
    return random.beta(5, 1.5, n), random.beta(9, 1.5, n)


def latencies(random, n):
    length = random.lognormal(6, 0.5, n)
    noise = random.lognormal(0, 0.3, (2, n))
    return length * noise[0], 1.1 * length * noise[1]


def graded(random, n):
    """Draw grades from 1 to 5, most of them the same on both sides."""
    base = random.choice(5, n, p=(0.05, 0.1, 0.2, 0.35, 0.3)) + 1.0
    step = random.choice((-1.0, 0.0, 1.0), n, p=(0.1, 0.7, 0.2))
    return base, base + step


SCORES = [
    (normal_scores, 1.0),
    (beta_scores, 9 / 10.5 - 5 / 6.5),
    (latencies, 0.1 * math.exp(6 + 0.25 / 2 + 0.09 / 2)),
    (graded, 0.1),
]


@pytest.mark.parametrize("n", [20, 50, 500, 5_000])
@pytest.mark.parametrize(("draw", "truth"), SCORES)
def test_intervals_of_other_changes_hold_the_truth(n, draw, truth):
    random = np.random.default_rng(n)
    times = 600 if n == 20 else 2_000
    assert 0.93 <= covered(lambda: draw(random, n), truth, times=times) <= 0.97


def repeated(random, n, repetitions):
    """Draw correctness of examples run several times, example by repetition."""
    ability = random.beta(1, 1, n)[:, None]
    return (random.random((2, n, repetitions)) < ability).astype(float)


def test_repetitions_are_averaged_so_that_the_interval_stays_honest():
    random = np.random.default_rng(4)
    averaged = covered(lambda: repeated(random, 200, 5).mean(axis=2), 0.0)
    assert 0.93 <= averaged <= 0.97


def test_an_effect_of_the_detectable_size_is_found_four_times_in_five():
    random = np.random.default_rng(5)
    effect = detectable_effect(0.3, 200)
    found = 0
    for _ in range(2_000):
        change = random.normal(effect, 0.3, 200)
        result = contrast(np.zeros(200), change, direction="maximize")
        found += result.p_value < 0.05
    assert 0.77 <= found / 2_000 <= 0.83


@pytest.mark.parametrize("probability", [0.5, 0.95])
@pytest.mark.parametrize(("n", "times"), [(200, 100), (3_000, 1_000)])
def test_intervals_of_quantile_changes_hold_the_truth(n, times, probability):
    random = np.random.default_rng(n)
    z = {0.5: 0.0, 0.95: 1.6448536269514722}[probability]
    truth = 0.1 * math.exp(6 + z * math.sqrt(0.25 + 0.09))
    hits = 0
    for _ in range(times):
        change = quantile_change(*latencies(random, n), probability)
        hits += change.low <= truth <= change.high
    # Few simulations of the slow bootstrap leave an error of two points, and for p95
    # of 200 examples its limits lie wide.
    assert hits / times >= (0.93 if n > 2_000 else 0.89)
    assert n <= 2_000 or hits / times <= 0.97


def test_intervals_of_ratios_hold_the_truth():
    random = np.random.default_rng(6)
    hits = 0
    for _ in range(2_000):
        ratio = mean_ratio(*latencies(random, 200))
        hits += ratio.low <= 1.1 <= ratio.high
    assert 0.93 <= hits / 2_000 <= 0.97
