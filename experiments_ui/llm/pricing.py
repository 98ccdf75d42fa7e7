"""What calls cost: a small dated table, prices of the user's own, and estimates."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

BUILT_IN_AS_OF = "2026-11"


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens."""

    tokens_in: Decimal
    tokens_out: Decimal

    def cost(self, tokens_in: int, tokens_out: int) -> Decimal:
        total = self.tokens_in * tokens_in + self.tokens_out * tokens_out
        return total / 1_000_000


def _table(text: str) -> Mapping[str, Price]:
    rows = (line.split() for line in text.strip().splitlines())
    prices = {row[0]: Price(Decimal(row[1]), Decimal(row[2])) for row in rows}
    return MappingProxyType(prices)


# List prices of the standard tier, without discounts for caching or batches. They are
# a starting point: prices change, and whoever pays can set their own.
BUILT_IN = _table(
    """
    gpt-4o              2.5   10
    gpt-4o-mini         0.15  0.6
    gpt-4.1             2     8
    gpt-4.1-mini        0.4   1.6
    gpt-4.1-nano        0.1   0.4
    gpt-5               1.25  10
    gpt-5-mini          0.25  2
    gpt-5-nano          0.05  0.4
    gpt-5.1             1.25  10
    gpt-5.2             1.75  14
    gpt-5.4             2.5   15
    gpt-5.4-mini        0.75  4.5
    gpt-5.4-nano        0.2   1.25
    gpt-5.5             5     30
    gpt-5.6-luna        0.2   1.2
    gpt-5.6-sol         4     20
    gpt-5.6-terra       2     12
    o3                  2     8
    o3-mini             1.1   4.4
    o4-mini             1.1   4.4
    claude-3-haiku      0.25  1.25
    claude-3-5-haiku    0.8   4
    claude-3-5-sonnet   3     15
    claude-3-7-sonnet   3     15
    claude-haiku-4-5    1     5
    claude-haiku-5-5    0.1   0.5
    claude-sonnet-4     3     15
    claude-sonnet-4-5   3     15
    claude-sonnet-4-6   3     15
    claude-sonnet-5     2     10
    claude-sonnet-5-5   2     10
    claude-opus-4       15    75
    claude-opus-4-1     15    75
    claude-opus-4-5     5     25
    claude-opus-4-6     5     25
    claude-opus-4-7     5     25
    claude-opus-4-8     5     25
    claude-opus-5       5     25
    claude-opus-5-5     4     20
    gemini-2.0-flash    0.1   0.4
    gemini-2.5-flash    0.3   2.5
    gemini-2.5-flash-lite 0.1 0.4
    gemini-2.5-pro      1.25  10
    gemini-3.1-flash-lite 0.25 1.5
    gemini-3.5-flash    1.5   9
    gemini-3.5-flash-lite 0.3 2.5
    gemini-3.6-flash    1.5   7.5
    gemini-3.7-flash    1.5   7.5
    gemini-3.8-flash    1.5   7.5
    """
)
OWNER = re.compile(
    r"\A(?:(?:us|eu|apac|global|jp|au)\.)?(?:[a-z0-9-]+[./])*?"
    r"(?=(?:gpt|o\d|claude|gemini)[-\d])"
)
VERSION = re.compile(
    r"(?:[-@](?:20\d{6}|20\d\d-\d\d-\d\d)|-latest|-v\d+(?::\d+)?|-0(?=\Z|[-@])|-00\d)+\Z"
)


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices by model: the user's own, then the built-in ones.

    Own prices are found by the name as it stands; built-in ones also under a cloud's
    prefix and with a date or version at the end. A longer name is never taken for a
    shorter one: what is not known has no price.
    """

    own: Mapping[str, Price] = field(default_factory=dict)
    built_in: Mapping[str, Price] = field(default_factory=lambda: BUILT_IN)

    def price(self, model: str) -> Price | None:
        if model in self.own:
            return self.own[model]
        return self.built_in.get(plain_name(model))

    def cost(
        self, model: str, tokens_in: int | None, tokens_out: int | None
    ) -> Decimal | None:
        """US dollars; None when the price or both counts are unknown."""
        price = self.price(model)
        if price is None or (tokens_in is None and tokens_out is None):
            return None
        return price.cost(tokens_in or 0, tokens_out or 0)

    def estimate(
        self, model: str, *, prompts: int, characters: int, tokens_out_each: int
    ) -> Decimal | None:
        """What prompts of so many characters in all may cost, before they are sent."""
        counted = tokens_of(characters)
        return self.cost(model, counted, prompts * tokens_out_each)


def plain_name(model: str) -> str:
    """The model's name without a cloud's prefix, a date or a version."""
    return VERSION.sub("", OWNER.sub("", model.lower()))


def tokens_of(characters: int) -> int:
    """About how many tokens English text of this length has: four characters each."""
    return -(-characters // 4)


def estimated_tokens(text: str) -> int:
    """About how many tokens a text has; scripts beyond ASCII take one a character."""
    beyond = sum(1 for character in text if ord(character) > 0x2FF)
    return tokens_of(len(text) - beyond) + beyond
