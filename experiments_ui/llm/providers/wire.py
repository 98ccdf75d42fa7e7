"""What every provider's wire must be able to do, and reading JSON without surprises."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from experiments_ui.llm.exchange import Answer, HttpRequest, Json, Request, Structure
from experiments_ui.llm.providers.endpoint import Endpoint


@dataclass(frozen=True, slots=True)
class Form:
    """How a request is put: what a model was found to refuse is left out or renamed.

    Attributes:
        structure: How the schema is asked for; None without a schema.
        left_out: Names of parameters on the wire.
        renamed: Names on the wire, old to new.
        notes: The same in words, for the verdict.
    """

    structure: Structure | None = None
    left_out: frozenset[str] = frozenset()
    renamed: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    def apply(self, parameters: Mapping[str, Any]) -> Json:
        names = dict(self.renamed)
        return {
            names.get(name, name): value
            for name, value in parameters.items()
            if name not in self.left_out
        }


class Wire(Protocol):
    """A provider's way of asking and answering."""

    @property
    def structures(self) -> tuple[Structure, ...]:
        """Ways to ask for a schema, the best first."""
        ...

    def encode(self, endpoint: Endpoint, request: Request, form: Form) -> HttpRequest:
        """The request as it is sent, signed last.

        Raises:
            CallError: `blocked_host` or `auth`, when the endpoint is incomplete.
        """
        ...

    def decode(self, body: Json) -> Answer:
        """Read a successful body; raises KeyError and the like if it is another's."""
        ...

    def unsupported(self, request: Request) -> tuple[str, ...]:
        """Names of parameters that this wire has no place for."""
        ...


def given(parameters: Mapping[str, Any]) -> Json:
    """Without what is null."""
    return {name: value for name, value in parameters.items() if value is not None}


def count(value: object) -> int | None:
    """A number of tokens, if that is what it is."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value < 10**12 else None  # type: ignore[operator,return-value]


def dumps(body: Json) -> bytes:
    """JSON in ASCII, so that no text of a user can make it undecodable."""
    return json.dumps(body, separators=(",", ":")).encode()


def schema_sentence(schema: Json) -> str:
    """Asks for the object in words."""
    return (
        "Answer with one JSON object and nothing else, without a code fence. "
        f"It must satisfy this JSON Schema: {json.dumps(schema)}"
    )


def as_object(text: str) -> Json | None:
    """The JSON object that `text` is, or None; never raises."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
