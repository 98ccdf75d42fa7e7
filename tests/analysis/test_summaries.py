"""Summaries, intervals and paired comparisons against known and slow answers."""

import math
import statistics
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.analysis.student import t_quantile, upper_tail
from experiments_ui.analysis.summaries import (
    Histogram,
    Summary,
    histogram,
    interval,
    paired,
    summarize,
    wilson,
)
from experiments_ui.analysis.verdicts import Verdict, classify

nan = float("nan")
scores = st.floats(-1e6, 1e6) | st.just(nan)
vectors = st.lists(scores, max_size=30).map(lambda values: np.array(values, float))
pairs = st.lists(st.tuples(scores, scores), max_size=30).map(
    lambda rows: np.array(rows, float).reshape(-1, 2).T
)


@given(vectors)
def test_a_summary_agrees_with_the_textbook(values):
    known = [value for value in values.tolist() if not math.isnan(value)]
    summary = summarize(values)
    assert (summary.n, summary.missing) == (len(known), len(values) - len(known))
    if not known:
        assert summary == Summary(n=0, missing=len(values))
        return
    near = {"rel": 1e-9, "abs": 1e-6}
    assert summary.mean == pytest.approx(statistics.fmean(known), **near)
    assert summary.total == pytest.approx(math.fsum(known), **near)
    assert (summary.minimum, summary.maximum) == (min(known), max(known))
    assert summary.p50 == pytest.approx(statistics.median(known), **near)
    assert summary.p95 == pytest.approx(np.percentile(known, 95), **near)
    if len(known) == 1:
        assert summary.stdev is None
    else:
        assert summary.stdev == pytest.approx(statistics.stdev(known), **near)


def test_quantiles_are_left_out_on_request():
    summary = summarize(np.array([1.0, 2.0]), quantiles=False)
    assert (summary.p50, summary.p95, summary.mean) == (None, None, 1.5)


def test_infinite_values_count_as_missing():
    summary = summarize(np.array([1.0, float("inf"), -float("inf"), nan, 3.0]))
    assert (summary.n, summary.missing, summary.mean) == (2, 3, 2.0)


def test_huge_values_have_a_mean_but_no_total():
    summary = summarize(np.full(10, 1e308))
    assert summary.mean == pytest.approx(1e308)
    assert summary.total is None


def test_t_quantiles_match_the_closed_forms():
    for probability in (0.51, 0.75, 0.9, 0.95, 0.975, 0.995, 0.9999):
        one = math.tan(math.pi * (probability - 0.5))
        both_tails = 4 * probability * (1 - probability)
        two = (2 * probability - 1) * math.sqrt(2 / both_tails)
        root = math.sqrt(both_tails)
        four = 2 * math.sqrt(math.cos(math.acos(root) / 3) / root - 1)
        assert t_quantile(probability, 1) == pytest.approx(one, rel=1e-10)
        assert t_quantile(probability, 2) == pytest.approx(two, rel=1e-10)
        assert t_quantile(probability, 4) == pytest.approx(four, rel=1e-10)


@pytest.mark.parametrize(
    ("degrees", "expected"),
    [
        (3, 3.182446305284263),
        (5, 2.570581835636314),
        (9, 2.262157162854099),
        (10, 2.228138851964939),
        (29, 2.045229642132703),
        (30, 2.042272456301238),
        (99, 1.984216951586397),
    ],
)
def test_t_quantiles_match_the_published_table(degrees, expected):
    assert t_quantile(0.975, degrees) == pytest.approx(expected, abs=1e-9)
    assert t_quantile(0.025, degrees) == pytest.approx(-expected, abs=1e-9)


@pytest.mark.parametrize("degrees", [3, 7, 50, 1_999, 2_000, 30_000])
@pytest.mark.parametrize("probability", [0.9, 0.975, 0.9995])
def test_t_quantiles_match_an_integral_of_the_density(degrees, probability):
    value = t_quantile(probability, degrees)
    # Gauss and Legendre's rule in pieces, over 0 to the quantile.
    nodes, weights = np.polynomial.legendre.leggauss(60)
    edges = np.linspace(0, value, 41)
    middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
    places = middle[:, None] + half[:, None] * nodes
    density = (1 + places**2 / degrees) ** (-(degrees + 1) / 2)
    scale = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2))
    scale /= math.sqrt(degrees * math.pi)
    inside = scale * float((density * weights * half[:, None]).sum())
    assert inside == pytest.approx(probability - 0.5, abs=1e-10)


@given(st.floats(1e-6, 1 - 1e-6), st.integers(1, 1_999))
def test_the_tail_beyond_a_t_quantile_is_the_asked_one(probability, degrees):
    value = t_quantile(probability, degrees)
    tail = upper_tail(abs(value), degrees)
    assert tail == pytest.approx(min(probability, 1 - probability), rel=1e-9)


@pytest.mark.parametrize(
    ("probability", "degrees"), [(0, 5), (1, 5), (nan, 5), (0.9, 0)]
)
def test_a_t_quantile_that_does_not_exist_is_refused(probability, degrees):
    with pytest.raises(ValueError, match="no t quantile"):
        t_quantile(probability, degrees)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_intervals_match_the_published_ones(successes, n, low, high):
    bounds = wilson(successes, n)
    assert bounds.low == pytest.approx(low, abs=5e-5)
    assert bounds.high == pytest.approx(high, abs=5e-5)


def test_a_vector_of_zeros_and_ones_gets_the_wilson_interval():
    values = np.array([1.0] * 81 + [0.0] * 182 + [nan] * 9)
    bounds = interval(values)
    assert bounds == wilson(81, 263)
    assert bounds.method == "wilson"


def test_other_vectors_get_the_t_interval():
    bounds = interval(np.array([1.0, 2.0, 3.0, 4.0, nan]))
    half = 3.182446305284263 * statistics.stdev([1, 2, 3, 4]) / 2
    assert (bounds.low, bounds.high) == pytest.approx(
        (2.5 - half, 2.5 + half), rel=1e-9
    )
    assert bounds.method == "t"


@pytest.mark.parametrize("values", [[], [nan], [0.5], [0.5, nan]])
def test_there_is_no_interval_without_two_values(values):
    assert interval(np.array(values, float)) is None


@given(vectors, st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_the_interval_holds_the_mean_and_grows_with_confidence(values, confidence):
    bounds = interval(values, confidence)
    wider = interval(values, 0.999)
    if bounds is None:
        assert wider is None
        return
    mean = summarize(values).mean
    slack = 1e-9 * max(1, abs(mean))
    assert bounds.low - slack <= mean <= bounds.high + slack
    assert wider.low <= bounds.low + slack
    assert wider.high >= bounds.high - slack


def test_a_pair_counts_wins_losses_and_ties():
    base = np.array([0.5, 0.5, 0.5, nan, 0.5, nan])
    candidate = np.array([0.9, 0.1, 0.5, 0.5, nan, nan])
    result = paired(base, candidate, direction="minimize")
    assert (result.n, result.missing) == (3, 3)
    assert (result.wins, result.losses, result.ties) == (1, 1, 1)
    assert result.delta == pytest.approx(0.0)
    assert result.changed == 2


def test_without_a_direction_nobody_wins():
    result = paired(np.array([1.0, 1.0]), np.array([2.0, 1.0]), direction="none")
    assert (result.wins, result.losses, result.ties, result.changed) == (0, 0, 1, 1)


def test_a_pair_without_a_common_row_has_no_delta():
    result = paired(np.array([nan, 1.0]), np.array([1.0, nan]), direction="maximize")
    assert (result.n, result.delta, result.ties) == (0, None, 0)


@given(
    pairs,
    st.sampled_from(["maximize", "minimize", "none"]),
    st.sampled_from([0, 0.1, 5]),
)
def test_a_pair_agrees_with_the_row_verdicts(columns, direction, epsilon):
    base, candidate = columns
    result = paired(base, candidate, direction=direction, epsilon=epsilon)
    verdicts = classify(base, candidate, direction=direction, epsilon=epsilon).tolist()
    assert result.wins == verdicts.count(Verdict.IMPROVED)
    assert result.losses == verdicts.count(Verdict.REGRESSED)
    assert result.ties == verdicts.count(Verdict.SAME)
    assert result.n + result.missing == len(base)
    back = paired(candidate, base, direction=direction, epsilon=epsilon)
    assert (back.wins, back.losses) == (result.losses, result.wins)
    assert back.delta == (None if result.delta is None else -result.delta)


@given(vectors, st.integers(1, 12))
def test_a_histogram_counts_every_value_once(values, bins):
    result = histogram(values, bins)
    assert sum(result.counts) + result.missing == len(values)
    assert len(result.edges) == len(result.counts) + bool(result.counts)
    assert list(result.edges) == sorted(result.edges)


def test_a_histogram_of_known_values():
    result = histogram(np.array([0.0, 0.1, 0.5, 0.99, 1.0, nan]), bins=2)
    assert result == Histogram(edges=(0.0, 0.5, 1.0), counts=(2, 3), missing=1)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], Histogram((), (), 0)),
        ([2.0, 2.0], Histogram((2.0, 2.0), (2,), 0)),
    ],
)
def test_a_histogram_of_nothing_or_of_one_value(values, expected):
    assert histogram(np.array(values, float)) == expected


@pytest.mark.parametrize(
    "values", [[-1.7e308, 1.7e308], [1.0, math.nextafter(1, 2)], [0, 5e-324]]
)
def test_a_histogram_of_extreme_values_still_counts(values):
    assert sum(histogram(np.array(values, float)).counts) == 2


def test_header_statistics_of_ten_large_experiments_take_under_50_ms():
    random = np.random.default_rng(4)
    columns = random.random((3, 10, 100_000))
    columns[0][random.random((10, 100_000)) < 0.05] = nan
    columns[1] = np.round(columns[1])
    assert min(_header_seconds(columns) for _ in range(5)) < 0.05


def _header_seconds(columns) -> float:
    started = time.thread_time()
    for metric in columns:
        for column in metric:
            summarize(column, quantiles=False)
            paired(metric[0], column, direction="maximize")
    return time.thread_time() - started
