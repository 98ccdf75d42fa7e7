"""Tokens and cost are read once for each call."""

import pytest

from experiments_ui.tracing.usage import cost_usd, token_count


@pytest.mark.parametrize(
    ("attributes", "tokens"),
    [
        ({"llm.token_count.total": 30, "llm.token_count.prompt": 1}, 30),
        ({"llm.token_count.prompt": 10, "llm.token_count.completion": 5}, 15),
        ({"gen_ai.usage.input_tokens": 3}, 3),
        ({"llm.token_count.total": 0}, 0),
        ({"llm.token_count.total": "30"}, None),
        ({"llm.token_count.total": True}, None),
        ({"llm.token_count.total": -1}, None),
        ({"llm.token_count.total": 1e308}, 2**53),
        ({}, None),
    ],
)
def test_tokens_are_the_total_or_the_sum_of_parts(attributes, tokens):
    assert token_count("LLM", attributes) == tokens


def test_agents_repeat_what_their_calls_used_and_are_not_counted():
    assert token_count("AGENT", {"llm.token_count.total": 30}) is None
    assert cost_usd("CHAIN", {"llm.cost.total": 1.0}) is None


def test_cost_is_the_total_or_the_sum_of_parts():
    assert cost_usd("LLM", {"llm.cost.total": 0.5}) == 0.5
    assert (
        cost_usd("LLM", {"llm.cost.prompt": 0.25, "llm.cost.completion": 0.5}) == 0.75
    )
    assert cost_usd("LLM", {}) is None
