"""No key is anywhere in the clear: database, log, answers, error pages (BI-6)."""

import logging
import pickle

import pytest
from django.db import connection
from django.test import Client, override_settings

from experiments_ui.accounts.models import AccountRole
from experiments_ui.integrations import actions, testing
from experiments_ui.integrations.models import Integration
from experiments_ui.spaces.models import Role
from tests import make

KEY = "sk-very-secret-0123456789"
HEADER = "header-value-secret-987"
SECRETS = (KEY, HEADER)
PAGE = "/spaces/acme/settings/integrations/"


def assert_hidden(text, *, tokens=()):
    for secret in (*SECRETS, *tokens):
        assert secret not in text


@pytest.fixture
def people(space):
    return [
        make.user(account_role=AccountRole.ADMIN),
        *(make.member(space, role=role) for role in Role),
        make.user(),
    ]


@pytest.fixture
def stored(space, provider):
    return make.integration(
        name="models",
        provider="CUSTOM",
        base_url=provider.base_url,
        api_key=KEY,
        headers={"X-Team": HEADER},
        model_names=["small"],
        scopings=[actions.Scope(space=space)],
    )


def tokens_of(stored):
    return (stored.api_key.token, stored.headers.token)


def test_the_database_has_no_secret_in_any_table(stored):
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            assert_hidden(str(cursor.fetchall()))


def test_no_answer_and_no_page_shows_a_secret_to_anyone(stored, people):
    from experiments_ui import ids

    number = ids.encode("LlmIntegration", stored.pk)
    for person in people:
        wire, browser = make.wire(person), Client()
        browser.force_login(person)
        answers = [
            wire.get("/ai-integrations"),
            wire.get(f"/ai-integrations/{number}"),
            wire.patch(f"/ai-integrations/{number}", {"name": "models"}),
            browser.get(PAGE),
            browser.get(f"{PAGE}{stored.pk}/"),
            browser.get(f"{PAGE}{stored.pk}/?provider=OPEN_AI"),
            browser.post(f"{PAGE}{stored.pk}/", {"api_key": KEY, "headers": "x"}),
            browser.post(f"{PAGE}{stored.pk}/test", follow=True),
            browser.get("/spaces/acme/settings/"),
        ]
        for answer in answers:
            text = answer.content.decode() + str(answer.headers)
            assert_hidden(text, tokens=tokens_of(stored))


@pytest.mark.parametrize(
    "wrong",
    [
        {"api_key": f"{KEY}\n"},
        {"api_key": [KEY]},
        {"headers": {"X": f"{HEADER}\r\n"}},
        {"headers": {f"{HEADER} ": "x"}},
        {"headers": {"X": [HEADER]}},
        {"headers": [HEADER]},
        {"api_key": KEY, "name": ""},
    ],
)
def test_a_refusal_repeats_no_secret(stored, people, wrong, caplog):
    with caplog.at_level(logging.DEBUG):
        body = {"name": "x", "provider": "OPEN_AI"} | wrong
        answer = make.wire(people[0]).post("/ai-integrations", body)
    assert answer.status_code == 422
    assert_hidden(answer.content.decode() + caplog.text)


@override_settings(DEBUG_PROPAGATE_EXCEPTIONS=False)
def test_a_fault_shows_and_logs_no_secret(people, space, monkeypatch, caplog):
    def fail(*_, **__):
        raise RuntimeError("broken")

    monkeypatch.setattr(actions.checks, "check_metadata", fail)
    body = {"name": "x", "provider": "OPEN_AI", "api_key": KEY}
    wire = make.wire(people[0])
    wire.client.raise_request_exception = False
    browser = Client(raise_request_exception=False)
    browser.force_login(people[0])
    sent = {"name": "x", "api_key": KEY, "auth_type": "DEFAULT", "scope": "space"}
    with caplog.at_level(logging.DEBUG):
        answers = [
            wire.post("/ai-integrations", body),
            browser.post(f"{PAGE}new?provider=OPEN_AI", sent),
        ]
    assert [answer.status_code for answer in answers] == [500, 500]
    for answer in answers:
        assert_hidden(answer.content.decode())
    assert "broken" in caplog.text
    assert_hidden(caplog.text)


def test_a_provider_that_repeats_the_key_is_not_repeated(stored, provider, caplog):
    from django.utils import timezone

    from tests.fakes.openai_server import Reply

    for status in (200, 400, 401, 500):
        provider.reply = lambda _, status=status: Reply(f"{KEY} {HEADER}", status)
        with caplog.at_level(logging.DEBUG):
            trial = testing.try_out(stored, model="small", now=timezone.now())
        assert_hidden(repr(trial) + caplog.text)
    stored.refresh_from_db()
    assert_hidden(str(stored.test_result))


def test_an_object_that_is_copied_or_printed_carries_tokens_only(stored):
    found = Integration.objects.get(pk=stored.pk)
    assert_hidden(repr(vars(found)) + str(found))
    assert_hidden(pickle.dumps(found).decode("latin-1"))
