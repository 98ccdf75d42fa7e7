"""An integration to judge with, and configs to send."""

import pytest

from experiments_ui import ids
from experiments_ui.integrations.actions import Scope
from tests import make


@pytest.fixture
def integration(space):
    return make_integration(space, "models")


def make_integration(space, name, *, model_names=("small", "large")):
    """An integration that only `space` may use."""
    return make.integration(
        name=name, scopings=[Scope(space=space)], model_names=list(model_names)
    )


@pytest.fixture
def judge(integration):
    """A template_config with everything that has to be in one."""
    return template_config(integration)


def template_config(integration, **changes):
    config = {
        "name": "correctness",
        "template": "Is {output} right about {input}?",
        "include_explanations": True,
        "use_function_calling": False,
        "classification_choices": {"correct": 1, "incorrect": 0},
        "llm_config": {
            "ai_integration_id": ids.encode("LlmIntegration", integration.pk),
            "model_name": "small",
            "invocation_parameters": {"temperature": 0},
            "provider_parameters": {},
        },
    }
    return config | changes


@pytest.fixture
def regex():
    """A code_config of a managed check."""
    return {
        "type": "MANAGED",
        "name": "has number",
        "managed_evaluator": "MATCHES_REGEX",
        "variables": ["output"],
        "static_params": [
            {"name": "pattern", "type": "REGEX", "default_value": "[0-9]"}
        ],
    }
