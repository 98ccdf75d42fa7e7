"""A data set of 77 made banking intents, and classifiers that confuse some of them."""

import random

THINGS = (
    "card",
    "virtual card",
    "transfer",
    "direct debit",
    "standing order",
    "cash withdrawal",
    "account",
    "currency exchange",
    "loan",
    "savings pot",
    "statement",
)
TROUBLES = (
    "not arrived",
    "declined",
    "charged twice",
    "limit",
    "fee",
    "cancel",
    "delivery time",
)
INTENTS = tuple(f"{thing} {trouble}" for thing in THINGS for trouble in TROUBLES)
_OPENINGS = ("Hello, about my", "I have a question on a", "Please help with the")


def rows(per_intent=6, *, seed=7):
    """Examples of all intents in a seeded order; labels have underscores."""
    made = [
        {
            "text": f"{_OPENINGS[i % 3]} {intent}, case {i}",
            "intent": intent.replace(" ", "_"),
        }
        for intent in INTENTS
        for i in range(per_intent)
    ]
    random.Random(seed).shuffle(made)
    return made


def predictions(rows, *, right=0.8, seed=1, missing=0.01, strange=0.01):
    """Outputs of a classifier: it mostly errs to another trouble of the same thing."""
    chance = random.Random(seed)

    def predicted(true):
        drawn = chance.random()
        if drawn < missing:
            return None
        if drawn < missing + strange:
            return "I am not sure"
        if drawn < missing + strange + right:
            return true
        place = [one.replace(" ", "_") for one in INTENTS].index(true)
        first = place - place % len(TROUBLES)
        if chance.random() < 0.85:
            return INTENTS[first + (place + 1) % len(TROUBLES)].replace(" ", "_")
        return chance.choice(INTENTS).replace(" ", "_")

    return [predicted(row["intent"]) for row in rows]
