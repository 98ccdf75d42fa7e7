"""Evaluators and their versions through the Python client."""

import pytest
from arize._generated.api_client.exceptions import (
    BadRequestException,
    ConflictException,
    ForbiddenException,
    NotFoundException,
    UnprocessableEntityException,
)
from arize.evaluators.types import EvaluatorLlmConfig, TemplateConfigInput

pytest.importorskip("arize.evaluators")


@pytest.fixture
def integration(server, rest, name):
    """An integration of the space, made by the first user."""
    admin = server.new_key("integrations", role="admin")
    from tests.clients.rest import Rest

    space = rest.get("/spaces", name="demo").body["spaces"][0]["id"]
    made = Rest(server.url, admin).post(
        "/ai-integrations",
        {
            "name": name,
            "provider": "OPEN_AI",
            "api_key": "sk-nothing",
            "scopings": [{"organization_id": None, "space_id": space}],
        },
    )
    assert made.status == 201, made.body
    return made.body["id"]


def template(integration, **changes):
    llm_config = EvaluatorLlmConfig.from_dict(
        {
            "ai_integration_id": integration,
            "model_name": "small",
            "invocation_parameters": {"temperature": 0, "max_tokens": 200},
            "provider_parameters": {},
        }
    )
    members = {
        "name": "correctness",
        "template": "Is {output} right about {input}?",
        "include_explanations": True,
        "use_function_calling": False,
        "classification_choices": {"correct": 1, "incorrect": 0.5},
        "llm_config": llm_config.to_dict(),
    }
    return TemplateConfigInput.from_dict(members | changes)


REGEX = {
    "type": "MANAGED",
    "name": "has number",
    "managed_evaluator": "MATCHES_REGEX",
    "variables": ["output"],
    "static_params": [{"name": "pattern", "type": "REGEX", "default_value": "[0-9]"}],
}
CUSTOM = {
    "type": "CUSTOM",
    "name": "mine",
    "code": "class Mine(CodeEvaluator):\n    ...",
    "variables": ["output"],
    "static_params": [
        {"name": "words", "type": "STRING_ARRAY", "default_value": ["a", "b"]}
    ],
}


@pytest.fixture
def judge(client, name, integration):
    return client.evaluators.create_template_evaluator(
        name=name,
        space="demo",
        commit_message="first",
        description="what for",
        template_config=template(integration),
    )


def test_a_judge_comes_back_as_it_was_made(client, name, judge, integration):
    assert (judge.name, judge.type, judge.description) == (name, "TEMPLATE", "what for")
    config = judge.version.template_config
    assert config.template == "Is {output} right about {input}?"
    assert config.classification_choices == {"correct": 1, "incorrect": 0.5}
    assert config.llm_config.ai_integration_id == integration
    assert config.llm_config.invocation_parameters.max_tokens == 200
    assert (config.direction, config.use_structured_output) == ("MAXIMIZE", True)
    assert client.evaluators.get(evaluator=judge.id) == judge
    assert client.evaluators.get(evaluator=name, space="demo") == judge


@pytest.mark.parametrize("config", [REGEX, CUSTOM], ids=["managed", "custom"])
def test_code_comes_back_as_it_was_made(client, name, config):
    made = client.evaluators.create_code_evaluator(
        name=name, space="demo", commit_message="first", code_config=config
    )
    assert made.type == "CODE"
    read = client.evaluators.get(evaluator=made.id).version.code_config
    assert read.name == config["name"]
    assert read.variables == ["output"]
    (parameter,) = read.static_params
    value = parameter.default_value
    assert (
        getattr(value, "actual_instance", value)
        == (config["static_params"][0]["default_value"])
    )
    again = client.evaluators.create_code_version(
        evaluator=made.id, commit_message="the same", code_config=config
    )
    assert again.commit_hash == made.version.commit_hash


def test_versions_are_appended_listed_and_deleted(client, judge, integration):
    second = client.evaluators.create_template_version(
        evaluator=judge.id,
        commit_message="second",
        template_config=template(integration, template="Judge {output}."),
    )
    listed = client.evaluators.list_versions(evaluator=judge.id).evaluator_versions
    assert [one.commit_message for one in listed] == ["second", "first"]
    assert client.evaluators.get(evaluator=judge.id).version.id == second.id
    first = client.evaluators.get(evaluator=judge.id, version_id=judge.version.id)
    assert first.version.template_config == judge.version.template_config
    read = client.evaluators.get_version(version_id=second.id)
    assert read.template_config.template == "Judge {output}."
    gone = client.evaluators.delete_versions(
        evaluator=judge.id, version_ids=[judge.version.id]
    )
    assert gone.completed
    assert gone.deleted_version_ids == [judge.version.id]
    assert gone.not_deleted_version_ids == []
    with pytest.raises(NotFoundException):
        client.evaluators.get_version(version_id=judge.version.id)


def test_it_is_renamed_listed_and_deleted(client, name, judge):
    changed = client.evaluators.update(
        evaluator=judge.id, name=f"{name} 2", description=None
    )
    assert (changed.name, changed.description) == (f"{name} 2", None)
    listed = client.evaluators.list(space="demo", name=name).evaluators
    assert [one.id for one in listed] == [judge.id]
    client.evaluators.delete(evaluator=f"{name} 2", space="demo")
    assert client.evaluators.list(space="demo", name=name).evaluators == []


def test_refusals_have_their_own_exceptions(client, name, judge, integration):
    make = client.evaluators.create_template_evaluator
    common = {"space": "demo", "commit_message": "m"}
    with pytest.raises(ConflictException):
        make(name=name, template_config=template(integration), **common)
    with pytest.raises(UnprocessableEntityException):
        make(
            name=f"{name} b",
            template_config=template(integration, template="no variable"),
            **common,
        )
    with pytest.raises(BadRequestException):
        make(
            name=f"{name} b",
            template_config=template(judge.id),
            **common,
        )
    with pytest.raises(ForbiddenException):
        client.evaluators.create_remote_evaluator(
            name=f"{name} b", integration_id=integration, **common
        )


def test_a_judge_of_the_catalogue_can_be_made(client, rest, name, integration):
    listed = rest.get("/evaluator-templates").body["evaluator_templates"]
    one = next(each for each in listed if each["column_name"] == "faithfulness")
    made = client.evaluators.create_template_evaluator(
        name=name,
        space="demo",
        commit_message="from the catalogue",
        template_config=template(
            integration,
            name=one["column_name"],
            template=one["template"],
            classification_choices=one["classification_choices"],
            direction=one["direction"],
        ),
    )
    assert made.version.template_config.template == one["template"]
