"""Tokens and cost that a span says it used."""

from collections.abc import Mapping

# Agents and chains repeat what the calls inside them used; counting both would
# double a trace's sum.
_SUMS_OF_OTHERS = frozenset(("AGENT", "CHAIN"))
_TOKEN_PARTS = (
    ("llm.token_count.prompt", "llm.token_count.completion"),
    ("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"),
)
_COST_PARTS = ("llm.cost.prompt", "llm.cost.completion")


def token_count(kind: str, attributes: Mapping[str, object]) -> int | None:
    """Return the tokens of one call, or None where the span is silent."""
    if kind in _SUMS_OF_OTHERS:
        return None
    total = _number(attributes.get("llm.token_count.total"))
    if total is None:
        sums = (_sum(attributes, names) for names in _TOKEN_PARTS)
        total = next((found for found in sums if found is not None), None)
    return None if total is None else int(min(total, 2**53))


def cost_usd(kind: str, attributes: Mapping[str, object]) -> float | None:
    if kind in _SUMS_OF_OTHERS:
        return None
    total = _number(attributes.get("llm.cost.total"))
    return _sum(attributes, _COST_PARTS) if total is None else total


def _sum(attributes: Mapping[str, object], names: tuple[str, ...]) -> float | None:
    numbers = [_number(attributes.get(name)) for name in names]
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if value >= 0 else None
