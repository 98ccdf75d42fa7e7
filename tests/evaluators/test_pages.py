"""The pages of evaluators: reading, writing, comparing versions, trying a check."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from experiments_ui.evaluators import actions
from experiments_ui.evaluators.catalogue import FAMILIES
from experiments_ui.evaluators.checks import CHECKS
from experiments_ui.evaluators.models import Evaluator, EvaluatorVersion
from experiments_ui.evaluators.queries import config_of
from experiments_ui.spaces.models import Role
from tests import make
from tests.evaluators.conftest import template_config

LIST = "/spaces/acme/evaluators/"


def make_judge(space, integration, *, name="judge", by=None, **changes):
    new = actions.NewEvaluator(name, "what for", "TEMPLATE")
    config = template_config(integration, **changes)
    version = actions.NewVersion(config, "first", integration)
    by = by or make.member(space)
    return actions.create_evaluator(
        space, new, version=version, by=by, now=timezone.now()
    ).evaluator


def add(evaluator, config, message, integration=None):
    version = actions.NewVersion(config, message, integration)
    actions.add_version(evaluator, version, by=evaluator.created_by, now=timezone.now())


@pytest.fixture
def evaluator(space, integration, member):
    return make_judge(space, integration, by=member)


def text(answer):
    return answer.content.decode()


def judge_fields(usable, **changes):
    return {
        "name": "fresh",
        "description": "",
        "column": "correctness",
        "template": "Is {output} right?\r\nSay so.",
        "label": ["correct", "incorrect", ""],
        "score": ["1", "0.5", ""],
        "direction": "MAXIMIZE",
        "data_granularity": "SPAN",
        "include_explanations": "on",
        "integration": usable.pk,
        "model_name": "small",
        "invocation_parameters": '{"temperature": 0}',
        "provider_parameters": "",
        "commit_message": "first",
    } | changes


def test_an_empty_list_offers_the_catalogue(browser_client):
    page = text(browser_client.get(LIST))
    assert "No evaluators yet" in page
    for family in FAMILIES.values():
        assert f"?from={family.column_name}" in page
    for key in CHECKS:
        assert f"?check={key}" in page


def test_the_list_shows_what_each_evaluator_is(browser_client, evaluator):
    page = text(browser_client.get(LIST))
    for shown in ("judge", "Judge", "v1", "small", "correct", "incorrect"):
        assert shown in page
    assert "No evaluator has this" in text(browser_client.get(LIST, {"q": "xyz"}))


def test_a_judge_is_made_with_its_labels_in_order(browser_client, integration):
    sent = judge_fields(integration)
    answer = browser_client.post(f"{LIST}new?from=correctness", sent)
    version = EvaluatorVersion.objects.get()
    assert answer.headers["Location"] == f"{LIST}{version.evaluator_id}/"
    config = config_of(version)
    assert list(config["classification_choices"].items()) == [
        ("correct", 1),
        ("incorrect", 0.5),
    ]
    assert config["template"] == "Is {output} right?\nSay so."
    assert (version.integration, config["include_explanations"]) == (integration, True)


@pytest.mark.parametrize("start", [*FAMILIES, "blank"])
def test_the_form_begins_with_the_family(browser_client, start):
    answer = browser_client.get(f"{LIST}new", {"from": start})
    assert answer.status_code == 200
    if start != "blank":
        assert f'value="{FAMILIES[start].column_name}"' in text(answer)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"column": "a/b"}, "Use letters, digits"),
        ({"template": "nothing"}, "Name at least one variable"),
        ({"score": ["one", "0", ""]}, "Each row has a label"),
        ({"label": ["", "b", ""]}, "Each row has a label"),
        ({"label": ["a", "a", ""]}, "A label is there twice"),
        ({"label": ["a", "A", ""]}, "Two labels differ in nothing but case"),
        ({"invocation_parameters": "{"}, "This is no JSON"),
        ({"provider_parameters": "[]"}, "Write a JSON object"),
        ({"integration": 999_999}, "Select a valid choice"),
        ({"commit_message": "x" * 1001}, "at most 1000"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(browser_client, integration, changes, said):
    sent = judge_fields(integration, **changes)
    answer = browser_client.post(f"{LIST}new?from=blank", sent)
    assert answer.status_code == 400
    assert said in text(answer)
    assert not Evaluator.objects.exists()


def test_a_name_that_is_taken_is_said_at_the_name(
    browser_client, integration, evaluator
):
    sent = judge_fields(integration, name="judge")
    answer = browser_client.post(f"{LIST}new?from=blank", sent)
    assert "exists already" in text(answer)
    assert 'id="id_name_error"' in text(answer)


def test_an_integration_of_another_space_is_not_on_offer(browser_client, space):
    from tests.evaluators.conftest import make_integration

    other = make_integration(make.space("other"), "hidden integration")
    assert "hidden integration" not in text(browser_client.get(f"{LIST}new?from=blank"))
    answer = browser_client.post(f"{LIST}new?from=blank", judge_fields(other))
    assert answer.status_code == 400


def check_fields(**changes):
    return {
        "name": "alike",
        "column": "alike",
        "variable": "output",
        "expected_variable": "expected",
        "p_threshold": "0.5",
        "p_expected": "",
        "commit_message": "first",
    } | changes


def test_a_check_is_made_changed_and_its_labels_are_pass_and_fail(browser_client):
    browser_client.post(f"{LIST}new?check=SIMILARITY", check_fields())
    version = EvaluatorVersion.objects.get()
    assert config_of(version) == {
        "type": "CUSTOM",
        "name": "alike",
        "code": "# experiments-ui check: SIMILARITY",
        "variables": ["output", "expected"],
        "static_params": [
            {"name": "threshold", "type": "STRING", "default_value": "0.5"}
        ],
    }
    address = f"{LIST}{version.evaluator_id}/"
    assert "Similarity" in text(browser_client.get(address))
    assert 'value="0.5"' in text(browser_client.get(f"{address}edit"))
    browser_client.post(f"{address}edit", check_fields(p_threshold="0.9"))
    assert EvaluatorVersion.objects.count() == 2


def test_a_parameter_of_no_use_is_said_at_its_field(browser_client):
    sent = check_fields(p_pattern="(", variable="output")
    answer = browser_client.post(f"{LIST}new?check=MATCHES_REGEX", sent)
    assert 'id="id_p_pattern_error"' in text(answer)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sample": "abcd", "sample_expected": "abcx"}, "75.0% alike"),
        ({"sample": "a", "sample_expected": "z"}, "fail"),
        ({"sample": "a" * 20_001}, "skipped"),
        ({"p_threshold": "2"}, "cannot run"),
        ({"name": "", "column": "", "sample": "a", "sample_expected": "a"}, "pass"),
        ({"sample": "<script>", "sample_expected": "<script>"}, "pass"),
    ],
)
def test_a_check_is_tried_on_a_sample_and_nothing_is_stored(
    browser_client, space, changes, said
):
    answer = browser_client.post(
        f"{LIST}try/SIMILARITY", check_fields(**changes), headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert said in text(answer)
    assert "<script>" not in text(answer)
    assert not Evaluator.objects.exists()


def test_without_scripts_a_try_is_a_page(browser_client):
    answer = browser_client.post(f"{LIST}try/LENGTH", {"sample": "abc"})
    assert "<h1>Trying a check</h1>" in text(answer)


def test_the_prompt_is_shown_with_its_variables_and_harmless(
    browser_client, space, integration, member
):
    template = "Judge {output} <script>alert(1)</script> {{ 7*7 }} {x.__class__}"
    found = make_judge(space, integration, name="b", by=member, template=template)
    page = text(browser_client.get(f"{LIST}{found.pk}/"))
    assert '<mark class="variable">{output}</mark>' in page
    assert "<script>alert" not in page
    assert "{{ 7*7 }} {x.__class__}" in page


def test_two_versions_are_compared_by_word_and_by_setting(
    browser_client, evaluator, integration
):
    config = template_config(
        integration,
        template="Is {output} helpful about {input}?",
        classification_choices={"correct": 1, "incorrect": -1, "unsure": 0},
    )
    add(evaluator, config, "second", integration)
    page = text(browser_client.get(f"{LIST}{evaluator.pk}/?version=2&against=1"))
    assert "<del>right </del><ins>helpful </ins>" in page
    assert "classification_choices.incorrect" in page
    assert "classification_choices.unsure" in page
    same = text(browser_client.get(f"{LIST}{evaluator.pk}/?version=2&against=2"))
    assert "The text is the same." in same
    assert "The settings are the same." in same


def test_an_earlier_version_says_that_it_is_one(browser_client, evaluator, integration):
    add(evaluator, template_config(integration), "second", integration)
    address = f"{LIST}{evaluator.pk}/"
    assert "This is an earlier version" in text(
        browser_client.get(f"{address}?version=1")
    )
    assert "This is an earlier version" not in text(browser_client.get(address))
    for missing in ("?version=9", "?against=9"):
        assert browser_client.get(address + missing).status_code == 404


def test_a_next_version_begins_with_the_one_before(
    browser_client, evaluator, integration
):
    address = f"{LIST}{evaluator.pk}/edit"
    page = text(browser_client.get(address))
    for shown in (
        "Is {output} right about {input}?",
        'value="incorrect"',
        "temperature",
    ):
        assert shown in page
    assert 'name="name"' not in page
    browser_client.post(address, judge_fields(integration, commit_message="next"))
    latest = evaluator.versions.get(number=2)
    assert latest.commit_message == "next"


def test_custom_python_is_shown_and_said_not_to_run(browser_client, space, member):
    config = {
        "type": "CUSTOM",
        "name": "mine",
        "code": "import this",
        "variables": ["output"],
    }
    made = actions.create_evaluator(
        space,
        actions.NewEvaluator("mine", None, "CODE"),
        version=actions.NewVersion(config, "first"),
        by=member,
        now=timezone.now(),
    )
    page = text(browser_client.get(f"{LIST}{made.evaluator_id}/"))
    assert "import this" in page
    assert "does not run it" in page
    edit = browser_client.get(f"{LIST}{made.evaluator_id}/edit")
    assert "changed by a client" in text(edit)


def test_an_evaluator_without_versions_says_so(browser_client, evaluator):
    EvaluatorVersion.objects.all().delete()
    assert "No versions" in text(browser_client.get(f"{LIST}{evaluator.pk}/"))
    assert "none" in text(browser_client.get(LIST))


def test_it_is_renamed_and_deleted(browser_client, evaluator):
    address = f"{LIST}{evaluator.pk}/"
    browser_client.post(f"{address}rename", {"name": "new name", "description": ""})
    evaluator.refresh_from_db()
    assert (evaluator.name, evaluator.description) == ("new name", None)
    browser_client.post(f"{address}delete")
    assert not Evaluator.objects.exists()


def test_readers_read_and_members_write_and_strangers_find_nothing(space, evaluator):
    address = f"{LIST}{evaluator.pk}/"
    reads = (LIST, address)
    writes = (f"{LIST}new", f"{address}edit")
    for role, read, write in (
        (Role.READ_ONLY, 200, 403),
        (Role.ANNOTATOR, 403, 403),
        (Role.MEMBER, 200, 200),
        (None, 404, 404),
    ):
        client = Client()
        client.force_login(make.member(space, role=role) if role else make.user())
        assert {client.get(one).status_code for one in reads} == {read}
        assert {client.get(one).status_code for one in writes} == {write}
        if write != 200:
            for one in (f"{address}rename", f"{address}delete", f"{LIST}try/LENGTH"):
                assert client.post(one).status_code == write
    assert Evaluator.objects.exists()
    assert "New evaluator" not in text(reader_of(space).get(LIST))


def reader_of(space):
    client = Client()
    client.force_login(make.member(space, role=Role.READ_ONLY))
    return client


def test_an_evaluator_is_found_in_its_own_space_only(browser_client, member, evaluator):
    from experiments_ui.spaces import actions as spaces

    other = make.space("other")
    spaces.set_role(other, user=member, role=Role.MEMBER)
    address = f"/spaces/other/evaluators/{evaluator.pk}/"
    assert browser_client.get(address).status_code == 404


def test_pages_take_the_same_queries_for_any_number_of_rows(
    browser_client, space, member, integration, evaluator
):
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as seen:
            browser_client.get(LIST)
            browser_client.get(f"{LIST}{evaluator.pk}/")
        counts.append(len(seen))
        for one in range(6):
            make_judge(space, integration, name=f"{number}-{one}", by=member)
            add(evaluator, template_config(integration), f"{one}", integration)
    assert counts[0] == counts[1]
