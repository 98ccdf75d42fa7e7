"""One number is the same wherever a comparison shows it."""

import re

import pytest

from tests import make

pytestmark = pytest.mark.django_db

TONES = ["warm", "cold", None, "warm", "cold", "warm"]


@pytest.fixture
def toned(dataset):
    """An experiment that gives labels without scores, to five examples of six."""
    columns = {"eval.tone.label": TONES}
    return make.experiment(dataset, name="toned", **columns)


@pytest.fixture
def repeated(dataset):
    """Each example run twice: the first run fails or is cold, the second is warm."""
    ids = make.example_ids(dataset)
    first = [
        {
            "example_id": one,
            "output": None if place < 2 else "first",
            "error": "boom" if place < 2 else None,
            "eval.tone.label": None if place < 2 else "cold",
        }
        for place, one in enumerate(ids)
    ]
    second = [
        {
            "example_id": one,
            "output": "second",
            "eval.correct.score": place % 2,
            "eval.tone.label": "warm",
        }
        for place, one in enumerate(ids)
    ]
    return make.experiment(dataset, name="repeated", rows=[*first, *second])


@pytest.fixture
def ask(wire):
    def get(*experiments, **query):
        base, *others = (one.pk for one in experiments)
        sent = {"base": base, "with": others, **query}
        return wire.client.get("/api/compare", query_params=sent).json()

    return get


def of(listed, metric):
    return next(one for one in listed if one["metric"] == metric)


def test_labels_of_one_experiment_are_counted(ask, base, toned, browser_client, space):
    side = ask(toned, base)["experiments"][0]
    figures = of(side["figures"], "eval.tone.label")
    assert (figures["n"], figures["missing"]) == (5, 1)
    assert figures["value"] is None
    page = browser_client.get(
        f"/spaces/{space.slug}/compare/verdict?base={toned.pk}&with={base.pk}"
    )
    assert "n 5" in page.content.decode()


def test_chips_count_what_the_header_calls_lost_though_a_first_run_failed(
    ask, base, repeated
):
    whole = ask(base, repeated, score="eval.correct.score")
    found = of(whole["contrasts"], "eval.correct.score")
    assert (found["wins"], found["losses"]) == (1, 1)
    counts = whole["counts"]
    assert (counts["improved"], counts["regressed"]) == (1, 1)


def test_the_label_of_repeats_is_the_first_runs_in_headers_rows_and_filters(
    ask, toned, repeated
):
    whole = ask(toned, repeated, rows=10)
    figures = of(whole["experiments"][1]["figures"], "eval.tone.label")
    assert (figures["n"], figures["missing"]) == (4, 2)
    labels = {
        row["position"]: row["runs"][1]["values"]["eval.tone.label"]
        for row in whole["rows"]
    }
    assert labels == {0: None, 1: None, 2: "cold", 3: "cold", 4: "cold", 5: "cold"}
    cold = ask(toned, repeated, filter="b.eval.tone.label = 'cold'")
    assert cold["example_count"] == 4


def test_a_change_in_points_says_so_where_the_tab_shows_means(
    browser_client, space, dataset
):
    for name, score in (("a", [0, 1, 1]), ("b", [1, 1, 1]), ("c", [0.5, 0.2, 1])):
        make.experiment(dataset, name=name, score=score)
    page = browser_client.get(
        f"/spaces/{space.slug}/datasets/{dataset.pk}/?tab=experiments"
    )
    assert re.search(r"to [+−][\d.]+ points", page.content.decode())
