"""Evaluators through the TypeScript client."""

from tests.clients.test_evaluators_resource_python import integration

__all__ = ["integration"]  # a fixture


def test_evaluators_are_made_versioned_renamed_and_deleted(
    typescript, name, integration
):
    seen = typescript("evaluators.mjs", name, integration)
    config = seen["made"]["version"]["templateConfig"]
    assert config["classificationChoices"] == {"correct": 1, "incorrect": 0}
    assert config["useFunctionCallingIfAvailable"] is True
    assert config["llmConfig"]["aiIntegrationId"] == integration
    assert seen["check"]["version"]["codeConfig"]["staticParams"][0]["name"] == (
        "pattern"
    )
    assert [one["commitMessage"] for one in seen["versions"]] == ["second", "first"]
    assert seen["version"]["templateConfig"]["direction"] == "MINIMIZE"
    assert seen["latest"]["version"]["id"] == seen["version"]["id"]
    assert seen["renamed"]["name"] == f"{name} 2"
    assert {one["name"] for one in seen["listed"]} == {f"{name} 2", f"{name} check"}
    assert seen["afterwards"] == []
