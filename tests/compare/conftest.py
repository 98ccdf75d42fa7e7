"""Two experiments on six examples: wins, losses, ties, gaps and a failure."""

import pytest

from tests import make


@pytest.fixture
def dataset(space):
    return make.dataset(space, count=6)


@pytest.fixture
def base(dataset):
    return make.experiment(
        dataset,
        name="base",
        score=[1, 1, 0, 0.5, None, 1],
        latency=[100.0, 200.0, 300.0, 400.0, 500.0, 600.0],
    )


@pytest.fixture
def candidate(dataset):
    rows = [
        {"example_id": example_id, "output": f"output {i % 2}"}
        for i, example_id in enumerate(make.example_ids(dataset))
    ]
    rows[5] = {"example_id": rows[5]["example_id"], "output": None, "error": "=boom"}
    return make.experiment(
        dataset,
        name="candidate",
        rows=rows,
        score=[0, 1, 1, 0.25, 1, None],
        latency=[110.0, 90.0, 310.0, 390.0, 510.0, 1.0],
    )
