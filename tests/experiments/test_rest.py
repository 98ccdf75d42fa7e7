"""Experiments and runs over REST, as the clients use them."""

import pytest

from experiments_ui import ids
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(space):
    return make.dataset(space)


def created(wire, dataset, runs, name="first"):
    return wire.post(
        "/experiments",
        {
            "name": name,
            "dataset_id": ids.encode("Dataset", dataset.pk),
            "experiment_runs": runs,
        },
    )


def runs_for(dataset, **columns):
    return [
        {"example_id": example_id, "output": f"out {i}"}
        | {name: values[i] for name, values in columns.items()}
        for i, example_id in enumerate(make.example_ids(dataset))
    ]


def search(wire, experiment_id, **body):
    answer = wire.post(f"/experiments/{experiment_id}/runs/search", body)
    assert answer.status_code == 200, answer.content
    return answer.json()["experiment_runs"]


def test_runs_come_back_exactly_as_they_were_sent(wire, dataset):
    sent = runs_for(
        dataset,
        **{
            "eval.acc.score": [1, 0.5, None],
            "eval.acc.label": ["yes", "no", None],
            "eval.acc.explanation": ["Straße", "", None],
            "latency": [12.25, -0.0, 1e-300],
            "tokens": [2**63 - 1, -5, None],
            "cached": [True, False, None],
            "odd": [1, "1", {"deep": [1, None]}],
            "name": ["日本", "a\nb", "x"],
        },
    )
    answer = created(wire, dataset, sent)
    assert answer.status_code == 201, answer.content
    got = search(wire, answer.json()["id"])
    for before, after in zip(sent, got, strict=True):
        for name, value in before.items():
            assert after[name] == value, name
            assert type(after[name]) is type(value), name
        assert after["annotations"] == []
        assert after["error"] is None


def test_get_and_search_list_runs_in_the_order_they_came(wire, dataset):
    experiment = created(wire, dataset, runs_for(dataset)).json()
    listed = wire.get(f"/experiments/{experiment['id']}/runs").json()
    assert [run["output"] for run in listed["experiment_runs"]] == [
        "out 0",
        "out 1",
        "out 2",
    ]
    assert listed["experiment_runs"] == search(wire, experiment["id"])
    assert listed["pagination"] == {"has_more": False}


def test_pages_follow_one_another_by_cursor(wire, dataset):
    experiment = created(wire, dataset, runs_for(dataset)).json()
    path = f"/experiments/{experiment['id']}/runs"
    first = wire.get(path, limit=2).json()
    assert first["pagination"]["has_more"]
    rest = wire.get(path, limit=2, cursor=first["pagination"]["next_cursor"]).json()
    assert [run["output"] for run in rest["experiment_runs"]] == ["out 2"]


@pytest.mark.parametrize(
    ("text", "outputs"),
    [
        ("eval.acc.score < 0.5", ["out 1"]),
        ("eval.acc.label = 'no' OR output LIKE '%2'", ["out 1", "out 2"]),
        ("eval.acc.score IS NULL", ["out 2"]),
        ("nothing.like.this = 1", []),
        ("note CONTAINS 'needle'", ["out 0"]),
    ],
)
def test_a_filter_selects_runs(wire, dataset, text, outputs):
    sent = runs_for(
        dataset,
        **{
            "eval.acc.score": [1.0, 0.25, None],
            "eval.acc.label": ["yes", "no", None],
            "note": ["hay needle hay" * 30, "hay" * 100, "more" * 80],
        },
    )
    experiment = created(wire, dataset, sent).json()
    got = search(wire, experiment["id"], filter=text)
    assert [run["output"] for run in got] == outputs


@pytest.mark.parametrize("text", ["", "   ", "eval.acc.score <", "a = 'x", "((("])
def test_a_filter_that_cannot_be_read_is_a_422(wire, dataset, text):
    experiment = created(wire, dataset, runs_for(dataset)).json()
    answer = wire.post(f"/experiments/{experiment['id']}/runs/search", {"filter": text})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("run", "field"),
    [
        ({"output": 4}, "experiment_runs[1].output"),
        ({}, "experiment_runs[1].output"),
        ({"output": "x", "example_id": 4}, "experiment_runs[1].example_id"),
        ({"output": "x", "example_id": ""}, "experiment_runs[1].example_id"),
        ({"output": "x", "id": "1"}, "id"),
    ],
)
def test_a_bad_run_is_named_and_nothing_is_stored(wire, dataset, run, field):
    good = runs_for(dataset)[0]
    answer = created(wire, dataset, [good, {"example_id": good["example_id"]} | run])
    assert answer.status_code == 422
    assert field in answer.content.decode()
    assert wire.get("/experiments").json()["experiments"] == []


def test_a_name_is_taken_once_per_dataset(wire, dataset, space):
    assert created(wire, dataset, runs_for(dataset)).status_code == 201
    assert created(wire, dataset, runs_for(dataset)).status_code == 409
    other = make.dataset(space, name="other")
    assert created(wire, other, runs_for(other)).status_code == 201


def test_appended_runs_get_ids_in_input_order_and_move_updated_at(wire, dataset):
    experiment = created(wire, dataset, runs_for(dataset)).json()
    path = f"/experiments/{experiment['id']}/runs"
    more = runs_for(dataset, **{"eval.new.score": [1, 2, 3]})
    answer = wire.post(path, {"experiment_runs": more})
    assert answer.status_code == 201
    got = search(wire, experiment["id"])
    assert [run["id"] for run in got[3:]] == answer.json()["run_ids"]
    assert [run["eval.new.score"] for run in got] == [None, None, None, 1, 2, 3]
    assert answer.json()["updated_at"][:19] > experiment["updated_at"][:19]


def test_an_experiment_may_stand_alone(wire, space):
    answer = wire.post(
        "/experiments",
        {
            "name": "alone",
            "space_id": ids.encode("Space", space.pk),
            "experiment_runs": [{"output": "a"}, {"output": None, "error": "boom"}],
        },
    )
    assert answer.status_code == 201, answer.content
    assert answer.json()["dataset_id"] is None
    runs = search(wire, answer.json()["id"])
    assert [(run["output"], run["error"]) for run in runs] == [
        ("a", None),
        (None, "boom"),
    ]


def test_unknown_example_ids_are_stored_and_counted(wire, dataset):
    answer = created(wire, dataset, [{"example_id": "nobody", "output": "x"}])
    assert answer.status_code == 201
    from experiments_ui.experiments.models import Experiment

    assert Experiment.objects.get().unmatched_count == 1


def test_deleting_frees_the_name_and_takes_everything_along(wire, dataset):
    from experiments_ui.columns.models import Chunk, Frame
    from experiments_ui.experiments.models import Run

    experiment = created(wire, dataset, runs_for(dataset, latency=[1.0, 2.0, 3.0]))
    path = f"/experiments/{experiment.json()['id']}"
    assert wire.delete(path).status_code == 204
    assert wire.get(path).status_code == 404
    assert not Run.objects.exists()
    assert not Frame.objects.exists()
    assert not Chunk.objects.exists()
    assert created(wire, dataset, runs_for(dataset)).status_code == 201


def test_another_spaces_experiment_is_not_there(wire, dataset):
    stranger = make.wire(make.member(make.space("elsewhere")))
    experiment_id = created(wire, dataset, runs_for(dataset)).json()["id"]
    for answer in (
        stranger.get(f"/experiments/{experiment_id}"),
        stranger.delete(f"/experiments/{experiment_id}"),
        stranger.get(f"/experiments/{experiment_id}/runs"),
        stranger.post(f"/experiments/{experiment_id}/runs/search"),
        stranger.post(f"/experiments/{experiment_id}/runs", {"experiment_runs": [{}]}),
        created(stranger, dataset, runs_for(dataset), name="mine"),
    ):
        assert answer.status_code == 404
    assert stranger.get("/experiments").json()["experiments"] == []


def test_dataset_and_space_are_not_filtered_by_together(wire, dataset, space):
    answer = wire.get(
        "/experiments",
        dataset_id=ids.encode("Dataset", dataset.pk),
        space_id=ids.encode("Space", space.pk),
    )
    assert answer.status_code == 400
