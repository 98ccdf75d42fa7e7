"""The sample's support tickets, as people wrote them, with their expected replies."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LABELS = (
    "account_access",
    "billing",
    "refund_request",
    "shipping_delay",
    "cancellation",
    "product_defect",
    "feature_request",
    "how_to",
)


@dataclass(frozen=True, slots=True)
class Material:
    """What the sample experiments are written from; it is never uploaded."""

    matter: str  # what the ticket is about, in English, fit to follow "about"
    confused_with: str  # the label a hasty model would choose
    weak_reply: str  # a plausible reply that doesn't help
    weakness: str  # what a judge says about the weak reply
    name: str | None = None  # how to greet the author, if they signed
    rephrased: str | None = None  # the expected reply in other words
    english_reply: str | None = None  # German tickets only


@dataclass(frozen=True, slots=True)
class Ticket:
    """One support ticket with the reply and the label that are expected for it."""

    input: str
    expected: str
    label: str
    language: str
    channel: str
    tier: str
    priority: str
    material: Material

    def example(self) -> dict[str, object]:
        """Return the ticket as an example on the wire."""
        return {
            "input": self.input,
            "expected": self.expected,
            "label": self.label,
            "metadata": {
                "language": self.language,
                "channel": self.channel,
                "tier": self.tier,
                "priority": self.priority,
            },
        }


def tickets() -> tuple[Ticket, ...]:
    """Return every ticket, the labels mixed, always in the same order."""
    found = [ticket for label in LABELS for ticket in _tickets_labelled(label)]
    return tuple(sorted(found, key=_mixed_order))


def _tickets_labelled(label: str) -> list[Ticket]:
    lines = Path(__file__).with_name(f"{label}.jsonl").read_text(encoding="utf-8")
    return [_ticket(json.loads(line)) for line in lines.splitlines()]


def _ticket(line: dict[str, Any]) -> Ticket:
    return Ticket(
        input=line["input"],
        expected=line["expected"],
        label=line["label"],
        **line["metadata"],
        material=Material(**line["material"]),
    )


def _mixed_order(ticket: Ticket) -> str:
    return hashlib.sha256(ticket.input.encode()).hexdigest()
