"""Every figure is one that Plotly accepts, and says the same in words and in a table."""

from datetime import UTC, datetime, timedelta

import numpy as np
import orjson
import plotly.graph_objects as go
import pytest

from experiments_ui import charts
from experiments_ui.analysis.filters import Numbers, mask, parse

SCORE = charts.Axis("Tone", goal="maximize")
LATENCY = charts.Axis("Latency", "ms", "minimize")
NAN = float("nan")


def series(*values, name="base", hue=0, term="a.eval.tone.score"):
    return charts.Series(name, hue, np.array(values, np.float64), term)


def candidate(*values, name="new", hue=1, term="b.eval.tone.score"):
    return series(*values, name=name, hue=hue, term=term)


def noise(count, *, seed, hue):
    values = np.random.default_rng(seed).normal(0.6, 0.15, count)
    return charts.Series(f"noise {hue}", hue, values, f"{'abcdefghij'[hue]}.x")


def estimate(value, spread=0.05):
    return charts.Estimate(value, value - spread, value + spread, 100)


def curve(name="new", hue=1):
    rates = np.linspace(0, 1, 1_000)
    scores = np.concatenate([[np.inf], np.linspace(1, 0, 999)])
    return charts.Curve(name, hue, rates, np.sqrt(rates), scores, 0.667, "b.p")


def reliability():
    edges = np.linspace(0, 1, 4)
    nan = np.array([0.2, NAN, 0.9])
    counts = np.array([5, 0, 7])
    return charts.Reliability(
        "new", 1, edges, nan, nan, counts, nan - 0.1, nan + 0.1, 0.05, "b.p"
    )


def trend():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [
        charts.Moment(start + timedelta(days=day), f"run {day}", estimate(0.5), day)
        for day in range(3)
    ]
    absent = charts.Moment(start, "without", charts.Estimate(None), 9)
    return charts.trend([charts.Trend("tone", 0, [*moments, absent])], SCORE)


FIGURES = {
    "few values": charts.distributions([series(0, 1, 1, NAN), candidate(1, 1)], SCORE),
    "many values": charts.distributions(
        [noise(500, seed=hue, hue=hue) for hue in range(10)], SCORE
    ),
    "cumulative": charts.cumulative([noise(2_000, seed=1, hue=1)], SCORE),
    "few changes": charts.changes(series(0, 1, 1), [candidate(1, 0, 1)], SCORE),
    "many changes": charts.changes(
        noise(500, seed=0, hue=0), [noise(500, seed=1, hue=1)], SCORE
    ),
    "changes of several": charts.changes(
        noise(500, seed=0, hue=0),
        [noise(500, seed=hue, hue=hue) for hue in (1, 2)],
        LATENCY,
    ),
    "few pairs": charts.paired_scatter(
        series(0, 1, 1), [candidate(1, 0, 1)], SCORE, positions=np.arange(3)
    ),
    "many pairs": charts.paired_scatter(
        noise(500, seed=0, hue=0),
        [noise(500, seed=hue, hue=hue) for hue in (1, 2)],
        SCORE,
        positions=np.arange(500),
        most=100,
    ),
    "tradeoff": charts.tradeoff(
        [
            charts.Trade("base", 0, estimate(900), estimate(0.7), 1),
            charts.Trade("new", 1, estimate(700), estimate(0.8), 2),
            charts.Trade("slow", 2, charts.Estimate(None), estimate(0.9), 3),
        ],
        LATENCY,
        SCORE,
    ),
    "trend": trend(),
    "roc": charts.roc([curve()]),
    "precision": charts.precision_recall([curve()], prevalence=0.3),
    "thresholds": charts.thresholds(
        "new",
        np.linspace(0, 1, 900),
        {"precision": np.linspace(0.5, 1, 900), "recall": np.linspace(1, NAN, 900)},
        current=0.5,
        term="b.p",
    ),
    "calibration": charts.calibration([reliability()]),
    "nothing": charts.distributions([series(NAN), candidate()], SCORE),
    "no candidate": charts.changes(series(1), [], SCORE),
    "no pair": charts.paired_scatter(
        series(1, NAN), [candidate(NAN, 1)], SCORE, positions=np.arange(2)
    ),
    "no trade": charts.tradeoff([], LATENCY, SCORE),
    "no moment": charts.trend([], SCORE),
    "no curve": charts.roc([]),
    "no threshold": charts.thresholds("new", np.empty(0), {}),
    "no probability": charts.calibration([]),
}


@pytest.mark.parametrize("name", FIGURES)
def test_plotly_accepts_every_figure(name):
    go.Figure(FIGURES[name].to_plotly())


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_says_what_it_shows_or_why_it_shows_nothing(name):
    figure = FIGURES[name]
    assert figure.title
    assert figure.description
    if not figure.data:
        assert figure.notes
    else:
        assert figure.table.rows
        assert all(len(row) == len(figure.table.head) for row in figure.table.rows)


@pytest.mark.parametrize("name", FIGURES)
def test_traces_name_their_colour_and_hold_no_other(name):
    text = FIGURES[name].to_json().decode()
    assert '"color' not in text
    assert "color" not in text.replace(" colour", "")
    tokens = [trace["meta"]["paint"] for trace in FIGURES[name].data]
    known = {"up", "down", "accent", "text-3", "line-control"}
    assert {one for one in tokens if not one.startswith("hue-")} <= known


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_bounded_json_with_a_mark_for_every_point(name):
    body = FIGURES[name].to_json()
    assert len(body) < 200_000
    for trace in orjson.loads(body)["data"]:
        if "customdata" in trace:
            assert len(trace["customdata"]) == len(trace["x"]) == len(trace["y"])


@pytest.mark.parametrize("name", FIGURES)
def test_every_filter_can_be_read(name):
    figure = orjson.loads(FIGURES[name].to_json())
    found = [mark for trace in figure["data"] for mark in trace.get("customdata", [])]
    found += [
        cell[1]
        for row in figure["table"]["rows"]
        for cell in row
        if isinstance(cell, list)
    ]
    for one in found:
        if isinstance(one, str):
            parse(one)


def rows_of(filter_text, columns):
    class Known:
        length = len(next(iter(columns.values())))

        def get(self, name):
            return Numbers(columns[name]) if name in columns else None

    return int(mask(parse(filter_text), Known()).sum())


def filters_and_counts(figure):
    for row in figure.table.rows:
        for cell in row:
            if not isinstance(cell, str) and isinstance(cell.mark, str):
                yield cell.mark, int(cell.text.replace(",", ""))


SHAPES = {
    "normal": np.random.default_rng(1).normal(0, 1, 3_000),
    "long tail": np.random.default_rng(2).pareto(1.0, 3_000) * 900,
    "shares": np.random.default_rng(3).uniform(0, 1, 3_000).round(3),
    "binary": np.random.default_rng(4).integers(0, 2, 3_000).astype(np.float64),
    "one sided": -np.random.default_rng(5).uniform(0, 3e-7, 3_000),
    "huge": np.random.default_rng(6).uniform(-1e12, 1e12, 3_000),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_bar_opens_as_many_rows_as_it_counts(shape):
    values = SHAPES[shape]
    figure = charts.distributions([charts.Series("a", 0, values, "a.x")], SCORE)
    found = list(filters_and_counts(figure))
    assert sum(count for _, count in found) == len(values)
    for one, count in found:
        assert rows_of(one, {"a.x": values}) == count


@pytest.mark.parametrize("shape", SHAPES)
def test_a_change_opens_the_rows_that_changed_so_much(shape):
    after = SHAPES[shape]
    before = np.where(np.arange(len(after)) % 3 == 0, after, np.roll(after, 1))
    base = charts.Series("a", 0, before, "a.x")
    figure = charts.changes(base, [charts.Series("b", 1, after, "b.x")], SCORE)
    found = list(filters_and_counts(figure))
    assert sum(count for _, count in found) == np.count_nonzero(after != before)
    for one, count in found:
        assert rows_of(one, {"a.x": before, "b.x": after}) == count


def test_a_change_within_epsilon_is_counted_and_not_drawn():
    figure = charts.changes(
        series(0, 0, 0, 0), [candidate(0.01, -0.01, 0.5, -0.5)], SCORE, epsilon=0.1
    )
    assert "not drawn: new 2 of 4." in figure.notes[0]
    assert [trace["name"] for trace in figure.data] == ["Worse", "Better"]


def test_less_latency_is_better():
    figure = charts.changes(series(100, 100), [candidate(80, 130)], LATENCY)
    assert [(t["name"], t["meta"]["paint"]) for t in figure.data] == [
        ("Better", "up"),
        ("Worse", "down"),
    ]


def test_equal_pairs_are_one_dot_sized_by_its_rows():
    figure = charts.paired_scatter(
        series(0, 1, 1, 1), [candidate(1, 1, 1, 1)], SCORE, positions=np.arange(4)
    )
    dots = figure.data[1]
    assert dots["marker"]["size"] == [1, 3]
    assert dots["customdata"][1] == "a.eval.tone.score = 1 AND b.eval.tone.score = 1"


def test_points_are_bounded_always_the_same_and_the_rest_is_counted():
    first, second = (
        charts.paired_scatter(
            noise(20_000, seed=0, hue=0),
            [noise(20_000, seed=1, hue=1)],
            SCORE,
            positions=np.arange(20_000) * 2,
        )
        for _ in range(2)
    )
    assert len(first.data[1]["x"]) == 5_000
    assert first.to_json() == second.to_json()
    assert "5,000 of 20,000 points drawn, chosen at random" in first.notes[0]
    assert all(mark % 2 == 0 for mark in first.data[1]["customdata"])


def test_the_front_leaves_out_what_another_beats_on_both_axes():
    trades = [
        charts.Trade("cheap", 0, estimate(100), estimate(0.6)),
        charts.Trade("good", 1, estimate(300), estimate(0.9)),
        charts.Trade("beaten", 2, estimate(400), estimate(0.8)),
        charts.Trade("beaten at a price", 3, estimate(300), estimate(0.7)),
    ]
    figure = charts.tradeoff(trades, LATENCY, SCORE)
    assert [row[3] for row in figure.table.rows] == ["yes", "yes", "no", "no"]
    assert figure.data[0]["x"] == [100, 300]


def test_missing_values_are_counted_and_never_zero():
    figure = charts.distributions([series(0, 1, NAN, NAN)], SCORE)
    assert figure.data[0]["y"] == [0.5, 0.5]
    assert figure.notes == ("Rows without a value: base 2.",)


def test_a_long_tail_is_counted_in_the_last_step_and_said():
    values = np.concatenate([np.linspace(0, 100, 5_000), [9_999.0]])
    figure = charts.distributions([charts.Series("a", 0, values, "a.x")], LATENCY)
    assert "1 value above" in figure.notes[0]
    assert max(figure.data[0]["x"]) < 200


def test_names_are_drawn_as_they_are_written():
    hostile = '<a href="javascript:alert(1)">%{x}</a>'
    figure = charts.paired_scatter(
        series(0, 1, name=hostile),
        [candidate(1, 0, name=hostile)],
        SCORE,
        positions=np.arange(2),
    )
    assert "<a" not in str(figure.to_plotly())
    assert "%{x}&lt;" not in figure.data[1]["hovertemplate"]


def test_a_long_tail_of_positive_values_is_drawn_on_a_log_scale():
    values = np.concatenate([np.linspace(300, 900, 5_000), [30_000.0]])
    one = charts.Series("a", 0, values, "a.latency")
    cumulative = charts.cumulative([one], LATENCY)
    pairs = charts.paired_scatter(one, [one], LATENCY, positions=np.arange(5_001))
    for figure in (cumulative, pairs):
        assert figure.layout["xaxis"]["type"] == "log"
        assert "log scale" in figure.layout["xaxis"]["title"]["text"]
        go.Figure(figure.to_plotly())
