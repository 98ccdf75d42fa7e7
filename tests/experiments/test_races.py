"""Two who do the same at once: one wins, the others are told."""

import itertools

import pytest

from experiments_ui import ids
from tests import make
from tests.race import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_experiments_made_at_once_under_one_name_one_stands(member, space):
    dataset = make.dataset(space)
    wires = [make.wire(member) for _ in range(6)]
    numbers = itertools.count()
    runs = [
        {"example_id": example_id, "output": "x"}
        for example_id in make.example_ids(dataset)
    ]

    def create():
        return wires[next(numbers)].post(
            "/experiments",
            {
                "name": "same",
                "dataset_id": ids.encode("Dataset", dataset.pk),
                "experiment_runs": runs,
            },
        )

    statuses = sorted(answer.status_code for answer in together(6, create))
    assert statuses == [201, 409, 409, 409, 409, 409]
    [made] = wires[0].get("/experiments").json()["experiments"]
    listed = wires[0].get(f"/experiments/{made['id']}/runs").json()
    assert len(listed["experiment_runs"]) == len(runs)


def test_runs_appended_at_once_are_all_there_in_some_order(member, space):
    dataset = make.dataset(space)
    experiment = make.experiment(dataset)
    wires = [make.wire(member) for _ in range(5)]
    numbers = itertools.count()
    [first, *_] = make.example_ids(dataset)
    path = f"/experiments/{ids.encode('Experiment', experiment.pk)}/runs"

    def append():
        number = next(numbers)
        run = {"example_id": first, "output": f"by {number}", "score": number}
        return wires[number].post(path, {"experiment_runs": [run]})

    answers = together(5, append)
    assert {answer.status_code for answer in answers} == {201}
    runs = wires[0].get(path).json()["experiment_runs"][3:]
    assert sorted(run["output"] for run in runs) == [f"by {n}" for n in range(5)]
    assert all(run["output"] == f"by {run['score']}" for run in runs)
    assert len({run["id"] for run in runs}) == 5
