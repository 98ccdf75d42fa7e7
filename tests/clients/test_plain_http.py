"""REST with nothing but a key and urllib."""

import json
import urllib.request

import pytest

from tests.clients.rest import Rest
from tests.clients.rows import QUESTIONS


@pytest.fixture
def dataset(rest, space_id, name):
    body = {"name": name, "space_id": space_id, "examples": QUESTIONS}
    made = rest.post("/datasets", body)
    assert made.status == 201
    return made.body


@pytest.fixture
def examples(rest, dataset):
    return rest.get(f"/datasets/{dataset['id']}/examples").body["examples"]


def is_problem(answer, status):
    """Tell whether an answer is a problem document about a status."""
    return (
        answer.status == answer.body["status"] == status
        and answer.type.startswith("application/problem+json")
        and {"type", "title", "detail", "instance", "request_id"} <= set(answer.body)
    )


def test_a_dataset_an_experiment_and_its_runs(rest, dataset, examples):
    runs = [
        {"example_id": e["id"], "output": str(i), "eval.acc.score": i / 2, "n": i}
        for i, e in enumerate(examples)
    ]
    made = rest.post(
        "/experiments",
        {"name": "first", "dataset_id": dataset["id"], "experiment_runs": runs[:2]},
    )
    assert made.status == 201
    path = f"/experiments/{made.body['id']}"
    more = rest.post(f"{path}/runs", {"experiment_runs": runs[2:]})
    assert more.status == 201
    assert len(more.body["run_ids"]) == 1
    listed = rest.get(f"{path}/runs", limit=2)
    assert listed.body["pagination"]["has_more"] is True
    rest_of = rest.get(
        f"{path}/runs", limit=2, cursor=listed.body["pagination"]["next_cursor"]
    )
    seen = listed.body["experiment_runs"] + rest_of.body["experiment_runs"]
    assert [{key: run[key] for key in runs[0]} for run in seen] == runs
    found = rest.post(f"{path}/runs/search", {"filter": "eval.acc.score >= 0.5"})
    assert [run["n"] for run in found.body["experiment_runs"]] == [1, 2]
    assert rest.delete(path).status == 204
    assert is_problem(rest.get(path), 404)


def test_without_a_key_nothing_is_answered(server):
    for key in (None, "", "eui_wrong", "Ünsinn".encode().decode("latin-1")):
        assert is_problem(Rest(server.url, key).get("/datasets"), 401)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"", 422),
        (b"\xff\xfe", 400),
        (b"[1, 2]", 422),
        (b'{"name": "x"}', 422),
        (b'{"name": 7, "space_id": "SPACE", "examples": [{"a": 1}]}', 422),
        (b'{"name": "x", "space_id": "nonsense", "examples": [{"a": 1}]}', 400),
        (b'{"name": "x", "space_id": "SPACE", "examples": []}', 422),
        (b'{"name": "x", "space_id": "SPACE", "examples": [{}]}', 422),
        (b'{"name": "x", "space_id": "SPACE", "examples": [{"id": "a"}]}', 422),
        (b'{"name": "x", "space_id": "SPACE", "examples": [{"a": NaN}]}', 422),
        (b'{"name": "x", "space_id": "SPACE", "examples": [{"a": 1e999}]}', 422),
        (b'{"name": "x", "space_id": "SPACE", "examples": [{"a": "\\u0000"}]}', 422),
        (b'{"name": "x", "space_id": "SPACE", "examples": [{"a": "\\ud800"}]}', 422),
        (
            b'{"name": "x", "space_id": "SPACE", "examples": [{"a": 1%s}]}'
            % (b"0" * 40),
            422,
        ),
        (
            b'{"name": "x", "space_id": "SPACE", "examples": [{"a": %s1%s}]}'
            % (b"[" * 500, b"]" * 500),
            422,
        ),
    ],
    ids=lambda value: value[:60].decode("latin-1") if isinstance(value, bytes) else "",
)
def test_a_bad_body_is_a_problem_that_names_it(rest, space_id, body, status):
    answer = rest.send("POST", "/datasets", body.replace(b"SPACE", space_id.encode()))
    assert is_problem(answer, status), answer
    assert answer.body["detail"]


def test_a_body_of_8_megabytes_is_taken_and_a_larger_one_refused(rest, space_id, name):
    rows = [{"text": "x" * 7900} for _ in range(1000)]
    body = {"name": name, "space_id": space_id, "examples": rows}
    assert rest.post("/datasets", body).status == 201
    rows[0]["text"] = "y" * 3_000_000
    answer = rest.post("/datasets", body | {"name": f"{name} 2"})
    assert is_problem(answer, 413)
    assert rest.get("/datasets", name=f"{name} 2").body["datasets"] == []


def test_what_is_not_built_is_a_404_problem_for_every_method(rest):
    for path in ("/monitors", "/dashboards/x", "/nothing", "/datasets/"):
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            assert is_problem(rest.send(method, path, {}), 404)


def test_health_needs_no_key(server):
    with urllib.request.urlopen(f"{server.url}/health", timeout=10) as answer:
        assert json.load(answer)["status"] == "ok"
