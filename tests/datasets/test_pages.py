"""The pages of datasets: list, tabs, drawer, files."""

import csv
import io

import orjson
import pyarrow.parquet as pq
import pytest
from django.test import Client

from experiments_ui.spaces.models import Role
from tests import make
from tests.experiments.pages import HOSTILE, queries_of, text_of

LIST = "/spaces/acme/datasets/"


def url_of(dataset, rest=""):
    return f"{LIST}{dataset.pk}/{rest}"


@pytest.fixture
def dataset(space):
    return make.dataset(space, count=120)


def test_an_empty_space_says_how_to_make_the_first_dataset(space, browser_client):
    page = text_of(browser_client.get(LIST))
    assert "No datasets yet" in page
    assert "space=&#x27;acme&#x27;" in page
    assert "/spaces/acme/upload/" in page


def test_the_list_shows_rows_experiments_and_the_best_score(dataset, browser_client):
    make.experiment(dataset, name="weak", score=[0.0] * 120)
    make.experiment(dataset, name="strong", score=[1.0] * 60 + [0.0] * 60)
    page = text_of(browser_client.get(LIST))
    for shown in ("questions", "120", "50.0%", "correct", "strong"):
        assert shown in page


def test_the_list_is_searched_and_sorted_by_the_address(space, browser_client):
    for name in ("apples", "pears"):
        make.dataset(space, name=name)
    assert "pears" not in text_of(browser_client.get(f"{LIST}?q=app"))
    page = text_of(browser_client.get(f"{LIST}?sort=-name"))
    assert page.index(">pears<") < page.index(">apples<")


def test_the_list_takes_as_many_queries_for_thirty_datasets_as_for_one(
    space, browser_client
):
    make.experiment(make.dataset(space, name="first"), score=[1, 0, 1])
    once = queries_of(browser_client, LIST)
    for number in range(29):
        make.experiment(make.dataset(space, name=f"more {number}"), score=[1, 0, 1])
    assert queries_of(browser_client, LIST) == once


def test_examples_are_paged_by_the_address(dataset, browser_client):
    first = text_of(browser_client.get(url_of(dataset)))
    assert "question 49<" in first
    assert "question 50<" not in first
    assert "1–50 of 120 examples" in first
    third = text_of(browser_client.get(url_of(dataset, "?page=3")))
    assert "question 119<" in third
    assert "question 99<" not in third


def test_examples_take_as_many_queries_for_a_full_page_as_for_one(
    space, browser_client
):
    one = make.dataset(space, name="one", count=1)
    full = make.dataset(space, name="full", count=50)
    once = queries_of(browser_client, url_of(one))
    assert queries_of(browser_client, url_of(full)) == once


def test_a_filter_narrows_the_examples(dataset, browser_client):
    page = text_of(browser_client.get(url_of(dataset), {"filter": "label = 'a'"}))
    assert "question 2<" in page
    assert "question 1<" not in page
    assert "1–50 of 60 examples" in page


def test_words_that_are_no_filter_are_explained_and_offered_as_a_search(
    dataset, browser_client
):
    page = text_of(browser_client.get(url_of(dataset), {"filter": "question 7 please"}))
    assert 'aria-invalid="true"' in page
    assert "CONTAINS" in page
    assert "question 0<" in page


def test_the_drawer_shows_the_whole_example(space, browser_client):
    rows = [{"input": "why?", "expected": "because", "deep": {"a": [1, 2]}}]
    dataset = make.dataset(space, name="deep", rows=rows)
    page = text_of(browser_client.get(url_of(dataset, "examples/0")))
    for shown in ("why?", "because", "deep", "data-json", make.example_ids(dataset)[0]):
        assert shown in page
    assert browser_client.get(url_of(dataset, "examples/7")).status_code == 404


def test_an_address_with_a_row_opens_its_drawer_without_javascript(
    dataset, browser_client
):
    page = text_of(browser_client.get(url_of(dataset, "?row=7")))
    assert "Example #7" in page
    assert "Example #999" not in text_of(
        browser_client.get(url_of(dataset, "?row=999"))
    )


def test_what_users_wrote_is_escaped_everywhere(space, browser_client):
    dataset = make.dataset(
        space,
        name=HOSTILE,
        rows=[{"input": HOSTILE, "label": HOSTILE, HOSTILE: HOSTILE}],
    )
    make.experiment(dataset, name="<b>bold</b>", score=[1])
    for rest in ("", "?tab=experiments", "?tab=versions", "examples/0", "?row=0"):
        page = text_of(browser_client.get(url_of(dataset, rest)))
        assert "<script>alert" not in page
        assert "<b>bold" not in page
    assert "<script>alert" not in text_of(browser_client.get(LIST))


def test_the_tabs_show_experiments_and_versions(dataset, browser_client):
    assert "No experiments yet" in text_of(
        browser_client.get(url_of(dataset, "?tab=experiments"))
    )
    page = text_of(browser_client.get(url_of(dataset, "?tab=versions")))
    assert "Version 1" in page
    assert "latest" in page


def test_a_version_is_chosen_by_the_address(dataset, browser_client):
    page = text_of(browser_client.get(url_of(dataset, "?version=1")))
    assert "This is version Version 1" in page or "Version 1" in page
    assert browser_client.get(url_of(dataset, "?version=9")).status_code == 404


def test_all_examples_are_exported_in_three_formats(dataset, browser_client):
    def content(kind):
        answer = browser_client.get(url_of(dataset, f"export.{kind}"))
        assert f'filename="questions.{kind}"' in answer.headers["Content-Disposition"]
        return b"".join(answer.streaming_content)

    rows = list(csv.DictReader(io.StringIO(content("csv").decode())))
    assert [row["input"] for row in rows[:2]] == ["question 0", "question 1"]
    lines = [orjson.loads(line) for line in content("jsonl").splitlines()]
    assert [line["id"] for line in lines] == make.example_ids(dataset)
    assert pq.read_table(io.BytesIO(content("parquet"))).num_rows == 120
    assert browser_client.get(url_of(dataset, "export.exe")).status_code == 404


@pytest.mark.parametrize(
    "rest", ["", "?tab=experiments", "examples/0", "export.csv", "delete"]
)
def test_another_spaces_dataset_does_not_exist(dataset, rest):
    stranger = Client()
    stranger.force_login(make.member(make.space("other")))
    method = stranger.post if rest == "delete" else stranger.get
    assert method(url_of(dataset, rest)).status_code == 404


def test_a_dataset_is_not_found_under_another_spaces_address(member, dataset):
    other = make.space("other")
    make.space_actions.set_role(other, user=member, role=Role.MEMBER)
    client = Client()
    client.force_login(member)
    address = f"/spaces/other/datasets/{dataset.pk}/"
    assert client.get(address).status_code == 404


def test_only_members_delete(space, dataset, browser_client):
    reader = Client()
    reader.force_login(make.member(space, role=Role.READ_ONLY))
    assert "delete" not in text_of(reader.get(url_of(dataset)))
    assert reader.post(url_of(dataset, "delete")).status_code == 403
    assert browser_client.get(url_of(dataset, "delete")).status_code == 405
    assert browser_client.post(url_of(dataset, "delete")).status_code == 302
    assert browser_client.get(url_of(dataset)).status_code == 404


def test_the_sample_is_removed_in_one_click_and_nothing_else(
    space, dataset, browser_client
):
    sample = make.dataset(space, name="sample tickets")
    sample.is_sample = True
    sample.save()
    make.experiment(sample)
    assert "Remove sample" in text_of(browser_client.get(LIST))
    browser_client.post("/spaces/acme/remove-sample")
    page = text_of(browser_client.get(LIST))
    assert "sample tickets" not in page
    assert "questions" in page


def test_pages_need_a_signed_in_person(dataset):
    answer = Client().get(url_of(dataset))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in")
