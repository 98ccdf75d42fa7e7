"""Annotating runs and examples over REST."""

import pytest
from django.utils import timezone

from experiments_ui import ids
from experiments_ui.annotations import actions
from experiments_ui.annotations.models import ConfigType
from experiments_ui.datasets import actions as dataset_actions
from experiments_ui.experiments import actions as experiment_actions
from experiments_ui.spaces.models import Role
from tests import make


@pytest.fixture(autouse=True)
def _configs(space):
    values = [{"label": "good", "score": 1.0}, {"label": "bad", "score": 0.0}]
    actions.create_config(
        space, name="verdict", config_type=ConfigType.CATEGORICAL, values=values
    )
    actions.create_config(space, name="note", config_type=ConfigType.FREEFORM)


@pytest.fixture
def experiment(space):
    rows = [{"output": "a"}, {"output": "b"}]
    made = experiment_actions.create_experiment_with_runs(
        space, name="e", dataset=None, rows=rows, by=None, now=timezone.now()
    )
    return f"/experiments/{ids.encode('Experiment', made.pk)}"


@pytest.fixture
def dataset(space):
    made = dataset_actions.create_dataset(
        space,
        name="d",
        batches=[[{"q": "a"}, {"q": "b"}]],
        by=None,
        now=timezone.now(),
    )
    return f"/datasets/{ids.encode('Dataset', made.pk)}"


@pytest.fixture(params=["runs", "examples"])
def target(request):
    """Path to annotate, path to list, and the name of the list."""
    if request.param == "runs":
        path = request.getfixturevalue("experiment")
        return f"{path}/runs/annotate", f"{path}/runs", "experiment_runs"
    path = request.getfixturevalue("dataset")
    return f"{path}/examples/annotate", f"{path}/examples", "examples"


def rows(wire, target):
    return wire.get(target[1]).json()[target[2]]


def annotate(wire, target, record_id, *values):
    body = {"annotations": [{"record_id": record_id, "values": list(values)}]}
    return wire.post(target[0], body)


def test_an_annotation_is_accepted_and_then_seen(wire, member, target):
    first, second = rows(wire, target)
    answer = annotate(wire, target, first["id"], {"name": "verdict", "label": "good"})
    assert (answer.status_code, answer.content) == (202, b"")
    assert answer["Content-Length"] == "0"
    seen, untouched = rows(wire, target)
    (annotation,) = seen["annotations"]
    assert annotation["name"] == "verdict"
    assert (annotation["label"], annotation["score"]) == ("good", 1.0)
    assert annotation["annotator"] == {
        "id": ids.encode("User", member.pk),
        "email": member.email,
    }
    assert untouched["id"] == second["id"]
    assert not untouched.get("annotations")


def test_omitted_members_keep_what_was_said(wire, target):
    first = rows(wire, target)[0]["id"]
    annotate(wire, target, first, {"name": "verdict", "label": "good", "text": "t"})
    annotate(wire, target, first, {"name": "verdict", "label": "bad"})
    (annotation,) = rows(wire, target)[0]["annotations"]
    assert (annotation["label"], annotation["score"]) == ("bad", 0.0)
    assert annotation["text"] == "t"


def test_unknown_targets_are_passed_over(wire, target):
    answer = annotate(wire, target, "nothing", {"name": "note", "text": "x"})
    assert answer.status_code == 202


def test_an_annotator_may_annotate_and_a_reader_may_not(space, target):
    for role, status in ((Role.ANNOTATOR, 202), (Role.READ_ONLY, 403)):
        wire = make.wire(make.member(space, role=role))
        answer = annotate(wire, target, "x", {"name": "note", "text": "x"})
        assert answer.status_code == status


@pytest.mark.parametrize(
    "value",
    [
        {"name": "unknown", "text": "x"},
        {"name": "verdict", "label": "fine"},
        {"name": "note", "label": "good"},
        {"name": "note", "score": 1},
        {"name": "verdict", "score": "1"},
        {"name": "verdict", "score": True},
        {"name": "verdict", "score": []},
        {"name": "verdict", "label": 1},
        {"name": "note", "text": {}},
        {"name": "note"},
        {"text": "x"},
        {"name": 1, "text": "x"},
        {"name": "note", "text": "x", "annotator": "me"},
        {"name": "note", "text": "x", "user_id": "me"},
        "note",
        None,
    ],
)
def test_a_value_that_does_not_fit_is_422_and_nothing_is_written(wire, target, value):
    first = rows(wire, target)[0]["id"]
    good = {"name": "verdict", "label": "good"}
    answer = annotate(wire, target, first, good, value)
    assert answer.status_code == 422
    assert "annotations[0].values[1]" in answer.json()["detail"]
    assert not rows(wire, target)[0].get("annotations")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"annotations": []},
        {"annotations": None},
        {"annotations": ["x"]},
        {"annotations": [{}]},
        {"annotations": [{"record_id": "x"}]},
        {"annotations": [{"record_id": 1, "values": [{"name": "note", "text": "x"}]}]},
        {"annotations": [{"record_id": "x", "values": []}]},
        {"annotations": [{"record_id": "x", "values": {}}]},
        {
            "annotations": [
                {"record_id": "x", "values": [{"name": "note", "text": "x"}], "y": 1}
            ]
        },
        {
            "annotations": [
                {"record_id": "x", "values": [{"name": "note", "text": "x"}]}
            ],
            "y": 1,
        },
        {
            "annotations": [
                {"record_id": "x", "values": [{"name": "note", "text": "x"}]}
            ]
            * 1001
        },
    ],
)
def test_the_body_is_checked(wire, target, body):
    assert wire.post(target[0], body).status_code == 422


def test_a_thousand_at_once_are_not_too_many(wire, target):
    value = {"name": "note", "text": "x"}
    annotations = [{"record_id": str(n), "values": [value]} for n in range(1000)]
    assert wire.post(target[0], {"annotations": annotations}).status_code == 202
