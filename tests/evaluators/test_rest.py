"""Evaluators over REST: what is stored comes back, and what breaks a rule is named."""

import pytest

from experiments_ui import ids
from experiments_ui.evaluators.catalogue import FAMILIES
from experiments_ui.spaces.models import Role
from tests import make
from tests.evaluators.conftest import make_integration, template_config


def body(space, *, name="judge", kind="TEMPLATE", message="first", **configs):
    return {
        "space_id": ids.encode("Space", space.pk),
        "name": name,
        "type": kind,
        "version": {"commit_message": message, **configs},
    }


@pytest.fixture
def made(wire, space, judge):
    answer = wire.post("/evaluators", body(space, template_config=judge))
    assert answer.status_code == 201, answer.content
    return answer.json()


def path(made):
    return f"/evaluators/{made['id']}"


def fields(answer):
    return [error["field"] for error in answer.json().get("errors", [])]


def test_a_judge_comes_back_as_it_was_sent(wire, space, member, judge, made):
    assert (made["name"], made["type"]) == ("judge", "TEMPLATE")
    assert made["description"] is None
    assert made["created_by_user_id"] == ids.encode("User", member.pk)
    version = made["version"]
    assert version["evaluator_id"] == made["id"]
    assert version["commit_message"] == "first"
    config = version["template_config"]
    assert {name: config[name] for name in judge} == judge
    assert list(config["classification_choices"]) == ["correct", "incorrect"]
    assert config["use_function_calling_if_available"] is False
    assert (config["use_structured_output"], config["direction"]) == (True, "MAXIMIZE")
    assert config["data_granularity"] == "SPAN"
    assert "code_config" not in version
    assert wire.get(path(made)).json() == made


def test_a_check_comes_back_as_it_was_sent(wire, space, regex):
    made = wire.post("/evaluators", body(space, kind="CODE", code_config=regex)).json()
    assert made["version"]["type"] == "CODE"
    assert made["version"]["code_config"] == regex
    assert "template_config" not in made["version"]


def test_custom_python_is_stored(wire, space):
    config = {
        "type": "CUSTOM",
        "name": "mine",
        "code": "class Mine(CodeEvaluator):\n    ...",
        "imports": "import os",
        "variables": ["output"],
        "static_params": [],
        "query_filter": None,
        "data_granularity": None,
    }
    answer = wire.post("/evaluators", body(space, kind="CODE", code_config=config))
    assert answer.status_code == 201
    assert answer.json()["version"]["code_config"] == config


def test_our_own_checks_are_one_line_of_custom_code(wire, space):
    config = {
        "type": "CUSTOM",
        "name": "alike",
        "code": "# experiments-ui check: SIMILARITY",
        "variables": ["output", "expected"],
        "static_params": [
            {"name": "threshold", "type": "STRING", "default_value": "0.9"}
        ],
    }
    answer = wire.post("/evaluators", body(space, kind="CODE", code_config=config))
    assert answer.json()["version"]["code_config"] == config
    config["code"] = "# experiments-ui check: MAGIC"
    answer = wire.post(
        "/evaluators", body(space, name="b", kind="CODE", code_config=config)
    )
    assert (answer.status_code, fields(answer)) == (422, ["code_config.code"])


def test_either_name_of_the_wish_for_function_calls_is_taken(wire, space, integration):
    hashes = set()
    for name in ("use_function_calling", "use_function_calling_if_available"):
        config = template_config(integration)
        del config["use_function_calling"]
        config[name] = True
        sent = body(space, name=name, template_config=config)
        version = wire.post("/evaluators", sent).json()["version"]
        config = version["template_config"]
        assert config["use_function_calling"] is True
        assert config["use_function_calling_if_available"] is True
        hashes.add(version["commit_hash"])
    assert len(hashes) == 1


def test_an_old_client_gets_the_one_name_it_knows(wire, made):
    old = {"sdk-language": "python", "sdk-version": "8.42.0"}
    for address in (path(made), f"/evaluator-versions/{made['version']['id']}"):
        answer = wire.client.get(f"/v2{address}", headers=old).json()
        config = answer.get("version", answer)["template_config"]
        assert "use_function_calling" not in config
        assert config["use_function_calling_if_available"] is False


LLM = "version.template_config.llm_config"
LONG = "x" * 256


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "a/b"}, "template_config.name"),
        ({"name": " "}, "template_config.name"),
        ({"name": LONG}, "template_config.name"),
        ({"name": None}, "version.template_config.name"),
        ({"template": "no variable {{here}}"}, "template_config.template"),
        ({"template": 1}, "version.template_config.template"),
        (
            {"include_explanations": "yes"},
            "version.template_config.include_explanations",
        ),
        (
            {"use_function_calling": None},
            "version.template_config.use_function_calling",
        ),
        (
            {"use_function_calling_if_available": True},
            "template_config.use_function_calling",
        ),
        ({"classification_choices": {}}, "template_config.classification_choices"),
        (
            {"classification_choices": []},
            "version.template_config.classification_choices",
        ),
        (
            {"classification_choices": {" ": 1}},
            "template_config.classification_choices",
        ),
        (
            {"classification_choices": {"A": 1, "a": 0}},
            "template_config.classification_choices",
        ),
        (
            {"classification_choices": {"a": "1"}},
            "version.template_config.classification_choices.a",
        ),
        (
            {"classification_choices": {"a": True}},
            "version.template_config.classification_choices.a",
        ),
        ({"direction": "UP"}, "version.template_config.direction"),
        ({"data_granularity": "ROW"}, "version.template_config.data_granularity"),
        ({"unknown": 1}, "version.template_config.unknown"),
        ({"llm_config": {}}, f"{LLM}.ai_integration_id"),
        ({"llm_config": None}, LLM),
    ],
)
def test_what_is_wrong_with_a_judge_is_named(wire, space, judge, changes, field):
    answer = wire.post("/evaluators", body(space, template_config=judge | changes))
    assert answer.status_code == 422
    assert field in fields(answer)
    assert wire.get("/evaluators").json()["evaluators"] == []


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({"temperature": "hot"}, 422),
        ({"max_tokens": 1.5}, 422),
        ({"max_tokens": True}, 422),
        ([], 422),
        ({"temperature": 0.5, "max_tokens": None, "seed": 7, "stop": ["a"]}, 201),
    ],
)
def test_parameters_of_the_call_have_types_and_unknown_ones_are_kept(
    wire, space, judge, parameters, status
):
    judge["llm_config"]["invocation_parameters"] = parameters
    answer = wire.post("/evaluators", body(space, template_config=judge))
    assert answer.status_code == status
    if status == 201:
        config = answer.json()["version"]["template_config"]
        kept = config["llm_config"]["invocation_parameters"]
        assert kept == {"temperature": 0.5, "seed": 7, "stop": ["a"]}


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"type": "MAGIC"}, 422, "version.code_config.type"),
        (
            {"managed_evaluator": "SIMILARITY"},
            422,
            "version.code_config.managed_evaluator",
        ),
        ({"name": "a/b"}, 422, "code_config.name"),
        ({"variables": []}, 422, "code_config.variables"),
        ({"variables": ["a", "b"]}, 422, "code_config.variables"),
        ({"variables": "output"}, 422, "version.code_config.variables"),
        ({"static_params": []}, 400, "code_config.static_params"),
        ({"static_params": None}, 400, "code_config.static_params"),
        ({"code": "x"}, 422, "version.code_config.code"),
        ({"query_filter": 1}, 422, "version.code_config.query_filter"),
    ],
)
def test_what_is_wrong_with_a_check_is_named(
    wire, space, regex, changes, status, field
):
    answer = wire.post(
        "/evaluators", body(space, kind="CODE", code_config=regex | changes)
    )
    assert (answer.status_code, fields(answer)) == (status, [field])


@pytest.mark.parametrize(
    ("parameter", "status"),
    [
        ({"type": "REGEX", "default_value": ["a"]}, 400),
        ({"type": "STRING", "default_value": 1}, 400),
        ({"type": "STRING_ARRAY", "default_value": "a"}, 400),
        ({"type": "REGEX", "default_value": "("}, 422),
        ({"type": "REGEX", "default_value": "(?<=a)b"}, 422),
        ({"type": "NUMBER", "default_value": "a"}, 422),
        ({"type": "REGEX"}, 422),
    ],
)
def test_a_parameter_of_another_type_is_400_and_one_of_no_use_422(
    wire, space, regex, parameter, status
):
    regex["static_params"] = [{"name": "pattern"} | parameter]
    answer = wire.post("/evaluators", body(space, kind="CODE", code_config=regex))
    assert answer.status_code == status
    assert "static_params[0]" in fields(answer)[0]


def test_the_config_has_to_be_the_one_of_the_type(wire, space, judge, regex):
    wrong = [
        body(space, code_config=regex),
        body(space, kind="CODE", template_config=judge),
        body(space),
        body(space, template_config=judge, code_config=regex),
        body(space, kind="HARNESS", template_config=judge),
        body(space, message="", template_config=judge),
        body(space, message="x" * 1001, template_config=judge),
    ]
    for sent in wrong:
        assert wire.post("/evaluators", sent).status_code == 422


def test_remote_evaluators_are_refused_with_403(wire, space, made, integration):
    remote = {"integration_id": ids.encode("LlmIntegration", integration.pk)}
    sent = body(space, kind="REMOTE", remote_config=remote)
    assert wire.post("/evaluators", sent).status_code == 403
    sent = {"commit_message": "m", "remote_config": remote}
    assert wire.post(f"{path(made)}/versions", sent).status_code == 403


def test_an_integration_of_another_space_is_absent(wire, space, judge):
    other = make_integration(make.space("other"), "theirs")
    sent = judge["llm_config"]
    sent["ai_integration_id"] = ids.encode("LlmIntegration", other.pk)
    config = judge | {"llm_config": sent}
    answer = wire.post("/evaluators", body(space, template_config=config))
    assert answer.status_code == 404
    sent["ai_integration_id"] = ids.encode("LlmIntegration", 999_999)
    answer = wire.post("/evaluators", body(space, template_config=config))
    assert answer.status_code == 404
    sent["ai_integration_id"] = ids.encode("Dataset", 1)
    answer = wire.post("/evaluators", body(space, template_config=config))
    assert answer.status_code == 400


def test_a_name_is_taken_once_in_a_space(wire, space, member, judge, made):
    again = wire.post("/evaluators", body(space, template_config=judge))
    assert again.status_code == 409
    other = wire.post("/evaluators", body(space, name="b", template_config=judge))
    renamed = wire.patch(path(other.json()), {"name": "judge"})
    assert renamed.status_code == 409


def test_name_and_description_can_be_changed(wire, made):
    changed = wire.patch(path(made), {"name": "new", "description": "what for"}).json()
    assert (changed["name"], changed["description"]) == ("new", "what for")
    assert "version" not in changed
    assert changed["updated_at"] > made["updated_at"]
    assert wire.patch(path(made), {"description": None}).json()["description"] is None
    for wrong in ({}, {"type": "CODE"}, {"name": ""}, {"name": None}):
        assert wire.patch(path(made), wrong).status_code == 422


def test_versions_are_appended_and_the_newest_is_first(wire, made, judge):
    sent = {"commit_message": "second", "template_config": judge | {"name": "c2"}}
    second = wire.post(f"{path(made)}/versions", sent)
    assert second.status_code == 201
    first, second = made["version"], second.json()
    assert first["commit_hash"] != second["commit_hash"]
    listed = wire.get(f"{path(made)}/versions").json()
    assert listed["evaluator_versions"] == [second, first]
    now = wire.get(path(made)).json()
    assert now["version"] == second
    assert now["updated_at"] > made["updated_at"]
    earlier = wire.get(path(made), version_id=first["id"]).json()
    assert earlier["version"] == first
    assert wire.get(f"/evaluator-versions/{first['id']}").json() == first


def test_versions_come_in_pages(wire, made, judge):
    for number in range(3):
        sent = {"commit_message": f"{number}", "template_config": judge}
        wire.post(f"{path(made)}/versions", sent)
    page = wire.get(f"{path(made)}/versions", limit=3).json()
    rest = wire.get(
        f"{path(made)}/versions", limit=3, cursor=page["pagination"]["next_cursor"]
    ).json()
    messages = [
        one["commit_message"]
        for one in page["evaluator_versions"] + rest["evaluator_versions"]
    ]
    assert messages == ["2", "1", "0", "first"]
    assert rest["pagination"] == {"has_more": False}


def test_a_version_has_the_type_of_its_evaluator(wire, made, regex):
    sent = {"commit_message": "m", "code_config": regex}
    answer = wire.post(f"{path(made)}/versions", sent)
    assert (answer.status_code, fields(answer)) == (422, ["template_config"])


def test_versions_are_deleted_and_the_others_passed_over(wire, space, made, judge):
    other = wire.post(
        "/evaluators", body(space, name="b", template_config=judge)
    ).json()
    foreign, unknown = other["version"]["id"], ids.encode("EvaluatorVersion", 999_999)
    own = made["version"]["id"]
    sent = {"version_ids": [own, foreign, unknown, own]}
    answer = wire.delete(f"{path(made)}/versions", sent)
    assert answer.status_code == 200
    assert answer.json() == {
        "completed": True,
        "deleted_version_ids": [own],
        "not_deleted_version_ids": [foreign, unknown],
    }
    assert wire.get(f"/evaluator-versions/{own}").status_code == 404
    assert wire.get(path(made)).status_code == 404
    sent = {"commit_message": "again", "template_config": judge}
    wire.post(f"{path(made)}/versions", sent)
    assert wire.get(path(made)).json()["version"]["commit_message"] == "again"


@pytest.mark.parametrize(
    "sent", [[], ["x"], "x", None, ["RGF0YXNldDoxOmFC"], ["x"] * 101]
)
def test_a_list_of_versions_that_cannot_be_read_is_400(wire, made, sent):
    answer = wire.delete(f"{path(made)}/versions", {"version_ids": sent})
    assert answer.status_code in ({400, 422} if sent is None else {400})


def test_an_evaluator_is_deleted_with_its_versions(wire, made):
    answer = wire.delete(path(made))
    assert (answer.status_code, answer.content) == (204, b"")
    assert wire.get(path(made)).status_code == 404
    assert wire.get(f"/evaluator-versions/{made['version']['id']}").status_code == 404


def test_lists_are_filtered_and_what_changed_last_is_first(wire, space, judge, made):
    wire.post("/evaluators", body(space, name="Other", template_config=judge))
    assert names(wire.get("/evaluators")) == ["Other", "judge"]
    wire.patch(path(made), {"description": "d"})
    assert names(wire.get("/evaluators")) == ["judge", "Other"]
    assert names(wire.get("/evaluators", name="OTH")) == ["Other"]
    assert names(wire.get("/evaluators", space_name="nothing")) == []
    assert names(wire.get("/evaluators", space_id=ids.encode("Space", space.pk)))
    page = wire.get("/evaluators", limit=1).json()
    cursor = page["pagination"]["next_cursor"]
    assert names(wire.get("/evaluators", limit=1, cursor=cursor)) == ["Other"]


def names(answer):
    return [one["name"] for one in answer.json()["evaluators"]]


def test_readers_read_annotators_do_not_and_strangers_see_nothing(space, made, judge):
    version = f"/evaluator-versions/{made['version']['id']}"
    sent = {"commit_message": "m", "template_config": judge}
    reader = make.wire(make.member(space, role=Role.READ_ONLY))
    assert names(reader.get("/evaluators")) == ["judge"]
    assert reader.get(path(made)).status_code == reader.get(version).status_code == 200
    assert reader.post(f"{path(made)}/versions", sent).status_code == 403
    assert reader.patch(path(made), {"name": "x"}).status_code == 403
    assert reader.delete(path(made)).status_code == 403
    annotator = make.wire(make.member(space, role=Role.ANNOTATOR))
    assert names(annotator.get("/evaluators")) == []
    assert annotator.get(path(made)).status_code == 403
    stranger = make.wire(make.user())
    assert names(stranger.get("/evaluators")) == []
    for address in (
        path(made),
        version,
        f"{path(made)}/versions",
        f"{path(made)}/tags",
    ):
        assert stranger.get(address).status_code == 404


def test_deleting_an_integration_leaves_the_version_as_it_was(wire, made, integration):
    integration.delete()
    assert wire.get(path(made)).json()["version"] == made["version"]


def test_tags_are_put_on_and_taken_off(wire, space, made):
    tag = wire.post(
        "/tags", {"space_id": ids.encode("Space", space.pk), "name": "ours"}
    ).json()
    put = wire.post(f"{path(made)}/tags", {"tag_ids": [tag["id"]]})
    assert [one["name"] for one in put.json()["tags"]] == ["ours"]
    gone = wire.delete(f"{path(made)}/tags", {"tag_ids": [tag["id"]]})
    assert gone.json()["completed"] is True
    assert wire.get(f"{path(made)}/tags").json()["tags"] == []


def test_every_template_of_the_catalogue_can_be_made_an_evaluator(
    wire, space, integration
):
    listed = wire.get("/evaluator-templates").json()
    assert list(listed) == ["evaluator_templates"]
    assert len(listed["evaluator_templates"]) == len(FAMILIES)
    for one in listed["evaluator_templates"]:
        assert one["rails"] == list(one["classification_choices"])
        config = template_config(
            integration,
            name=one["column_name"],
            template=one["template"],
            classification_choices=one["classification_choices"],
            direction=one["direction"],
        )
        sent = body(space, name=one["display_name"], template_config=config)
        assert wire.post("/evaluators", sent).status_code == 201


def test_a_list_costs_the_same_for_any_number_of_rows(
    wire, space, judge, made, django_assert_num_queries
):
    counts = []
    for number in range(2):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            wire.get("/evaluators")
            wire.get(f"{path(made)}/versions")
        counts.append(len(seen))
        for one in range(5):
            name = f"{number}-{one}"
            wire.post("/evaluators", body(space, name=name, template_config=judge))
            sent = {"commit_message": name, "template_config": judge}
            wire.post(f"{path(made)}/versions", sent)
    assert counts[0] == counts[1]
