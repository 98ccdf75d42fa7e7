"""A changed row is reviewed once: the mark belongs to the pair of outputs."""

import pytest

from experiments_ui.compare.models import Review, SavedView
from experiments_ui.spaces.actions import set_role
from experiments_ui.spaces.models import Role
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(space):
    return make.dataset(space, count=4)


def experiment(dataset, name, outputs, score):
    rows = [
        {"example_id": example_id, "output": output}
        for example_id, output in zip(make.example_ids(dataset), outputs, strict=True)
    ]
    return make.experiment(dataset, name=name, rows=rows, score=score)


@pytest.fixture
def base(dataset):
    return experiment(dataset, "base", "abcd", [1, 1, 0, 1])


@pytest.fixture
def candidate(dataset):
    return experiment(dataset, "candidate", "xycd", [0, 0, 0, 1])


@pytest.fixture
def other(dataset):
    return experiment(dataset, "other", "xzcd", [0, 0, 1, 1])


def address(space, *experiments, path="", **query):
    numbers = [str(one.pk) for one in experiments]
    words = [f"base={numbers[0]}", *(f"with={one}" for one in numbers[1:])]
    words += [f"{name}={value}" for name, value in query.items()]
    return f"/spaces/{space.slug}/compare/{path}?" + "&".join(words)


def marking(client, space, *experiments, position, opinion, candidate="", **query):
    return client.post(
        address(space, *experiments, path="reviews", **query),
        {"position": position, "opinion": opinion, "candidate": candidate},
        headers={"HX-Request": "true"},
    )


def rows_of(client, space, *experiments, **query):
    answer = client.get(address(space, *experiments, **query))
    assert answer.status_code == 200
    return {
        row.position: [mark.opinion for mark in row.marks]
        for row in answer.context["page"].chunk.rows
    }


def unreviewed(client, space, *experiments):
    answer = client.get(address(space, *experiments))
    return answer.context["page"].counts["unreviewed"]


def test_a_mark_shows_on_its_row_and_the_count_goes_down(
    browser_client, space, base, candidate
):
    assert unreviewed(browser_client, space, base, candidate) == 2
    answer = marking(
        browser_client, space, base, candidate, position=0, opinion="expected"
    )
    assert answer.status_code == 200
    assert answer.context["counts"]["unreviewed"] == 1
    assert "Marked expected, 1 left to review" in answer.content.decode()
    assert rows_of(browser_client, space, base, candidate)[0] == ["expected"]
    left = rows_of(browser_client, space, base, candidate, only="unreviewed")
    assert set(left) == {1}


def test_another_experiment_with_the_same_outputs_is_reviewed_already(
    browser_client, space, dataset, base, candidate
):
    marking(browser_client, space, base, candidate, position=0, opinion="regression")
    twin = experiment(dataset, "twin", "xqcd", [0.5, 0, 0, 1])
    assert rows_of(browser_client, space, base, twin)[0] == ["regression"]
    assert unreviewed(browser_client, space, base, twin) == 1


def test_another_output_is_to_be_reviewed_again(
    browser_client, space, dataset, base, candidate
):
    marking(browser_client, space, base, candidate, position=0, opinion="expected")
    changed = experiment(dataset, "changed", "wycd", [0, 0, 0, 1])
    assert rows_of(browser_client, space, base, changed)[0] == []


def test_a_mark_is_about_every_changed_candidate_or_about_one(
    browser_client, space, base, candidate, other
):
    everyone = (base, candidate, other)
    marking(browser_client, space, *everyone, position=1, opinion="expected")
    assert Review.objects.count() == 2
    marking(
        browser_client,
        space,
        *everyone,
        position=1,
        opinion="judge_wrong",
        candidate=other.pk,
    )
    assert rows_of(browser_client, space, *everyone)[1] == ["expected", "judge_wrong"]


def test_a_row_stays_unreviewed_until_each_of_its_changes_is_reviewed(
    browser_client, space, base, candidate, other
):
    everyone = (base, candidate, other)
    marking(
        browser_client,
        space,
        *everyone,
        position=1,
        opinion="expected",
        candidate=other.pk,
    )
    left = rows_of(browser_client, space, *everyone, only="unreviewed")
    assert 1 in left


def test_marking_twice_leaves_one_mark_and_a_second_opinion_replaces_the_first(
    browser_client, space, base, candidate
):
    for opinion in ("expected", "expected", "bad_reference"):
        marking(browser_client, space, base, candidate, position=0, opinion=opinion)
    assert [one.opinion for one in Review.objects.all()] == ["bad_reference"]
    assert rows_of(browser_client, space, base, candidate)[0] == ["bad_reference"]


def test_a_mark_is_taken_back_and_taking_it_back_again_changes_nothing(
    browser_client, space, base, candidate
):
    marking(browser_client, space, base, candidate, position=0, opinion="expected")
    for _ in range(2):
        answer = marking(browser_client, space, base, candidate, position=0, opinion="")
        assert answer.context["counts"]["unreviewed"] == 2
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    ("position", "opinion"),
    [(2, "expected"), (0, "wonderful"), (99, "expected"), ("x", "expected")],
)
def test_what_did_not_change_or_is_no_opinion_is_refused(
    browser_client, space, base, candidate, position, opinion
):
    answer = marking(
        browser_client, space, base, candidate, position=position, opinion=opinion
    )
    assert answer.status_code == 422
    assert not Review.objects.exists()


def test_a_change_that_only_the_judge_made_can_be_reviewed(
    browser_client, space, dataset, base
):
    twin = experiment(dataset, "twin", "abcd", [0, 1, 0, 1])
    marking(browser_client, space, base, twin, position=0, opinion="judge_wrong")
    assert unreviewed(browser_client, space, base, twin) == 0


def test_those_who_may_only_look_cannot_mark(client, space, base, candidate):
    client.force_login(make.member(space, role=Role.READ_ONLY))
    answer = marking(client, space, base, candidate, position=0, opinion="expected")
    assert answer.status_code == 403
    assert rows_of(client, space, base, candidate)[0] == []


def test_without_a_script_marking_comes_back_to_the_row(
    browser_client, space, base, candidate
):
    answer = browser_client.post(
        address(space, base, candidate, path="reviews", only="regressed"),
        {"position": 0, "opinion": "expected"},
    )
    assert answer.status_code == 302
    assert "only=regressed" in answer["Location"]
    assert "row=0" in answer["Location"]


def test_a_mark_says_when_its_row_leaves_the_list(
    browser_client, space, base, candidate
):
    answer = marking(
        browser_client,
        space,
        base,
        candidate,
        position=0,
        opinion="expected",
        only="unreviewed",
    )
    assert "data-left" in answer.content.decode()


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ("review = 'expected'", {0}),
        ("review IS NULL", {2, 3}),
        ("b.review = 'judge_wrong'", {1}),
        ("b.review IN ('expected', 'judge_wrong')", {0, 1}),
        ("a.review = 'expected'", set()),
    ],
)
def test_rows_are_filtered_by_their_review(
    browser_client, space, base, candidate, where, shown
):
    assert set(rows_of(browser_client, space, base, candidate, filter=where)) <= {
        0,
        1,
        2,
        3,
    }
    for position, opinion in ((0, "expected"), (1, "judge_wrong")):
        marking(
            browser_client, space, base, candidate, position=position, opinion=opinion
        )
    assert set(rows_of(browser_client, space, base, candidate, filter=where)) == shown


def test_a_column_of_the_examples_named_review_is_still_found(browser_client, space):
    dataset = make.dataset(
        space, rows=[{"input": "a", "review": "mine"}, {"input": "b", "review": "no"}]
    )
    only = make.experiment(dataset, score=[1, 0])
    assert set(rows_of(browser_client, space, only, filter="review = 'mine'")) == {0}


def test_the_drawer_tells_what_was_said_of_each_candidate(
    browser_client, space, base, candidate, other
):
    everyone = (base, candidate, other)
    marking(browser_client, space, *everyone, position=1, opinion="expected")
    answer = browser_client.get(address(space, *everyone, path="rows/1"))
    box = answer.context["review"]
    assert [one.mark.label for one in box.candidates] == ["Expected", "Expected"]
    assert [choice.current for choice in box.choices] == [True, False, False, False]


def test_reviews_cost_the_same_queries_however_many_there_are(
    browser_client, space, base, candidate
):
    page = address(space, base, candidate)

    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        browser_client.get(page)
        with CaptureQueriesContext(connection) as seen:
            browser_client.get(page)
        return len(seen)

    before = queries()
    for position in (0, 1):
        marking(
            browser_client,
            space,
            base,
            candidate,
            position=position,
            opinion="expected",
        )
    assert queries() == before


@pytest.mark.django_db(transaction=True)
def test_people_who_mark_the_same_change_at_once_leave_one_mark(dataset):
    from django.utils import timezone

    from experiments_ui.compare.actions.reviews import set_review
    from experiments_ui.compare.queries.reviews import Pair
    from tests.race import together

    def mark():
        pair = Pair(0, 11, 22)
        set_review(dataset, [pair], opinion="expected", by=None, now=timezone.now())

    together(4, mark)
    assert Review.objects.count() == 1


def test_who_writes_in_another_space_marks_and_saves_nothing_through_its_address(
    client, space, base, candidate
):
    own = make.space("own")
    reader = make.member(space, role=Role.READ_ONLY)
    set_role(own, user=reader, role=Role.MEMBER)
    client.force_login(reader)
    marked = marking(client, own, base, candidate, position=0, opinion="expected")
    saved = client.post(address(own, base, candidate, path="views"), {"name": "mine"})
    assert marked.status_code == saved.status_code == 404
    assert not Review.objects.exists()
    assert not SavedView.objects.exists()
