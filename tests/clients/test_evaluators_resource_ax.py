"""Evaluators through the command line."""

import json

from tests.clients.test_evaluators_resource_python import integration

__all__ = ["integration"]  # a fixture


def test_a_judge_is_made_changed_listed_and_deleted(ax, name, integration):
    options = (
        *("--commit-message", "first", "--template-name", "correctness"),
        *("--template", "Is {output} right?", "--model-name", "small"),
        *("--ai-integration-id", integration, "--include-explanations"),
        *("--classification-choices", '{"right": 1, "wrong": 0}'),
        *("--direction", "MAXIMIZE", "-o", "json"),
    )
    made = ax(
        *("evaluators", "create-evaluator", "template", "--name", name),
        *("--space", "demo", *options),
    )
    assert made.code == 0, made.stderr
    second = ax(
        *("evaluators", "create-evaluator-version", "template", name),
        *("--space", "demo", *options),
    )
    assert second.code == 0, second.stderr
    versions = ax(
        *("evaluators", "list-versions", name, "--space", "demo", "-o", "json")
    )
    assert len(versions.json["evaluator_versions"]) == 2
    shown = ax("evaluators", "get", name, "--space", "demo", "-o", "json")
    assert shown.code == 0, shown.stderr
    config = shown.json["version"]["template_config"]
    assert config["classification_choices"] == {"right": 1, "wrong": 0}
    renamed = ax(
        *("evaluators", "update", name, "--space", "demo"),
        *("--name", f"{name} 2", "-o", "json"),
    )
    assert renamed.json["name"] == f"{name} 2"
    listed = ax("evaluators", "list", "--space", "demo", "--name", name, "-o", "json")
    assert [one["name"] for one in listed.json["evaluators"]] == [f"{name} 2"]
    gone = ax("evaluators", "delete", f"{name} 2", "--space", "demo", "--force")
    assert gone.code == 0, gone.stderr
    assert ax("evaluators", "get", f"{name} 2", "--space", "demo").code == 4


def test_a_check_is_made(ax, name):
    parameters = [{"name": "pattern", "type": "REGEX", "default_value": "[0-9]"}]
    made = ax(
        *("evaluators", "create-evaluator", "code", "--name", name),
        *("--space", "demo", "--commit-message", "first"),
        *("--code-type", "managed", "--code-name", "has number"),
        *("--managed-evaluator", "MATCHES_REGEX", "--variables", '["output"]'),
        *("--static-params", json.dumps(parameters), "-o", "json"),
    )
    assert made.code == 0, made.stderr
    assert made.json["version"]["code_config"]["name"] == "has number"


def test_a_remote_evaluator_exits_with_4_and_says_403(ax, name, integration):
    done = ax(
        *("evaluators", "create-evaluator", "remote", "--name", name),
        *("--space", "demo", "--commit-message", "m"),
        *("--integration-id", integration),
    )
    assert done.code == 4
    assert "403" in done.stderr
