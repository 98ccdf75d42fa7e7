"""The verdict page says what may be said of each candidate, and what not."""

import pytest
from django.test import Client

from experiments_ui.experiments.queries.standing import baseline_of
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
        return client.get(
            f"/spaces/{space.slug}/compare/verdict",
            query_params={"base": first, "with": rest, **query},
        )

    return get


@pytest.fixture
def dataset(space):
    return make.dataset(space, count=60)


def test_a_clear_gain_is_better_and_says_by_how_much(dataset, look):
    base = make.experiment(dataset, name="base", score=[0.0] * 60)
    candidate = make.experiment(dataset, name="new", score=[1.0] * 40 + [0.0] * 20)
    page = look(base, candidate).context["page"]
    (answer,) = page.answers
    assert answer.better == ["correct"]
    (card,) = page.rows[0].cards
    assert card.verdict.words == "better"
    assert card.verdict.contrast.test.startswith("McNemar")
    assert (card.wins, card.losses, card.ties) == (40, 0, 20)
    assert card.delta.value == "66.7"


def test_too_few_rows_say_how_many_more(dataset, look):
    base = make.experiment(dataset, name="base", score=[1.0, 0.0] * 30)
    candidate = make.experiment(dataset, name="new", score=[0.0, 1.0, 1.0] * 20)
    answer = look(base, candidate)
    (card,) = answer.context["page"].rows[0].cards
    assert card.verdict.finding.verdict == "too few rows"
    content = answer.content.decode()
    assert "more to see 5 points" in content
    assert card.verdict.detectable.endswith(" points")
    assert f"would show {card.verdict.detectable} or more" in content


def test_a_metric_that_is_better_only_by_itself_says_so(dataset, look):
    base = make.experiment(dataset, name="base", score=[0.0] * 60)
    nearly = make.experiment(dataset, name="nearly", score=[1.0] * 6 + [0.0] * 54)
    others = [
        make.experiment(dataset, name=f"same {i}", score=[0.0, 1.0] * 3 + [0.0] * 54)
        for i in range(3)
    ]
    content = look(base, nearly, *others).content.decode()
    assert "better by itself, not among 4" in content


def test_three_experiments_are_tested_together(dataset, look):
    scores = ([0.0] * 60, [1.0] * 60, [1.0] * 30 + [0.0] * 30)
    made = [
        make.experiment(dataset, name=f"e{i}", score=list(one))
        for i, one in enumerate(scores)
    ]
    row = look(*made).context["page"].rows[0]
    assert row.several == "they differ"
    assert row.several_title.startswith("Cochran's Q over all 3")


def test_latency_shows_its_middle_and_its_tail(dataset, look):
    base = make.experiment(
        dataset, name="base", score=[1.0] * 60, latency=[100.0 + i for i in range(60)]
    )
    slow = make.experiment(
        dataset, name="slow", score=[1.0] * 60, latency=[300.0 + i for i in range(60)]
    )
    page = look(base, slow).context["page"]
    latency = next(row for row in page.rows if row.metric.unit == "ms")
    (card,) = latency.cards
    assert card.verdict.words == "worse"
    assert card.verdict.contrast.delta == 200
    assert [tail.label for tail in card.tails] == ["p95", "of the baseline's mean"]


def test_one_experiment_alone_has_nothing_to_compare_with(dataset, look):
    alone = make.experiment(dataset, score=[1.0] * 60)
    assert "Nothing to compare with" in look(alone).content.decode()


def test_a_filter_narrows_the_numbers(dataset, look):
    base = make.experiment(dataset, name="base", score=[0.0] * 60)
    candidate = make.experiment(dataset, name="new", score=[1.0] * 60)
    page = look(base, candidate, filter="label = 'a'").context["page"]
    assert page.rows[0].cards[0].verdict.contrast.n == 30


def test_the_number_of_queries_does_not_grow_with_the_rows(
    dataset, look, django_assert_max_num_queries
):
    pair = [make.experiment(dataset, name=n, score=[1.0] * 60) for n in "ab"]
    look(*pair)
    with django_assert_max_num_queries(18):
        assert look(*pair).status_code == 200


def test_another_space_finds_nothing(space, dataset):
    base = make.experiment(dataset, score=[1.0] * 60)
    client = Client()
    client.force_login(make.member(make.space("other")))
    answer = client.get(f"/spaces/{space.slug}/compare/verdict", {"base": base.pk})
    assert answer.status_code == 404


def test_the_baseline_of_a_view_can_be_kept_for_everyone(space, dataset):
    base = make.experiment(dataset, name="base", score=[0.0] * 60)
    candidate = make.experiment(dataset, name="new", score=[1.0] * 60)
    client = Client()
    client.force_login(make.member(space))
    address = f"/spaces/{space.slug}/compare/?base={candidate.pk}&with={base.pk}"
    page = client.get(address).content.decode()
    assert "Keep as the dataset's baseline" in page
    answer = client.post(
        f"/spaces/{space.slug}/datasets/{dataset.pk}/baseline",
        {"experiment": candidate.pk, "next": address},
    )
    assert answer.status_code == 302
    assert answer.url == address
    assert baseline_of(dataset) == candidate.pk
