"""A comparison over REST has the numbers of its page, in a shape that stays."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from experiments_ui import ids
from experiments_ui.api.docs import document
from experiments_ui.spaces.models import Role
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(wire, base, candidate):
    def get(**query):
        sent = {"base": base.pk, "with": [candidate.pk], **query}
        return wire.client.get("/api/compare", query_params=sent)

    return get


def body(answer):
    assert answer.status_code == 200, answer.content[:500]
    return answer.json()


def wire_id(experiment):
    return ids.encode("Experiment", experiment.pk)


def test_it_holds_the_comparison(ask, space, dataset, base, candidate):
    whole = body(ask())
    assert list(whole) == [
        "schema",
        "url",
        "made_at",
        "dataset",
        "baseline",
        "metric",
        "filter",
        "unknown_names",
        "examples",
        "example_count",
        "metrics",
        "experiments",
        "contrasts",
        "notes",
        "counts",
    ]
    assert whole["schema"] == 1
    assert whole["url"] == (
        f"http://testserver/spaces/acme/compare/?base={base.pk}&with={candidate.pk}"
    )
    assert whole["dataset"] == {
        "id": ids.encode("Dataset", dataset.pk),
        "name": "questions",
        "space_id": ids.encode("Space", space.pk),
    }
    assert whole["baseline"] == wire_id(base)
    assert whole["metric"] == "eval.correct.score"
    assert whole["example_count"] == 6
    assert whole["counts"]["regressed"] == 2
    assert [one["name"] for one in whole["experiments"]] == ["base", "candidate"]


def test_metrics_tell_how_they_are_read(ask):
    score, latency = body(ask())["metrics"]
    assert score == {
        "key": "eval.correct.score",
        "label": "correct",
        "kind": "number",
        "goal": "maximize",
        "epsilon": 0.0,
        "unit": "",
        "statistic": "mean",
        "is_shown": True,
    }
    assert (latency["goal"], latency["unit"]) == ("minimize", "ms")


def test_an_experiment_has_its_figures_and_a_fingerprint_of_its_outputs(
    ask, dataset, base
):
    first, second = body(ask())["experiments"]
    assert first["figures"][0] | {"low": 0, "high": 0} == {
        "metric": "eval.correct.score",
        "value": 0.7,
        "low": 0,
        "high": 0,
        "mean": 0.7,
        "n": 5,
        "missing": 1,
    }
    twin = make.experiment(dataset, name="twin", score=[0] * 6)
    again = body(ask(**{"with": [twin.pk]}))["experiments"]
    assert again[1]["fingerprint"] == first["fingerprint"]
    assert second["fingerprint"] != first["fingerprint"]


def test_a_contrast_has_the_change_its_limits_its_test_and_its_verdict(ask, candidate):
    score, _ = body(ask())["contrasts"]
    assert score["experiment"] == wire_id(candidate)
    assert score["metric"] == "eval.correct.score"
    assert score["verdict"] == "too_few_rows"
    assert score["delta"] == pytest.approx(-0.0625)
    assert (score["wins"], score["losses"], score["ties"]) == (1, 2, 1)
    assert (score["n"], score["missing"]) == (4, 2)
    assert 0 <= score["p"] <= score["p_adjusted"] <= 1


def test_labels_are_counted(wire, dataset):
    first, second = (
        make.experiment(dataset, name=name, label=labels)
        for name, labels in (("a", list("xyxyxy")), ("b", list("xxxyyy")))
    )
    sent = {"base": first.pk, "with": second.pk}
    (contrast,) = body(wire.client.get("/api/compare", query_params=sent))["contrasts"]
    assert contrast["changed"] == 2
    assert contrast["delta"] is None
    assert contrast["verdict"] in {"no_evidence", "too_few_rows"}


def test_what_is_undefined_is_null(wire, dataset):
    alone = make.experiment(dataset, name="a", score=[1] + [None] * 5)
    empty = make.experiment(dataset, name="b", score=[None, 1] + [None] * 4)
    sent = {"base": alone.pk, "with": empty.pk, "rows": 6}
    answer = wire.client.get("/api/compare", query_params=sent)
    whole = body(answer)
    (contrast,) = whole["contrasts"]
    assert contrast["n"] == 0
    undefined = ("delta", "low", "high", "p", "p_adjusted", "test", "detectable")
    assert [contrast[one] for one in undefined] == [None] * 7
    assert b"NaN" not in answer.content


def test_it_takes_wire_ids_and_the_pages_own_parameters(ask, base, candidate):
    whole = body(
        ask(
            base=wire_id(base),
            **{"with": [wire_id(candidate)]},
            score="latency",
            filter="b.latency > 300 AND nothing.here IS NULL",
            examples="common",
        )
    )
    assert whole["metric"] == "latency"
    assert whole["filter"] == "b.latency > 300 AND nothing.here IS NULL"
    assert whole["unknown_names"] == ["nothing.here"]
    assert whole["examples"] == "common"
    assert whole["example_count"] == 3
    assert whole["counts"]["all"] == 3


def test_rows_come_when_asked_for_and_go_on(ask, candidate):
    first = body(ask(rows=4))
    assert [row["position"] for row in first["rows"]] == [0, 3, 1, 2]
    assert first["pagination"] == {"has_more": True, "total": 6, "next_after": 4}
    run = first["rows"][0]["runs"][1]
    assert run == {
        "experiment": wire_id(candidate),
        "output": "output 0",
        "error": None,
        "is_cut": False,
        "values": {"eval.correct.score": 0.0, "latency": 110.0},
        "verdict": "regressed",
    }
    assert first["rows"][0]["example"]["input"] == "question 0"
    rest = body(ask(rows=4, after=4))
    assert [row["position"] for row in rest["rows"]] == [4, 5]
    assert rest["pagination"] == {"has_more": False, "total": 6}
    assert rest["rows"][1]["runs"][1]["error"] == "=boom"


def test_long_texts_are_cut_and_say_so(wire, dataset):
    rows = [
        {"example_id": one, "output": "long " * 3_000, "eval.a.score": 1}
        for one in make.example_ids(dataset)
    ]
    long = make.experiment(dataset, name="long", rows=rows)
    sent = {"base": long.pk, "rows": 1}
    (row,) = body(wire.client.get("/api/compare", query_params=sent))["rows"]
    assert len(row["runs"][0]["output"]) == 10_000
    assert row["runs"][0]["is_cut"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"base": "999999"}, 404),
        ({"base": "bm90IGFuIGlk"}, 400),
        ({"filter": "b.latency >"}, 422),
        ({"score": "eval.other.score"}, 422),
        ({"rows": "101"}, 422),
        ({"rows": "-1"}, 422),
        ({"rows": "²"}, 422),
        ({"rows": "0000000009999"}, 422),
        ({"rows": "0" * 9 + "9" * 5_000}, 422),
        ({"with": ["²"]}, 400),
        ({"after": "²"}, 422),
        ({"sort": "delta@" + "9" * 5_000}, 422),
        ({"only": "best"}, 422),
        ({"with": []}, 200),
    ],
)
def test_mistakes_are_problems(ask, query, status):
    answer = ask(**query)
    assert answer.status_code == status
    if status != 200:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"]


def test_another_spaces_experiments_are_not_there(ask, base):
    foreign = make.experiment(make.dataset(make.space("other")), score=[1, 1, 1])
    assert ask(**{"with": [foreign.pk]}).status_code == 404
    assert ask(base=wire_id(foreign), **{"with": [base.pk]}).status_code == 404


def test_it_takes_a_key_or_a_session_and_a_reader_may(space, base, candidate):
    url = f"/api/compare?base={base.pk}&with={candidate.pk}"
    reader = make.member(space, role=Role.READ_ONLY)
    assert make.wire(reader).client.get(url).status_code == 200
    signed_in = Client()
    signed_in.force_login(reader)
    assert signed_in.get(url).status_code == 200
    wrong = signed_in.get(url, headers={"authorization": "Bearer wrong"})
    assert wrong.status_code == 401
    nobody = Client().get(url)
    assert nobody.status_code == 401
    assert nobody.headers["Content-Type"] == "application/problem+json"


def test_annotators_may_not(space, base):
    annotator = make.member(space, role=Role.ANNOTATOR)
    answer = make.wire(annotator).client.get(f"/api/compare?base={base.pk}")
    assert answer.status_code == 403


def test_it_takes_the_same_queries_for_any_number_of_rows_and_experiments(ask, dataset):
    def queries(**query):
        ask(**query)
        with CaptureQueriesContext(connection) as seen:
            ask(**query)
        return len(seen)

    few = queries(rows=1)
    more = [make.experiment(dataset, name=f"more {i}", score=[1] * 6) for i in range(4)]
    assert queries(rows=6, **{"with": [one.pk for one in more]}) == few


def test_it_is_described():
    described = document()["paths"]["/api/compare"]["get"]
    names = {one["name"] for one in described["parameters"]}
    assert {"base", "with", "score", "filter", "rows", "after"} <= names
    assert {"apiKey": []} in described["security"]
    assert {"session": []} in described["security"]
    shape = document()["components"]["schemas"]["ComparisonShape"]["properties"]
    assert "contrasts" in shape


def described(name):
    return document()["components"]["schemas"][f"{name}Shape"]


@pytest.mark.parametrize(
    ("name", "find"),
    [
        ("Comparison", lambda whole: whole),
        ("ComparedExperiment", lambda whole: whole["experiments"][0]),
        ("Contrast", lambda whole: whole["contrasts"][0]),
        ("Figures", lambda whole: whole["experiments"][0]["figures"][0]),
        ("Metric", lambda whole: whole["metrics"][0]),
        ("ComparedRow", lambda whole: whole["rows"][0]),
        ("ComparedRun", lambda whole: whole["rows"][0]["runs"][0]),
    ],
)
def test_the_description_has_the_members_that_come(ask, name, find):
    assert list(described(name)["properties"]) == list(find(body(ask(rows=1))))
