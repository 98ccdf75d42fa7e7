"""Rows come in groups by a column of the examples, each with its own numbers."""

import math

import pytest

from tests import make

pytestmark = pytest.mark.django_db

LANGUAGES = ["de", "de", "en", "en", "fr", None]


@pytest.fixture
def dataset(space):
    rows = [
        {"input": f"question {i}", "metadata": {"lang": lang} if lang else {}, "n": i}
        for i, lang in enumerate(LANGUAGES)
    ]
    return make.dataset(space, rows=rows)


@pytest.fixture
def experiments(dataset):
    return [
        make.experiment(dataset, name="base", score=[1, 1, 1, 0, 0, 1]),
        make.experiment(dataset, name="candidate", score=[1, 0.5, 0, 0, 1, None]),
    ]


@pytest.fixture
def chunk(browser_client, space, experiments):
    def get(path="", **query):
        base, *others = (one.pk for one in experiments)
        answer = browser_client.get(
            f"/spaces/{space.slug}/compare/{path}",
            query_params={"base": base, "with": others, **query},
        )
        assert answer.status_code == 200
        page = answer.context.get("page")
        return page.chunk if page else answer.context["chunk"]

    return get


def heads(chunk):
    return [row.group for row in chunk.rows if row.group]


def test_groups_come_with_the_worst_change_first(chunk):
    rows = chunk(group="metadata.lang").rows
    assert [row.group.name for row in rows if row.group] == [
        "en",
        "de",
        "fr",
        "no value",
    ]
    assert [row.position for row in rows] == [2, 3, 1, 0, 4, 5]


def test_a_group_tells_n_and_each_experiments_mean_change_and_n(chunk):
    english = heads(chunk(group="metadata.lang"))[0]
    assert (english.n, english.shown) == (2, 2)
    base, candidate = english.figures
    assert (base.value, base.delta, base.n) == ("50.0%", None, 2)
    assert (candidate.value, candidate.delta.value, candidate.n) == ("0.00", "0.50", 2)
    assert candidate.delta.verdict == "worse"


def test_a_change_is_of_the_examples_that_both_scored(chunk):
    missing = heads(chunk(group="metadata.lang"))[-1]
    base, candidate = missing.figures
    assert (base.n, candidate.n) == (1, 0)
    assert (candidate.value, candidate.delta) == ("", None)


def test_a_sort_holds_inside_each_group(chunk):
    rows = chunk(group="metadata.lang", sort="-position").rows
    assert [row.position for row in rows] == [3, 2, 1, 0, 4, 5]


def test_a_chip_leaves_the_groups_numbers_and_says_how_many_are_shown(chunk):
    shown = heads(chunk(group="metadata.lang", only="regressed"))
    assert [(one.name, one.n, one.shown) for one in shown] == [
        ("en", 2, 1),
        ("de", 2, 1),
    ]


def test_a_filter_narrows_the_groups_numbers(chunk):
    shown = heads(chunk(group="metadata.lang", filter="b.eval.correct.score = 1"))
    assert [(one.name, one.n) for one in shown] == [("de", 1), ("fr", 1)]


def test_a_group_goes_on_in_the_next_chunk_without_a_second_head(chunk):
    behind = chunk("rows", group="metadata.lang", after=1)
    assert behind.rows[0].group is None
    assert behind.rows[1].group.name == "de"
    assert chunk("rows", group="metadata.lang", after=2).rows[0].group.name == "de"


@pytest.mark.parametrize("name", ["metadata.lang", "n"])
def test_a_groups_link_shows_its_rows_alone(browser_client, space, chunk, name):
    for head in heads(chunk(group=name)):
        answer = browser_client.get(f"/spaces/{space.slug}/compare/?{head.query}")
        assert answer.context["mistake"] is None
        assert answer.context["page"].total == head.n


def test_without_numbers_groups_come_by_size(browser_client, space, dataset):
    only = make.experiment(dataset, label=["x"] * 6)
    answer = browser_client.get(
        f"/spaces/{space.slug}/compare/?base={only.pk}&group=metadata.lang"
    )
    names = [head.name for head in heads(answer.context["page"].chunk)]
    assert names == ["de", "en", "fr", "no value"]


def test_more_values_than_can_be_read_share_a_last_group(browser_client, space):
    count = 230
    rows = [{"input": str(i), "key": f"k{i % 210}"} for i in range(count)]
    dataset = make.dataset(space, rows=rows)
    only = make.experiment(dataset, score=[1.0] * count)
    other = make.experiment(dataset, name="other", score=[1.0] * count)
    from experiments_ui.compare.grouping.groups import grouping
    from experiments_ui.compare.lineup import compare
    from experiments_ui.compare.selection import Selection

    principal = make.principal(make.member(space))
    found = grouping(compare(principal, Selection(only.pk, (other.pk,), group="key")))
    assert found.folded == 10
    assert len(found.groups) == 201
    assert found.groups[-1].name == "other: 10 more values"
    assert found.groups[-1].n == 10
    assert sum(group.n for group in found.groups) == count
    assert math.isclose(found.groups[-1].deltas[1], 0)


def test_a_column_nothing_has_makes_one_group(chunk):
    (head,) = heads(chunk(group="nothing.here"))
    assert (head.name, head.n) == ("no value", 6)


def test_the_menu_offers_columns_with_few_different_values(
    browser_client, space, experiments
):
    answer = browser_client.get(
        f"/spaces/{space.slug}/compare/?base={experiments[0].pk}"
    )
    labels = [link.label for link in answer.context["groups"]]
    assert labels == ["No groups", "metadata.lang"]


def test_groups_cost_the_same_queries_however_many_there_are(
    browser_client, space, experiments
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries(group):
        page = f"/spaces/{space.slug}/compare/?base={experiments[0].pk}&group={group}"
        browser_client.get(page)
        with CaptureQueriesContext(connection) as seen:
            browser_client.get(page)
        return len(seen)

    assert queries("metadata.lang") == queries("n") == queries("")
