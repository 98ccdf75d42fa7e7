"""What is asked of a model and what it answers, the same for every provider."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from experiments_ui.llm.redaction import Redactor

Json = dict[str, Any]


class Structure(StrEnum):
    """How a model is made to answer in a schema."""

    SCHEMA = "schema"
    """The provider's own structured output."""
    TOOL = "tool"
    """A tool that the model is forced to call."""
    PROMPT = "prompt"
    """Asked for in words only."""


def structures(*, schema: bool, tool: bool) -> frozenset[Structure]:
    """What `use_structured_output` and `use_function_calling` of the wire allow."""
    allowed = {Structure.SCHEMA: schema, Structure.TOOL: tool, Structure.PROMPT: True}
    return frozenset(each for each, is_allowed in allowed.items() if is_allowed)


class Finish(StrEnum):
    STOP = "stop"
    LENGTH = "length"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `role` is ``system``, ``user``, ``assistant`` or ``tool``."""

    role: str
    content: str | None
    tool_calls: tuple[Json, ...] = ()
    tool_call_id: str | None = None


@dataclass(frozen=True, slots=True)
class Schema:
    """The JSON object to answer with; its bytes are the same in every call."""

    name: str
    description: str
    properties: Mapping[str, Json]

    def as_json(self, *, strict: bool = True) -> Json:
        """As JSON Schema: all properties are required; strict allows no others."""
        schema: Json = {
            "type": "object",
            "properties": dict(self.properties),
            "required": list(self.properties),
        }
        return {**schema, "additionalProperties": False} if strict else schema


@dataclass(frozen=True, slots=True)
class Request:
    """One call, in the words of the wire's `llm_config`.

    Attributes:
        model: As the provider names it.
        messages: In order; system messages may stand anywhere.
        parameters: `invocation_parameters`; nulls are left out, unknown keys passed on.
        provider_parameters: Azure's deployment, Anthropic's betas, Bedrock's region.
        schema: Asks for a JSON object.
        structures: Which ways to ask for it may be used; the provider has the order.
    """

    model: str
    messages: tuple[Message, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    provider_parameters: Mapping[str, Any] = field(default_factory=dict)
    schema: Schema | None = None
    structures: frozenset[Structure] = frozenset(Structure)


@dataclass(frozen=True)
class Reply:
    """What a model answered.

    Attributes:
        text: The words; of a forced tool call, its arguments as JSON text.
        json: `text` read as a JSON object, where it is one.
        tool_calls: Calls of the request's own tools, in OpenAI's shape.
        tokens_in: What the provider counted; None where it did not say.
        model: The model that the provider says it used.
        dropped: What was left out or renamed because the provider refused it.
        latency_ms: Of the request that succeeded.
    """

    text: str
    json: Json | None
    tool_calls: tuple[Json, ...]
    finish: Finish
    tokens_in: int | None
    tokens_out: int | None
    model: str
    tries: int
    dropped: tuple[str, ...]
    latency_ms: float
    body: bytes = field(repr=False)
    redactor: Redactor = field(repr=False)

    @cached_property
    def raw(self) -> str:
        """The beginning of the provider's own words, without secrets."""
        return self.redactor.excerpt(self.body)


@dataclass(frozen=True, slots=True)
class HttpRequest:
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful body, read."""

    text: str
    finish: Finish
    tokens_in: int | None
    tokens_out: int | None
    model: str | None
    tool_calls: tuple[Json, ...] = ()
