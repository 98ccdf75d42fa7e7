"""The compare page shows each example beside what every experiment made of it."""

import pytest

from tests import make

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&\u202e"


@pytest.fixture
def open_page(browser_client, space, base, candidate):
    def get(**query):
        return browser_client.get(
            f"/spaces/{space.slug}/compare/",
            query_params={"base": base.pk, "with": [candidate.pk], **query},
        )

    return get


def page_of(answer):
    assert answer.status_code == 200, answer.content[:500]
    return answer.context["page"]


def positions(answer):
    return [row.position for row in page_of(answer).chunk.rows]


def test_chips_count_what_they_show(open_page):
    assert page_of(open_page()).counts == {
        "all": 6,
        "regressed": 2,
        "improved": 1,
        "disagree": 3,
        "errors": 1,
        "unreviewed": 3,
    }


@pytest.mark.parametrize(
    ("only", "shown"),
    [
        ("regressed", {0, 3}),
        ("improved", {2}),
        ("disagree", {0, 2, 3}),
        ("errors", {5}),
    ],
)
def test_a_chip_shows_its_rows(open_page, only, shown):
    assert set(positions(open_page(only=only))) == shown


def test_the_biggest_regression_comes_first_and_rows_without_a_delta_last(open_page):
    assert positions(open_page()) == [0, 3, 1, 2, 4, 5]


def test_rows_sort_by_any_score_delta_or_latency(open_page, base, candidate):
    by_latency = positions(open_page(sort=f"-latency@{candidate.pk}"))
    assert by_latency == [4, 3, 2, 0, 1, 5]
    by_score = positions(open_page(sort=f"eval.correct.score@{base.pk}"))
    assert by_score == [2, 3, 0, 1, 5, 4]
    by_gain = positions(open_page(sort=f"-delta@{candidate.pk}"))
    assert by_gain[0] == 2
    assert positions(open_page(sort="position")) == [0, 1, 2, 3, 4, 5]


def test_the_head_gives_mean_change_wins_losses_ties_n_and_missing(open_page):
    base, candidate = page_of(open_page()).heads
    assert base.win_bar is None
    assert candidate.chosen.value == "0.65"
    assert (candidate.chosen.n, candidate.chosen.missing) == (5, 1)
    bar = candidate.win_bar
    assert (bar.wins, bar.losses, bar.ties) == (1, 2, 1)
    assert candidate.chosen.delta.value == "0.06"
    assert candidate.chosen.delta.verdict == "worse"


def test_a_lower_latency_is_better(open_page):
    page = page_of(open_page(score="latency", only="improved"))
    # The failed run of row 5 took its time too, and the head counts it.
    assert {row.position for row in page.chunk.rows} == {1, 3, 5}
    assert page.heads[1].win_bar.wins == 3


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ("b.latency > 300", {2, 3, 4}),
        ("b.eval.correct.score < a.eval.correct.score - 0.5", {0}),
        ("label = 'a' AND a.latency < 400", {0, 2}),
        ("b.error IS NOT NULL", {5}),
        ("nothing.here = 1", set()),
    ],
)
def test_a_filter_reads_examples_and_every_experiment_by_letter(
    open_page, where, shown
):
    assert set(positions(open_page(filter=where))) == shown


def test_a_filter_that_cannot_be_read_says_so_and_hides_nothing(open_page):
    answer = open_page(filter="b.latency >")
    assert len(positions(answer)) == 6
    assert "The filter was not applied" in answer.content.decode()


def test_deep_rows_come_from_the_same_address_with_a_place(
    browser_client, space, base, candidate
):
    answer = browser_client.get(
        f"/spaces/{space.slug}/compare/rows",
        query_params={
            "base": base.pk,
            "with": candidate.pk,
            "sort": "position",
            "after": 4,
        },
    )
    assert [row.position for row in answer.context["chunk"].rows] == [4, 5]
    assert "All 6 rows shown" in answer.content.decode()


def test_the_drawer_shows_full_texts_and_verdicts(
    browser_client, space, base, candidate
):
    answer = browser_client.get(
        f"/spaces/{space.slug}/compare/rows/0",
        query_params={"base": base.pk, "with": candidate.pk},
    )
    content = answer.content.decode()
    assert answer.status_code == 200
    for words in ("question 0", "answer 0", "output 0", "correct", "100 ms"):
        assert words in content


def test_nothing_a_user_wrote_leaves_its_cell(browser_client, space):
    dataset = make.dataset(
        space, name="hostile", rows=[{"input": HOSTILE, "label": HOSTILE}]
    )
    [example_id] = make.example_ids(dataset)
    made = [
        make.experiment(
            dataset,
            name=f"{number} <b>",
            rows=[
                {
                    "example_id": example_id,
                    "output": HOSTILE + str(number),
                    "eval.<i>.label": HOSTILE,
                    "eval.<i>.explanation": HOSTILE,
                }
            ],
        )
        for number in range(2)
    ]
    query = {"base": made[0].pk, "with": made[1].pk, "filter": HOSTILE}
    for path in ("", "rows", "rows/0"):
        answer = browser_client.get(
            f"/spaces/{space.slug}/compare/{path}",
            query_params=query if path == "" else query | {"filter": ""},
        )
        content = answer.content.decode()
        assert answer.status_code == 200
        assert "<script>alert" not in content
        assert "<img src=x" not in content
        assert "<b></a>" not in content


def test_experiments_of_two_datasets_are_not_compared(browser_client, space, base):
    other = make.experiment(make.dataset(space, name="other"), name="elsewhere")
    answer = browser_client.get(
        f"/spaces/{space.slug}/compare/",
        query_params={"base": base.pk, "with": other.pk},
    )
    assert answer.status_code == 422
    assert "one dataset" in answer.content.decode()


def test_another_spaces_experiments_are_not_there(client, space, base, candidate):
    stranger = make.member(make.space("elsewhere"))
    client.force_login(stranger)
    for slug in (space.slug, "elsewhere"):
        answer = client.get(
            f"/spaces/{slug}/compare/",
            query_params={"base": base.pk, "with": candidate.pk},
        )
        assert answer.status_code == 404


def test_runs_of_unknown_examples_are_counted_on_the_page(
    browser_client, space, dataset, base
):
    stray = make.experiment(
        dataset, name="stray", rows=[{"example_id": "nobody", "output": "x"}]
    )
    answer = browser_client.get(
        f"/spaces/{space.slug}/compare/",
        query_params={"base": base.pk, "with": stray.pk},
    )
    assert "1 runs name examples that the dataset does not have" in " ".join(
        answer.content.decode().split()
    )


@pytest.mark.parametrize("count", [2, 30])
def test_the_page_takes_as_many_queries_for_any_number_of_rows(
    browser_client, space, count, django_assert_max_num_queries
):
    dataset = make.dataset(space, name=f"of {count}", count=count)
    made = [
        make.experiment(dataset, name=str(i), score=[1.0] * count) for i in range(3)
    ]
    with django_assert_max_num_queries(24):
        answer = browser_client.get(
            f"/spaces/{space.slug}/compare/",
            query_params={"base": made[0].pk, "with": [made[1].pk, made[2].pk]},
        )
    assert answer.status_code == 200
