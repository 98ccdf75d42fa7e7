"""The pages of AI integrations: made, changed, tried and deleted without JavaScript."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from experiments_ui.accounts.models import AccountRole
from experiments_ui.integrations import actions
from experiments_ui.integrations.checks import MASK
from experiments_ui.integrations.models import Integration, Provider
from experiments_ui.integrations.queries import Price
from experiments_ui.spaces.models import Role
from tests import make

LIST = "/spaces/acme/settings/integrations/"
KEY = "sk-very-secret-0123456789"


def browser_of(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def admin(space):
    """An admin of the space, signed in."""
    return browser_of(make.member(space, role=Role.ADMIN))


@pytest.fixture
def account_admin(space):
    return browser_of(make.user(account_role=AccountRole.ADMIN))


def scope(space):
    return [actions.Scope(space=space)]


def sent(**more):
    """What the form sends when nothing is typed."""
    return {
        "name": "models",
        "base_url": "",
        "auth_type": "DEFAULT",
        "api_key": "",
        "headers": "",
        "model_names": "",
        "function_calling_enabled": "on",
        "requests_per_minute": "",
        "monthly_budget": "",
        "scope": "space",
    } | more


def add(browser, provider="CUSTOM", **more):
    return browser.post(f"{LIST}new?provider={provider}", sent(**more))


def test_an_empty_list_says_what_to_do_next(admin, space, browser_client):
    assert "Add an integration" in admin.get(LIST).text
    assert "An admin of this space can add one" in browser_client.get(LIST).text


def test_one_is_added_for_the_space_and_its_key_is_never_shown(admin, space):
    answer = add(
        admin,
        base_url="http://127.0.0.1:11434/v1",
        api_key=KEY,
        headers="X-Team: blue\n\nX-More: a: b",
        model_names="one\ntwo\none\n",
        requests_per_minute="60",
        monthly_budget="12.50",
    )
    made = Integration.objects.get()
    assert answer.url == f"{LIST}{made.pk}/"
    assert made.api_key.reveal() == KEY
    assert actions.headers_of(made) == {"X-Team": "blue", "X-More": "a: b"}
    assert made.model_names == ["one", "two"]
    assert (made.requests_per_minute, made.monthly_budget) == (60, Decimal("12.50"))
    assert [scoping.space for scoping in made.scopings.all()] == [space]
    for page in (admin.get(answer.url), admin.get(LIST)):
        assert page.status_code == 200
        assert KEY not in page.text
        assert "blue" not in page.text
    assert f"X-Team: {MASK}" in admin.get(answer.url).text


@pytest.mark.parametrize("provider", Provider.values)
def test_each_provider_has_its_own_form(admin, provider):
    page = admin.get(f"{LIST}new?provider={provider}").text
    assert ("role_arn" in page) == (provider == "AWS_BEDROCK")
    assert ("project_id" in page) == (provider == "VERTEX_AI")
    needs_address = provider in {"CUSTOM", "LITELLM", "AZURE_OPEN_AI"}
    refused = add(admin, provider, name="").text
    assert ("id_base_url_error" in refused) == needs_address


def test_bedrock_and_vertex_keep_their_own_fields(admin):
    arn = "arn:aws:iam::123456789012:role/judges"
    add(admin, "AWS_BEDROCK", name="b", role_arn=arn, region="eu-central-1")
    project = {"project_id": "p-1", "location": "global", "project_access_label": "P"}
    add(admin, "VERTEX_AI", name="v", **project)
    bedrock, vertex = Integration.objects.order_by("name")
    assert bedrock.provider_metadata == {"kind": "AWS", "role_arn": arn}
    assert bedrock.region == "eu-central-1"
    assert vertex.provider_metadata == {"kind": "GCP", **project}
    page = admin.get(f"{LIST}{bedrock.pk}/").text
    assert arn in page
    assert "eu-central-1" in page


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": ""}, "name"),
        ({"base_url": ""}, "base_url"),
        ({"base_url": "http://169.254.169.254/"}, "base_url"),
        ({"base_url": "https://x@example.org/"}, "base_url"),
        ({"api_key": "two\nlines"}, "api_key"),
        ({"headers": "no colon"}, "headers"),
        ({"headers": "Host: evil"}, "headers"),
        ({"requests_per_minute": "0"}, "requests_per_minute"),
        ({"monthly_budget": "-1"}, "monthly_budget"),
        ({"monthly_budget": "lots"}, "monthly_budget"),
    ],
)
def test_a_mistake_stands_beside_its_field_and_the_key_is_not_repeated(
    admin, more, field
):
    given = {"base_url": "http://127.0.0.1/v1", "api_key": KEY} | more
    answer = add(admin, **given)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.text
    assert KEY not in answer.text
    assert not Integration.objects.exists()


def test_a_name_that_is_taken_is_told(admin, space):
    make.integration(name="models", scopings=scope(space))
    answer = add(admin, base_url="http://127.0.0.1/v1")
    assert answer.status_code == 422
    assert "exists already" in answer.text


def edit(browser, stored, **more):
    base = {
        "base_url": stored.base_url,
        "headers": "\n".join(f"{name}: {MASK}" for name in stored.header_names),
        "scope": "keep",
    }
    return browser.post(f"{LIST}{stored.pk}/", sent() | base | more)


@pytest.fixture
def stored(space):
    return make.integration(
        name="models",
        provider="CUSTOM",
        base_url="http://127.0.0.1:1/v1",
        api_key=KEY,
        headers={"X-Team": "blue"},
        scopings=scope(space),
    )


def test_an_empty_key_keeps_what_is_stored(admin, stored):
    assert edit(admin, stored, name="renamed").status_code == 302
    stored.refresh_from_db()
    assert stored.name == "renamed"
    assert stored.api_key.reveal() == KEY
    assert actions.headers_of(stored) == {"X-Team": "blue"}
    assert [scoping.space.name for scoping in stored.scopings.all()] == ["acme"]


def test_a_new_address_takes_the_key_away_and_says_so(admin, stored):
    """BI-5, on the page."""
    answer = admin.post(
        f"{LIST}{stored.pk}/",
        sent(base_url="http://127.0.0.1:2/v1", scope="keep"),
        follow=True,
    )
    assert "has no key any more" in answer.text
    stored.refresh_from_db()
    assert (stored.api_key, stored.headers) == (None, None)


def test_another_provider_is_chosen_in_two_steps(admin, stored):
    page = admin.get(f"{LIST}{stored.pk}/?provider=ANTHROPIC").text
    assert "api.anthropic.com" in page
    answer = admin.post(
        f"{LIST}{stored.pk}/?provider=ANTHROPIC", sent(scope="keep", api_key="new")
    )
    assert answer.status_code == 302
    stored.refresh_from_db()
    assert stored.provider == "ANTHROPIC"
    assert stored.api_key.reveal() == "new"
    assert admin.get(f"{LIST}{stored.pk}/?provider=NONE").status_code == 422


def test_a_stored_key_can_be_deleted(admin, stored):
    edit(admin, stored, forget_key="on")
    stored.refresh_from_db()
    assert stored.api_key is None


def test_only_account_admins_name_variables_and_only_allowed_ones(
    admin, account_admin, space, settings
):
    settings.KEY_VARIABLES = ["LLM_KEY_*", "OPENAI_API_KEY"]
    assert "api_key_env" not in admin.get(f"{LIST}new?provider=OPEN_AI").text
    add(admin, "OPEN_AI", name="mine", api_key_env="LLM_KEY_1")
    assert Integration.objects.get(name="mine").api_key_env == ""
    for refused in ("DATABASE_URL", "SECRET_KEY", "xLLM_KEY_1", "LLM_KEY_1 ", "A=B"):
        answer = add(account_admin, "OPEN_AI", api_key_env=f"{refused}!")
        assert answer.status_code == 422
        assert "id_api_key_env_error" in answer.text
    both = add(account_admin, "OPEN_AI", api_key_env="LLM_KEY_1", api_key="sk")
    assert both.status_code == 422
    add(account_admin, "OPEN_AI", name="ours", api_key_env="LLM_KEY_1")
    ours = Integration.objects.get(name="ours")
    assert (ours.api_key_env, ours.has_api_key) == ("LLM_KEY_1", True)
    # An admin of the space who re-points it does not get the server's key sent there.
    edit(admin, ours, name="ours", base_url="http://127.0.0.1:9/v1")
    ours.refresh_from_db()
    assert (ours.api_key_env, ours.has_api_key) == ("", False)


def test_account_admins_choose_how_far_it_reaches(account_admin, admin, space):
    assert "All spaces" not in admin.get(f"{LIST}new?provider=OPEN_AI").text
    assert add(admin, "OPEN_AI", scope="account").status_code == 422
    for name, wide, count in (("account", True, 1), ("organization", False, 1)):
        add(account_admin, "OPEN_AI", name=name, scope=name)
        made = Integration.objects.get(name=name)
        assert (made.is_account_wide, made.scopings.count()) == (wide, count)
    edit(account_admin, made, name="narrowed", scope="space")
    made.refresh_from_db()
    assert [one.space for one in made.scopings.all()] == [space]


def test_members_see_names_and_no_limits(browser_client, stored):
    page = browser_client.get(LIST).text
    assert "models" in page
    assert "Only its admins" in page
    assert "http://127.0.0.1" not in page
    assert browser_client.get(f"{LIST}{stored.pk}/").status_code == 403
    for action in ("test", "delete", "prices"):
        answer = browser_client.post(f"{LIST}{stored.pk}/{action}")
        assert answer.status_code == 403
    assert browser_client.get(f"{LIST}new").status_code == 403


@pytest.mark.parametrize("role", [Role.READ_ONLY, Role.ANNOTATOR, None])
def test_others_find_nothing(space, stored, role):
    person = make.member(space, role=role) if role else make.user()
    browser = browser_of(person)
    for path in (LIST, f"{LIST}new", f"{LIST}{stored.pk}/"):
        assert browser.get(path).status_code == 404
    for action in ("test", "delete", "prices"):
        assert browser.post(f"{LIST}{stored.pk}/{action}").status_code == 404
    assert Client().get(LIST).status_code == 302


def test_what_another_space_uses_is_not_there(admin):
    other = make.space("other")
    theirs = make.integration(name="theirs", scopings=scope(other))
    assert "theirs" not in admin.get(LIST).text
    assert admin.get(f"{LIST}{theirs.pk}/").status_code == 404


def test_prices_are_saved_changed_and_taken_out(admin, stored):
    def save(*lines):
        data = {
            "prices-TOTAL_FORMS": len(lines),
            "prices-INITIAL_FORMS": 0,
        }
        for index, (name, given, taken) in enumerate(lines):
            data |= {
                f"prices-{index}-model_name": name,
                f"prices-{index}-input_usd": given,
                f"prices-{index}-output_usd": taken,
            }
        return admin.post(f"{LIST}{stored.pk}/prices", data)

    def prices():
        return {
            one.model_name: (one.input_usd, one.output_usd)
            for one in stored.prices.all()
        }

    assert save(("a", "0.25", "2"), ("", "", ""), ("b", "0", "0")).status_code == 302
    assert prices() == {"a": (Decimal("0.25"), 2), "b": (0, 0)}
    page = admin.get(f"{LIST}{stored.pk}/").text
    assert 'value="0.25"' in page
    assert save(("a", "0.25", "2"), ("b", "", "")).status_code == 302
    assert prices() == {"a": (Decimal("0.25"), 2)}
    for wrong in (
        [("a", "1", "")],
        [("", "1", "1")],
        [("a", "-1", "1")],
        [("a", "x", "1")],
        [("a", "1", "1"), ("a", "2", "2")],
    ):
        answer = save(*wrong)
        assert answer.status_code == 422, wrong
        assert "field-error" in answer.text or "is there twice" in answer.text
    assert prices() == {"a": (Decimal("0.25"), 2)}


def test_deleting_asks_nothing_more_of_the_server(admin, stored):
    answer = admin.post(f"{LIST}{stored.pk}/delete", follow=True)
    assert "is deleted" in answer.text
    assert not Integration.objects.exists()


def test_the_list_takes_the_same_queries_for_any_number(
    admin, space, django_assert_num_queries
):
    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            admin.get(LIST)
        return len(captured)

    make.integration(name="0", api_key=KEY, scopings=scope(space))
    one = queries()
    for index in range(1, 20):
        made = make.integration(name=str(index), api_key=KEY, scopings=scope(space))
        actions.set_prices(made, {"m": Price(Decimal(1), Decimal(1))})
        actions.record_spending(
            made, now=timezone.now(), usd=None, input_tokens=1, output_tokens=1
        )
    assert queries() == one


# Test


def test_a_test_makes_one_small_call_and_tells_how_it_went(admin, stored, provider):
    Integration.objects.filter(pk=stored.pk).update(base_url=provider.base_url)
    actions.set_prices(stored, {"small": Price(Decimal(1), Decimal(2))})
    answer = admin.post(f"{LIST}{stored.pk}/test", {"model": "small"}, follow=True)
    assert re.search(r"answered in \d+ ms", answer.text), answer.text
    assert "tokens in and" in answer.text
    (request,) = provider.requests
    assert request["model"] == "small"
    stored.refresh_from_db()
    assert stored.test_result["ok"] is True
    assert KEY not in str(stored.test_result)
    spending = stored.spendings.get()
    assert (spending.calls, spending.unpriced_calls) == (1, 0)
    assert spending.usd > 0
    assert "works" in admin.get(LIST).text


def test_a_failed_test_says_why_in_words_and_costs_nothing(admin, stored, provider):
    from tests.fakes.openai_server import Reply

    provider.reply = lambda _: Reply(f"wrong key {KEY}", status=401)
    Integration.objects.filter(pk=stored.pk).update(base_url=provider.base_url)
    answer = admin.post(f"{LIST}{stored.pk}/test", {"model": "small"}, follow=True)
    assert "does not accept the key" in answer.text
    assert KEY not in answer.text
    stored.refresh_from_db()
    assert stored.test_result["kind"] == "auth"
    assert KEY not in str(stored.test_result)
    assert not stored.spendings.exists()


def test_the_address_is_checked_again_when_it_is_called(admin, stored, settings):
    settings.EMBEDDED = False  # what was allowed when it was saved is so no more
    answer = admin.post(f"{LIST}{stored.pk}/test", {"model": "m"}, follow=True)
    assert "loopback" in answer.text
    stored.refresh_from_db()
    assert stored.test_result["kind"] == "blocked_host"


def test_a_spent_budget_stops_the_test(admin, stored, provider):
    Integration.objects.filter(pk=stored.pk).update(
        base_url=provider.base_url, monthly_budget=1
    )
    actions.record_spending(
        stored, now=timezone.now(), usd=Decimal(1), input_tokens=0, output_tokens=0
    )
    answer = admin.post(f"{LIST}{stored.pk}/test", {"model": "m"})
    assert answer.status_code == 422
    assert "budget is spent" in answer.text
    assert not provider.requests


def test_a_test_needs_a_model(admin, stored):
    answer = admin.post(f"{LIST}{stored.pk}/test")
    assert "Name a model" in answer.text


def test_a_key_from_the_environment_is_sent_and_a_missing_one_named(
    account_admin, space, provider, monkeypatch
):
    ours = make.integration(
        name="ours",
        provider="CUSTOM",
        base_url=provider.base_url,
        api_key_env="LLM_KEY_TEST",
    )
    url = f"{LIST}{ours.pk}/test"
    answer = account_admin.post(url, {"model": "m"}, follow=True)
    assert "no variable LLM_KEY_TEST" in answer.text
    monkeypatch.setenv("LLM_KEY_TEST", KEY)
    answer = account_admin.post(url, {"model": "m"}, follow=True)
    assert "answered in" in answer.text
    assert KEY not in answer.text


def test_an_unreadable_key_is_a_state_and_not_an_error(admin, stored, settings):
    from cryptography.fernet import Fernet

    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    assert "cannot be read" in admin.get(LIST).text
    assert "Enter it again" in admin.get(f"{LIST}{stored.pk}/").text
    answer = admin.post(f"{LIST}{stored.pk}/test", {"model": "m"}, follow=True)
    assert "Enter it again" in answer.text
