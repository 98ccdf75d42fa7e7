"""From a version's config to a judge that can be asked."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from experiments_ui.evaluators.configs import shown
from experiments_ui.evaluators.models import EvaluatorVersion
from experiments_ui.evaluators.queries import config_of
from experiments_ui.integrations.models import Integration
from experiments_ui.integrations.queries import prices_of
from experiments_ui.llm.exchange import Structure
from experiments_ui.llm.judging import Judge
from experiments_ui.llm.pricing import Price, Prices


def judge_of(version: EvaluatorVersion, integration: Integration) -> Judge:
    """Return the judge that a template version describes."""
    config = shown(config_of(version))
    calling = config["llm_config"]
    return Judge(
        template=config["template"],
        model=calling["model_name"],
        choices=config.get("classification_choices") or {},
        explain=config["include_explanations"],
        parameters=calling["invocation_parameters"],
        provider_parameters=calling["provider_parameters"],
        structures=_structures(config, integration),
    )


def prices_for(integration: Integration) -> Prices:
    """Return the user's own prices, over those built in."""
    own = {
        row.model_name: Price(row.input_usd, row.output_usd)
        for row in prices_of(integration)
    }
    return Prices(own=own)


def key_of(version: EvaluatorVersion, judge: Judge, values: Mapping[str, str]) -> str:
    """Return the hash of all that decides a verdict.

    Raises:
        CallError: `missing_variable`.
    """
    # The tag is another one at each call; here it must not be.
    prompt = judge.prompt(values, tag=lambda _: "data").request
    said = [
        version.pk,
        [(message.role, message.content) for message in prompt.messages],
        prompt.model,
        dict(prompt.parameters),
        dict(prompt.provider_parameters),
    ]
    canonical = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).hexdigest()


def _structures(
    config: Mapping[str, Any], integration: Integration
) -> frozenset[Structure]:
    left_out = set()
    if not config["use_structured_output"]:
        left_out.add(Structure.SCHEMA)
    if not (config["use_function_calling"] and integration.function_calling_enabled):
        left_out.add(Structure.TOOL)
    return frozenset(Structure) - left_out
