"""Before numbers are compared, a reader is told what else differs."""

import pytest
from django.test import Client
from django.utils import timezone

from experiments_ui.datasets import actions as datasets
from experiments_ui.datasets import queries
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def space():
    return make.space()


@pytest.fixture
def look(space):
    client = Client()
    client.force_login(make.member(space))

    def get(*experiments, **query):
        first, *rest = (one.pk for one in experiments)
        answer = client.get(
            f"/spaces/{space.slug}/compare/",
            query_params={"base": first, "with": rest, **query},
        )
        assert answer.status_code == 200
        return answer

    return get


def titles(answer):
    return [one.title for one in answer.context["differences"]()]


def test_equal_circumstances_say_nothing(space, look):
    dataset = make.dataset(space)
    pair = [make.experiment(dataset, name=n, score=[1, 0, 1]) for n in "ab"]
    assert titles(look(*pair)) == []
    assert "Compare with care" not in look(*pair).content.decode()


def test_examples_that_only_some_ran_can_be_left_out(space, look):
    dataset = make.dataset(space)
    ids = make.example_ids(dataset)
    whole = make.experiment(dataset, name="whole", score=[1, 0, 1])
    rows = [{"example_id": ids[0], "output": "x"}, {"example_id": ids[1], "output": ""}]
    part = make.experiment(dataset, name="part", rows=rows, score=[1, 1])
    answer = look(whole, part)
    assert titles(answer) == ["Different examples"]
    assert "1 of 3 examples" in answer.content.decode()
    assert answer.context["page"].heads[0].chosen.n == 3
    common = look(whole, part, examples="common")
    assert titles(common) == []
    assert common.context["page"].heads[0].chosen.n == 2
    assert common.context["page"].total == 2


def test_an_evaluator_that_scored_only_one_of_them_is_named(space, look):
    dataset = make.dataset(space)
    scored = make.experiment(dataset, name="scored", score=[1, 0, 1])
    bare = make.experiment(dataset, name="bare")
    answer = look(scored, bare)
    assert titles(answer) == ["Different evaluators"]
    assert "correct (not in bare)" in answer.content.decode()


def test_a_judge_that_tells_another_model_or_version_is_named(space, look):
    dataset = make.dataset(space)
    column = "eval.correct.metadata.model"
    pair = [
        make.experiment(
            dataset, name=name, score=[1, 0, 1], **{column: [f"judge-{name}"] * 3}
        )
        for name in "ab"
    ]
    answer = look(*pair)
    assert titles(answer) == ["Different model of correct"]
    assert "a: judge-a, b: judge-b" in answer.content.decode()


def test_other_repeats_are_told_and_averaged_per_example(space, look):
    dataset = make.dataset(space)
    ids = make.example_ids(dataset)
    once = make.experiment(dataset, name="once", score=[1, 0, 1])
    rows = [{"example_id": one, "output": "x"} for one in ids for _ in range(2)]
    twice = make.experiment(dataset, name="twice", rows=rows, score=[1, 0] * 3)
    answer = look(once, twice)
    assert titles(answer) == ["Different repeats"]
    assert answer.context["page"].heads[1].chosen.n == 3


def test_rows_changed_between_the_versions_are_marked(space, look):
    dataset = make.dataset(space, rows=[{"input": f"q{i}"} for i in range(3)])
    ids = make.example_ids(dataset)
    before = make.experiment(dataset, name="before", score=[1, 0, 1])
    datasets.update_examples(
        queries.get_version(dataset, None),
        rows=[{"id": ids[1], "input": "edited"}],
        new_version="second",
        now=timezone.now(),
    )
    dataset.refresh_from_db()
    datasets.append_examples(
        queries.get_version(dataset, None),
        examples=[{"input": "added"}],
        now=timezone.now(),
    )
    dataset.refresh_from_db()
    after = make.experiment(dataset, name="after", score=[1, 0, 1, 1])
    answer = look(before, after, sort="position")
    assert "Different dataset versions" in titles(answer)
    rows = answer.context["page"].chunk.rows
    assert [row.change for row in rows] == ["", "edited", "", "added"]
