"""Experiments to evaluate, and a provider that answers by a known rule."""

import pytest

from experiments_ui.tasks.jobs import stopping
from tests import make
from tests.fakes.provider import FakeProvider


@pytest.fixture
def dataset(space):
    return make.dataset(space)


@pytest.fixture
def experiment(dataset):
    """Three runs; the outputs of the first two are what was expected, and good."""
    outputs = ["answer 0", "answer 1", "something else"]
    rows = [
        {"example_id": one, "output": output}
        for one, output in zip(make.example_ids(dataset), outputs, strict=True)
    ]
    return make.experiment(dataset, rows=rows)


@pytest.fixture(scope="session")
def provider():
    with FakeProvider() as fake:
        yield fake


@pytest.fixture
def fake(provider):
    provider.reset()
    return provider


@pytest.fixture(autouse=True)
def _working():
    """Whatever ended in this process before, it works again."""
    stopping.take_back()
