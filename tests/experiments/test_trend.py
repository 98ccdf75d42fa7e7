"""The trend above a dataset's experiments."""

import orjson
import pytest

from experiments_ui.experiments.queries.standing import baseline_among
from tests import make
from tests.experiments.pages import queries_of, text_of

MARKUP = "<b>bold</b>"
SCORE = "eval.correct.score"


def place(dataset, rest=""):
    return f"/spaces/acme/datasets/{dataset.pk}/{rest}"


@pytest.fixture
def dataset(space):
    return make.dataset(space, count=10)


@pytest.fixture
def series(dataset):
    return [
        make.experiment(dataset, name=f"run {n}", score=[1] * n + [0] * (10 - n))
        for n in (2, 5, 8)
    ]


def figure(client, dataset, **query):
    answer = client.get(place(dataset, "trend"), {"metric": SCORE} | query)
    assert answer.status_code == 200
    return orjson.loads(answer.content)


def test_means_stand_in_order_of_time_with_their_intervals(
    dataset, series, browser_client
):
    [line] = figure(browser_client, dataset)["data"]
    assert line["y"] == [0.2, 0.5, 0.8]
    assert line["x"] == sorted(line["x"])
    assert all(above > 0 for above in line["error_y"]["array"])


def test_a_click_opens_the_experiment(dataset, series, browser_client):
    [line] = figure(browser_client, dataset)["data"]
    assert line["customdata"] == [one.pk for one in series]
    page = text_of(browser_client.get(place(dataset, "?tab=experiments")))
    assert 'data-row-url="/spaces/acme/experiments/{row}/"' in page


def test_the_baseline_is_marked(dataset, series, browser_client):
    [line] = figure(browser_client, dataset)["data"]
    assert line["marker"]["symbol"] == ["diamond", "circle", "circle"]
    [line] = figure(browser_client, dataset, base=series[2].pk)["data"]
    assert line["marker"]["symbol"] == ["circle", "circle", "diamond"]


def test_the_baseline_is_the_one_wanted_else_the_stored_else_the_oldest(series):
    first, second, third = series
    assert baseline_among(series[::-1], stored=None) == first
    assert baseline_among(series, stored=second.pk) == second
    assert baseline_among(series, stored=second.pk, wanted=third.pk) == third
    assert baseline_among(series, stored=-1, wanted=-2) == first


def test_the_same_figure_is_not_sent_twice(dataset, series, browser_client):
    url = place(dataset, f"trend?metric={SCORE}")
    tag = browser_client.get(url).headers["ETag"]
    again = browser_client.get(url, headers={"if-none-match": tag})
    assert again.status_code == 304
    make.experiment(dataset, name="newer", score=[1] * 10)
    assert browser_client.get(url, headers={"if-none-match": tag}).status_code == 200


def test_an_experiment_without_the_metric_is_counted(dataset, series, browser_client):
    make.experiment(dataset, name="bare")
    drawn = figure(browser_client, dataset)
    assert "1 experiment has no value" in " ".join(drawn["notes"])
    assert len(drawn["table"]["rows"]) == 3


@pytest.mark.parametrize("metric", ["", "nothing", "eval.x.label"])
def test_what_is_no_metric_has_no_trend(dataset, series, browser_client, metric):
    make.experiment(dataset, name="labels", **{"eval.x.label": ["a"] * 10})
    answer = browser_client.get(place(dataset, "trend"), {"metric": metric})
    assert answer.status_code == 404


def test_the_metric_is_in_the_address(dataset, browser_client):
    for name in "ab":
        make.experiment(dataset, name=name, score=[1] * 10, latency=[5] * 10)
    page = text_of(browser_client.get(place(dataset, "?tab=experiments")))
    assert f"trend?metric={SCORE}" in page
    page = text_of(browser_client.get(place(dataset, "?tab=experiments&trend=latency")))
    assert "trend?metric=latency" in page
    page = text_of(browser_client.get(place(dataset, "?tab=experiments&trend=what")))
    assert f"trend?metric={SCORE}" in page


def test_the_trend_is_put_away_by_the_address(dataset, series, browser_client):
    page = text_of(browser_client.get(place(dataset, "?tab=experiments&trend=off")))
    assert "data-figure" not in page
    assert "Show trend" in page


def test_names_are_not_markup_in_the_drawing(dataset, series, browser_client):
    make.experiment(dataset, name=MARKUP, score=[1] * 10)
    [line] = figure(browser_client, dataset)["data"]
    assert "<b>" not in line["text"][-1]


def test_the_trend_takes_as_many_queries_for_any_number_of_experiments(
    dataset, series, browser_client
):
    url = place(dataset, f"trend?metric={SCORE}")
    few = queries_of(browser_client, url)
    for number in range(8):
        make.experiment(dataset, name=f"more {number}", score=[1] * 10)
    assert queries_of(browser_client, url) == few
