"""The place of slices says where a candidate got worse, and how far the search is."""

import pytest
from django.utils import timezone

from experiments_ui.compare import jobs
from experiments_ui.compare.models import Survey, SurveyState
from experiments_ui.spaces.models import Role
from tests import make

pytestmark = pytest.mark.django_db

ROWS = 240


@pytest.fixture
def dataset(space):
    rows = [
        {"question": f"q {i}", "metadata": {"language": "de" if i % 2 else "en"}}
        for i in range(ROWS)
    ]
    return make.dataset(space, rows=rows)


@pytest.fixture
def base(dataset):
    return make.experiment(dataset, name="base", score=[1.0] * ROWS)


@pytest.fixture
def candidate(dataset):
    scores = [0.0 if i % 4 == 1 else 1.0 for i in range(ROWS)]
    return make.experiment(dataset, name="worse one", score=scores)


@pytest.fixture
def url(space):
    return f"/spaces/{space.slug}/compare/slices"


@pytest.fixture
def address(base, candidate):
    def of(**query):
        return {"base": base.pk, "with": [candidate.pk], **query}

    return of


@pytest.fixture
def visit(browser_client, url, address):
    def get(part="", **query):
        return browser_client.get(url + part, query_params=address(**query))

    return get


@pytest.fixture
def post(browser_client, url, address):
    def send(**query):
        return browser_client.post(
            f"{url}/answer",
            query_params=address(**query),
            headers={"hx-request": "true"},
        )

    return send


def body(answer):
    assert answer.status_code == 200, answer.content[:500]
    return " ".join(answer.content.decode().split())


def answered(**changes):
    survey = Survey.objects.get()
    jobs.answer(survey.pk)
    Survey.objects.filter(pk=survey.pk).update(**changes) if changes else None


def test_opening_the_place_asks_by_a_request_of_its_own(visit):
    page = body(visit())
    assert 'hx-trigger="load"' in page
    assert "hx-post" in page
    assert not Survey.objects.exists()


def test_asking_shows_a_fragment_that_fetches_itself(post, visit):
    for fragment in (body(post()), body(visit("/answer"))):
        assert "data-poll" in fragment
        assert "Waiting for a worker" in fragment
        assert "<html" not in fragment


def test_progress_is_shown_while_it_runs(post, visit):
    post()
    Survey.objects.update(state=SurveyState.RUNNING, done=40, total=100)
    fragment = body(visit("/answer"))
    assert '<progress value="40" max="100"' in fragment
    assert "data-poll" in fragment


def test_the_last_fragment_no_longer_fetches_itself_and_links_to_its_rows(
    post, visit, browser_client
):
    post()
    answered()
    fragment = visit("/answer")
    assert "data-poll" not in body(fragment)
    assert "hx-trigger" not in body(fragment)
    [row] = fragment.context["found"].apart
    assert row.filter == "metadata.language = 'de'"
    rows = browser_client.get(row.url)
    assert rows.context["page"].total == ROWS / 2


def test_a_slice_is_told_with_rows_change_interval_and_q(post, visit):
    post()
    answered()
    page = body(visit())
    assert "120 <span" in page
    assert "worse by" in page
    assert "−59.1 to −40.9" in page
    assert "&lt; 0.001" in page


def test_the_link_of_a_slice_keeps_the_filter_there_is(post, visit, browser_client):
    where = "question != 'q 1' OR question = 'q 3'"
    post(filter=where)
    answered()
    [row] = visit(filter=where).context["found"].apart
    rows = browser_client.get(row.url)
    assert rows.context["page"].total == ROWS / 2 - 1


def test_nothing_significant_says_what_was_looked_at(post, visit):
    post(look="better")
    answered()
    page = body(visit(look="better"))
    assert "No slice got significantly better" in page
    assert "slices of 30 rows or more were looked at" in page
    assert "noticed four times in five" in page


def test_too_few_rows_say_so(post, visit):
    post(filter="question = 'q 1'")
    answered()
    assert "There was nothing to look at" in body(visit(filter="question = 'q 1'"))


def test_a_failure_is_told_and_can_be_tried_again(post, visit):
    post()
    Survey.objects.update(state=SurveyState.FAILED, problem="It is <broken>.")
    page = body(visit())
    assert "It is &lt;broken&gt;." in page
    assert "Try again" in page
    assert "data-poll" in body(post())


def test_without_scripts_a_form_asks_and_leads_back(browser_client, url, address):
    answer = browser_client.post(f"{url}/answer", query_params=address())
    assert answer.status_code == 302
    assert answer.url.startswith(f"{url}?")
    assert Survey.objects.count() == 1


def test_slices_that_only_changed_as_all_rows_did_are_told_apart(post, visit):
    post()
    answered()
    page = visit()
    assert page.context["found"].alike
    assert "not clearly more than the rest" in body(page)


def test_one_experiment_or_no_score_has_no_slices(
    browser_client, url, base, dataset, post
):
    page = body(browser_client.get(url, query_params={"base": base.pk}))
    assert "Nothing to compare with" in page
    bare = [make.experiment(dataset, name=name) for name in ("x", "y")]
    query = {"base": bare[0].pk, "with": [bare[1].pk]}
    assert "No scores yet" in body(browser_client.get(url, query_params=query))


def test_with_several_candidates_one_is_chosen(
    browser_client, url, base, candidate, dataset
):
    other = make.experiment(dataset, name="other one", score=[1.0] * ROWS)
    query = {"base": base.pk, "with": [candidate.pk, other.pk], "candidate": other.pk}
    page = browser_client.get(url, query_params=query)
    assert "Where did other one get" in body(page)
    query["candidate"] = base.pk
    assert browser_client.get(url, query_params=query).status_code == 422


def test_columns_that_are_not_looked_at_are_told_with_the_reason(post, visit):
    post()
    answered()
    skipped = dict(visit().context["found"].answer.skipped)
    assert "200 are tried" in skipped["question"]


def test_hostile_values_stay_text(space, browser_client, member, url):
    hostile = "<script>alert('x')</script>"
    rows = [{"input": f"q {i}", "tag": hostile if i % 2 else "b"} for i in range(200)]
    dataset = make.dataset(space, name="hostile", rows=rows)
    base = make.experiment(dataset, name="<b>base", score=[1.0] * 200)
    scores = [0.0 if i % 2 else 1.0 for i in range(200)]
    worse = make.experiment(dataset, name="<i>worse", score=scores)
    query = {"base": base.pk, "with": [worse.pk]}
    browser_client.post(f"{url}/answer", query_params=query)
    answered()
    page = browser_client.get(url, query_params=query)
    assert "<script>alert" not in body(page)
    rows = browser_client.get(page.context["found"].rows[0].url)
    assert rows.context["page"].total == 100


def test_the_number_of_queries_does_not_grow_with_the_slices(
    post, visit, django_assert_max_num_queries
):
    post()
    answered()
    visit()
    with django_assert_max_num_queries(26):
        visit()


def test_who_may_only_read_may_ask(space, base, candidate, url, client):
    client.force_login(make.member(space, role=Role.READ_ONLY))
    query = {"base": base.pk, "with": [candidate.pk]}
    assert client.post(f"{url}/answer", query_params=query).status_code == 302
    assert Survey.objects.get().state == "queued"


def test_strangers_see_nothing(base, candidate, url, client):
    client.force_login(make.user())
    query = {"base": base.pk, "with": [candidate.pk]}
    assert client.post(f"{url}/answer", query_params=query).status_code == 404
    assert not Survey.objects.exists()


@pytest.fixture
def json_address(dataset):
    ids = make.example_ids(dataset)[:4]
    outputs = (
        ['{"a": 1, "b": 1}'] * 4,
        ['{"a": 2, "b": 1}', '{"a": 3, "b": 2}', '{"a": 1, "b": 1}', "none"],
    )
    numbers = [
        make.experiment(
            dataset,
            name=f"json {side}",
            rows=[
                {"example_id": one, "output": text}
                for one, text in zip(ids, texts, strict=True)
            ],
        ).pk
        for side, texts in enumerate(outputs)
    ]
    return {"base": numbers[0], "with": [numbers[1]], "diff": "json"}


class TestPaths:
    @pytest.fixture
    def strip(self, browser_client, space, json_address):
        def get(method="get", **query):
            return getattr(browser_client, method)(
                f"/spaces/{space.slug}/compare/paths",
                query_params=json_address | query,
            )

        return get

    def test_rows_shown_as_json_ask_for_their_paths(
        self, browser_client, space, json_address
    ):
        place = f"/spaces/{space.slug}/compare/"
        page = body(browser_client.get(place, query_params=json_address))
        assert 'id="path-strip"' in page
        json_address["diff"] = "full"
        page = body(browser_client.get(place, query_params=json_address))
        assert 'id="path-strip"' not in page

    def test_a_path_leads_to_its_rows_and_back(self, strip, browser_client):
        assert "data-poll" in body(strip("post"))
        answered()
        page = strip()
        assert "data-poll" not in body(page)
        [one] = page.context["strip"].candidates
        assert [(link.path, link.count) for link in one.links] == [("a", 2), ("b", 1)]
        assert (one.changed, one.not_json) == (3, 1)
        assert "1 changed row is no JSON" in body(page)
        rows = browser_client.get(one.links[1].url)
        assert rows.context["page"].total == 1
        where = rows.context["comparison"].selection.where
        [again] = strip(filter=where).context["strip"].candidates
        chosen = next(link for link in again.links if link.current)
        assert chosen.path == "b"
        assert "filter=" not in chosen.url

    def test_a_failure_can_be_tried_again(self, strip):
        strip("post")
        Survey.objects.update(state=SurveyState.FAILED, problem="Too large.")
        page = body(strip())
        assert "Too large." in page
        assert "Try again" in page
        assert "data-poll" in body(strip("post"))


def test_a_question_by_who_left_is_asked_anew_by_the_next(post, visit):
    post()
    Survey.objects.update(asked_by=None)
    answered()
    assert "Ask again" in body(visit())
    post()
    answered()
    assert visit().context["found"].rows
    assert Survey.objects.get().seen_at <= timezone.now()
