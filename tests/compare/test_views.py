"""A comparison's address under a name: kept, shared, changed and opened again."""

import pytest

from experiments_ui.compare.models import SavedView
from experiments_ui.spaces.models import Role
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def experiments(space):
    dataset = make.dataset(space, count=4)
    return [
        make.experiment(dataset, name="base", score=[1, 1, 0, 1]),
        make.experiment(dataset, name="candidate", score=[0, 1, 1, 1]),
    ]


@pytest.fixture
def query(experiments):
    base, candidate = experiments
    return f"base={base.pk}&with={candidate.pk}&only=regressed&sort=position"


def saving(client, space, query, name="mine", **fields):
    return client.post(
        f"/spaces/{space.slug}/compare/views?{query}", {"name": name, **fields}
    )


def link_to(space, name="mine"):
    number = SavedView.objects.get(name=name).pk
    return f"/spaces/{space.slug}/compare/views/{number}"


def colleague(client, space, role=Role.MEMBER):
    client.force_login(make.member(space, role=role))
    return client


def positions(answer):
    assert answer.status_code == 200
    return [row.position for row in answer.context["page"].chunk.rows]


def test_a_saved_view_opens_the_address_it_was_saved_from(browser_client, space, query):
    answer = saving(browser_client, space, f"{query}&row=2&after=0")
    assert answer["Location"] == f"/spaces/{space.slug}/compare/?{query}"
    opened = browser_client.get(link_to(space))
    assert opened["Location"] == f"/spaces/{space.slug}/compare/?{query}"


def test_a_shared_view_shows_a_colleague_the_same_rows(
    browser_client, client, space, query
):
    saving(browser_client, space, query, shared="on")
    mine = positions(browser_client.get(link_to(space), follow=True))
    theirs = positions(colleague(client, space).get(link_to(space), follow=True))
    assert mine == theirs == [0]


def test_a_view_that_is_not_shared_is_not_there_for_others(
    browser_client, client, space, query
):
    saving(browser_client, space, query)
    assert colleague(client, space).get(link_to(space)).status_code == 404


def test_another_spaces_view_is_not_there(browser_client, client, space, query):
    saving(browser_client, space, query, shared="on")
    elsewhere = make.space("elsewhere")
    client.force_login(make.member(elsewhere))
    link = link_to(space)
    assert client.get(link).status_code == 404
    own = link.replace(f"/{space.slug}/", f"/{elsewhere.slug}/")
    assert client.get(own).status_code == 404


def test_the_menu_lists_own_and_shared_views_and_names_the_current_one(
    browser_client, client, space, query
):
    saving(browser_client, space, query, name="regressed ones", shared="on")
    saving(browser_client, space, query.replace("regressed", "errors"), name="private")
    page = f"/spaces/{space.slug}/compare/?{query}"
    menu = browser_client.get(page).context["views"]
    assert [one.name for one in menu.own] == ["private", "regressed ones"]
    assert menu.current.name == "regressed ones"
    theirs = colleague(client, space).get(page).context["views"]
    assert [one.name for one in theirs.shared] == ["regressed ones"]
    assert theirs.own == []


def test_saving_under_the_same_name_overwrites(browser_client, space, query):
    saving(browser_client, space, query)
    saving(browser_client, space, query.replace("regressed", "improved"))
    assert "only=improved" in SavedView.objects.get().query


def test_a_view_is_renamed_and_shared(browser_client, client, space, query):
    saving(browser_client, space, query)
    browser_client.post(
        f"{link_to(space)}/change?{query}", {"name": "ours", "shared": "on"}
    )
    assert colleague(client, space).get(link_to(space, "ours")).status_code == 302


def test_two_views_of_one_owner_cannot_have_one_name(browser_client, space, query):
    saving(browser_client, space, query, name="first")
    saving(browser_client, space, query, name="second")
    browser_client.post(f"{link_to(space, 'second')}/change?{query}", {"name": "first"})
    assert {one.name for one in SavedView.objects.all()} == {"first", "second"}


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_view_needs_a_name(browser_client, space, query, name):
    assert saving(browser_client, space, query, name=name).status_code == 422
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"), [(Role.ADMIN, 302), (Role.MEMBER, 403), (Role.READ_ONLY, 403)]
)
def test_only_its_owner_or_an_admin_of_the_space_deletes_a_view(
    browser_client, client, space, query, role, status
):
    saving(browser_client, space, query, shared="on")
    answer = colleague(client, space, role).post(f"{link_to(space)}/delete?{query}")
    assert answer.status_code == status
    assert SavedView.objects.exists() == (status != 302)


def test_those_who_may_only_look_save_nothing(client, space, query):
    answer = saving(colleague(client, space, Role.READ_ONLY), space, query)
    assert answer.status_code == 403


def test_many_views_cost_no_more_queries_than_one(browser_client, space, query):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries():
        page = f"/spaces/{space.slug}/compare/?{query}"
        browser_client.get(page)
        with CaptureQueriesContext(connection) as seen:
            browser_client.get(page)
        return len(seen)

    saving(browser_client, space, query, name="first")
    before = queries()
    for number in range(5):
        saving(browser_client, space, query, name=f"view {number}", shared="on")
    assert queries() == before
