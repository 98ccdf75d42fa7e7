"""Scores as large, as small and as near to each other as floats can be."""

import json

import pytest

from tests import make

pytestmark = pytest.mark.django_db

EXTREMES = [
    ([1e308] * 6, [-1e308] * 6),
    ([1.7e308, -1.7e308] * 3, [1.7e308] * 6),
    ([5e-324] * 6, [0.0] * 6),
    ([1e-323, 2e-323, 3e-323, 4e-323, 5e-323, 0.0], [5e-324] * 6),
    ([1e16, 1e16 + 2, 1e16 + 4, 1e16, 1e16, 1e16], [1e16 + 2] * 6),
    ([1.0, -1 + 1e-6] * 3, [1.0, 2.0] * 3),
    ([1e300, -1e300, 1e300, 1.0, 2.0, 3.0], [1e308, -1e308, 0.0, 1.0, 2.0, 3.0]),
]
PLACES = ["", "verdict", "rows/0", "report.html", "summary.md", "export.jsonl"]
CHARTS = ["distribution", "changes", "pairs", "cumulative", "latency", "trend"]


def no_constant(name):
    raise AssertionError(f"{name} is no JSON")


@pytest.fixture(params=EXTREMES)
def query(request, space):
    dataset = make.dataset(space, count=6)
    numbers = [
        make.experiment(
            dataset, name=name, score=scores, latency=[abs(one) for one in scores]
        ).pk
        for name, scores in zip(("base", "candidate"), request.param, strict=True)
    ]
    return f"base={numbers[0]}&with={numbers[1]}"


@pytest.mark.parametrize("metric", ["eval.correct.score", "latency"])
def test_every_place_shows_them_without_an_infinity(
    browser_client, space, query, metric
):
    for place in PLACES:
        answer = browser_client.get(
            f"/spaces/{space.slug}/compare/{place}?{query}&score={metric}"
        )
        assert answer.status_code == 200
        if place != "export.jsonl":
            words = answer.content.decode().replace(">", " ").replace("<", " ").split()
            assert not {"inf", "nan", "-inf", "nan%", "inf%", "$inf"} & set(words)


def test_their_charts_and_their_verdicts_are_json(browser_client, space, query):
    pages = [f"/spaces/{space.slug}/compare/charts/{name}" for name in CHARTS]
    for page in (*pages, "/api/compare"):
        answer = browser_client.get(f"{page}?{query}")
        assert answer.status_code == 200
        json.loads(answer.content, parse_constant=no_constant)


@pytest.mark.parametrize(
    ("score", "text"), [(0.001, "0.001"), (2e17, "2e+17"), (0.25, "0.25")]
)
def test_a_score_reads_as_what_it_is_and_not_as_0_or_as_a_row_of_digits(
    browser_client, space, score, text
):
    number = make.experiment(make.dataset(space), score=[score] * 3).pk
    page = browser_client.get(f"/spaces/{space.slug}/compare/?base={number}")
    assert f">{text}<" in page.content.decode()
