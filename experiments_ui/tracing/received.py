"""Spans as an edge hands them on, before they are stored."""

from collections.abc import Mapping
from dataclasses import dataclass

# The kinds that the wire knows.
KINDS = (
    "LLM",
    "CHAIN",
    "RETRIEVER",
    "EMBEDDING",
    "AGENT",
    "TOOL",
    "RERANKER",
    "GUARDRAIL",
    "EVALUATOR",
    "PROMPT",
    "DECISION",
    "UNKNOWN",
)
STATUSES = ("UNSET", "OK", "ERROR")


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """Something that happened during a span, such as an exception."""

    name: str
    at_ns: int
    attributes: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ReceivedSpan:
    """One span; attributes may hold any nesting of JSON values and bytes."""

    trace_id: str  # 32 lower-case hex digits
    span_id: str  # 16 lower-case hex digits
    parent_id: str  # empty for a root
    name: str
    kind: str
    start_ns: int
    end_ns: int
    status_code: str
    status_message: str
    attributes: Mapping[str, object]
    events: tuple[ReceivedEvent, ...] = ()


def kind_of(name: object) -> str:
    """Return the kind that `openinference.span.kind` names, or UNKNOWN."""
    word = str(name).upper()
    return word if word in KINDS else "UNKNOWN"
