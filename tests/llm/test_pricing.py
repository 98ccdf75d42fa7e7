"""What calls cost, where it is known."""

from decimal import Decimal

import pytest

from experiments_ui.llm.pricing import (
    BUILT_IN,
    Price,
    Prices,
    estimated_tokens,
    plain_name,
)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("openai/gpt-4o", "gpt-4o"),
        ("us.anthropic.claude-3-5-haiku-20241022-v1:0", "claude-3-5-haiku"),
        ("anthropic.claude-3-haiku-20240307-v1:0", "claude-3-haiku"),
        ("claude-3-5-sonnet@20241022", "claude-3-5-sonnet"),
        ("claude-sonnet-4-0", "claude-sonnet-4"),
        ("claude-sonnet-4-20250514", "claude-sonnet-4"),
        ("claude-3-7-sonnet-latest", "claude-3-7-sonnet"),
        ("models/gemini-2.5-flash-001", "gemini-2.5-flash"),
        ("o3-mini-2025-01-31", "o3-mini"),
    ],
)
def test_a_cloud_a_date_and_a_version_do_not_change_the_price(model, name):
    assert plain_name(model) == name
    assert Prices().price(model) == BUILT_IN[name]


@pytest.mark.parametrize(
    "model",
    ["gpt-4o-audio", "ft:gpt-4o:me", "llama-3", "", "gpt-4o-minimal", "my-gpt-4o"],
)
def test_what_is_not_known_has_no_cost(model):
    assert Prices().cost(model, 10, 10) is None


def test_a_cost_is_exact():
    assert Prices().cost("gpt-4o-mini", 120, 30) == Decimal("0.000036")


def test_unknown_counts_have_no_cost():
    assert Prices().cost("gpt-4o", None, None) is None


def test_own_prices_come_first():
    own = Prices({"gpt-4o": Price(Decimal(1), Decimal(1))})
    assert own.cost("gpt-4o", 1_000_000, 1_000_000) == 2


def test_an_estimate_counts_four_characters_a_token():
    estimate = Prices().estimate(
        "gpt-4o", prompts=10, characters=4_000_000, tokens_out_each=0
    )
    assert estimate == Decimal("2.5")


def test_other_scripts_take_more_tokens():
    assert estimated_tokens("abcdefgh") == 2
    assert estimated_tokens("評価は正しい") == 6
