"""The drawer shows how an example fared in the dataset's last experiments."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def space():
    return make.space()


@pytest.fixture
def drawer(space):
    client = Client()
    client.force_login(make.member(space))

    def get(position, *experiments, **query):
        first, *rest = (one.pk for one in experiments)
        answer = client.get(
            f"/spaces/{space.slug}/compare/rows/{position}",
            query_params={"base": first, "with": rest, **query},
        )
        assert answer.status_code == 200
        return answer

    return get


def test_it_follows_one_example_over_all_experiments_oldest_first(space, drawer):
    dataset = make.dataset(space)
    scores = [[1.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 1.0]]
    made = [
        make.experiment(dataset, name=f"e{i}", score=s) for i, s in enumerate(scores)
    ]
    history = drawer(1, made[0], made[2]).context["detail"].history
    assert [one.value for one in history.past] == ["1.00", "0.00", "1.00"]
    assert [one.letter for one in history.past] == ["a", "", "b"]
    assert history.flips == 2
    assert drawer(0, made[0], made[2]).context["detail"].history.flips == 0


def test_an_experiment_without_a_value_is_a_gap_and_no_zero(space, drawer):
    dataset = make.dataset(space)
    scored = [make.experiment(dataset, name=n, score=[1.0, 0.5, 0.0]) for n in "ab"]
    make.experiment(dataset, name="bare")
    history = drawer(1, *scored).context["detail"].history
    assert [one.value for one in history.past] == ["0.50", "0.50", "–"]
    assert history.past[2].y is None


def test_a_single_experiment_has_no_history(space, drawer):
    alone = make.experiment(make.dataset(space), score=[1.0, 0.5, 0.0])
    assert drawer(0, alone).context["detail"].history is None


def test_more_experiments_take_no_more_queries(space, drawer):
    dataset = make.dataset(space)

    def asked(count):
        made = [
            make.experiment(dataset, name=f"{count}-{i}", score=[1, 0, 1])
            for i in range(count)
        ]
        drawer(0, *made[:2])
        with CaptureQueriesContext(connection) as queries:
            drawer(1, *made[:2])
        return len(queries)

    assert asked(2) == asked(8)
