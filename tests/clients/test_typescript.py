"""The TypeScript client against a running server."""

import datetime as dt
import json

from tests.clients.rows import ALL_KINDS, without_missing


def columns(examples):
    """The user's columns of examples as the client hands them back."""
    own = {"id", "createdAt", "updatedAt", "annotations"}
    return [{k: v for k, v in e.items() if k not in own} for e in examples]


def test_datasets_are_made_changed_paged_and_deleted(typescript, name):
    rows = [{k: v for k, v in row.items() if k != "count"} for row in ALL_KINDS]
    seen = typescript("datasets.mjs", name, json.dumps(rows))
    assert seen["made"]["name"] == name
    assert dt.datetime.fromisoformat(seen["made"]["createdAt"]).tzinfo is not None
    assert without_missing(columns(seen["created"])) == without_missing(rows)
    assert [len(page) for page in seen["pages"]] == [2, 1]
    assert without_missing(columns(seen["pages"][1])) == [{"n": 2}]
    assert seen["versions"][0] == "second"
    assert without_missing(columns(seen["older"]))[2] == {"n": 1}
    assert seen["removed"]["completed"] is True
    assert without_missing(columns(seen["left"])) == [
        *without_missing(rows[1:]),
        {"n": 2},
    ]
    assert seen["renamed"]["name"] == f"{name} 2"
    assert [dataset["name"] for dataset in seen["listed"]] == [f"{name} 2"]
    assert seen["afterwards"] == []


def test_experiments_are_logged_appended_and_listed(typescript, name):
    seen = typescript("experiments.mjs", name)
    assert seen["made"]["datasetId"] == seen["listed"][0]["datasetId"]
    assert seen["found"]["id"] == seen["made"]["id"]
    runs = [run for page in seen["pages"] for run in page]
    assert [run["exampleId"] for run in runs] == seen["exampleIds"]
    assert [run["output"] for run in runs] == ["answer 0 ✓", "answer 1 ✓", "later"]
    assert runs[1]["eval.exact.score"] == 0.5
    assert runs[1]["eval.exact.label"] == "right"
    assert runs[1]["tokens"] == 8
    assert runs[1]["metadata"] == {"model": "m", "parts": [1, 2.5, None]}
    assert runs[2]["error"] == "late"
    assert seen["appended"]["runIds"] == [runs[2]["id"]]
    assert seen["alone"]["datasetId"] is None
    assert [run["output"] for run in seen["aloneRuns"]] == ["42"]
    assert seen["afterwards"] == []


def test_runs_and_examples_are_annotated_by_configs(typescript, name):
    seen = typescript("annotations.mjs", name)
    assert {config["type"] for config in seen["configs"]} == {
        "CONTINUOUS",
        "CATEGORICAL",
        "FREEFORM",
    }
    assert [value["label"] for value in seen["config"]["values"]] == ["right", "wrong"]
    untouched, annotated = seen["runs"]
    assert untouched["annotations"] == []
    given = {a["name"].removeprefix(f"{name} "): a for a in annotated["annotations"]}
    assert given["quality"]["score"] == 0.75
    assert given["verdict"]["label"] == "right"
    assert given["notes"]["text"] == "schön"
    assert seen["examples"][0]["annotations"][0]["score"] == 0.75
    assert seen["afterwards"] == 2


def test_every_refusal_has_its_class_and_says_why(typescript, client, name):
    gone = client.datasets.create(
        name=f"{name} gone", space="demo", examples=[{"a": 1}]
    )
    client.datasets.delete(dataset=gone.id)
    seen = typescript("errors.mjs", name, gone.id)
    assert {case: answer["class"] for case, answer in seen.items()} == {
        "wrong key": "AuthenticationError",
        "gone": "NotFoundError",
        "unknown name": "ResolutionError",
        "taken name": "APIError",
        "reserved member": "APIError",
        "no example": "APIError",
    }
    assert name in seen["taken name"]["message"]
    assert "id" in seen["reserved member"]["message"]
    assert "example_id" in seen["no example"]["message"]
