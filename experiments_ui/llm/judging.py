"""A judge: a template, the labels it may give, and the verdict it comes to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from experiments_ui.llm.answers import Said, matched, read_choice, read_freely
from experiments_ui.llm.delimiting import delimited, fresh_tag, sentence
from experiments_ui.llm.errors import CallError, Kind
from experiments_ui.llm.exchange import (
    Finish,
    Json,
    Message,
    Reply,
    Request,
    Schema,
    Structure,
)
from experiments_ui.llm.templates import (
    VALUE_CHARACTERS,
    VariableFormat,
    missing,
    render,
    shortened,
    variables,
)

Tag = Callable[[Mapping[str, str]], str]


class Completes(Protocol):
    """A client, as far as a judge knows it."""

    async def complete(self, request: Request) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge says of one run.

    Attributes:
        label: One of the choices; without choices, what the judge wrote, if short.
        score: The choice's; without choices, the judge's own number, if it gave one.
        truncated: Variables of which the judge saw only the beginning and the end.
        reply: Tokens, model, tries, what was dropped, and the raw answer.
    """

    label: str | None
    score: float | None
    explanation: str | None
    truncated: tuple[str, ...]
    reply: Reply


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is sent for one run."""

    request: Request
    truncated: tuple[str, ...]


def _random_tag(values: Mapping[str, str]) -> str:
    return fresh_tag(values.values())


@dataclass(frozen=True)
class Judge:
    """A version of an LLM evaluator, ready to be asked.

    Attributes:
        template: With variables in `style`.
        model: As the provider names it.
        choices: Label to score; empty for a judge that answers freely.
        explain: Whether it gives a reason, before its label.
        structures: How it may be made to answer in a schema.
        cap: Characters of one value that it is shown.
    """

    template: str
    model: str
    choices: Mapping[str, float | None] = field(default_factory=dict)
    explain: bool = True
    parameters: Mapping[str, Any] = field(default_factory=dict)
    provider_parameters: Mapping[str, Any] = field(default_factory=dict)
    structures: frozenset[Structure] = frozenset(Structure)
    style: VariableFormat = VariableFormat.F_STRING
    cap: int = VALUE_CHARACTERS

    @property
    def variables(self) -> tuple[str, ...]:
        return variables(self.template, self.style)

    async def run(self, values: Mapping[str, str], *, client: Completes) -> Verdict:
        """Judge one run.

        Raises:
            CallError: Of any kind. What the answer cost is on it as well.
        """
        prompt = self.prompt(values)
        reply = await client.complete(prompt.request)
        try:
            said = self._read(reply)
        except CallError as error:
            raise _billed(error, reply) from None
        return Verdict(
            label=said.label,
            score=said.score,
            explanation=said.explanation if self.explain else None,
            truncated=prompt.truncated,
            reply=reply,
        )

    def prompt(self, values: Mapping[str, str], *, tag: Tag = _random_tag) -> Prompt:
        """The request for one run, each value between tags of this call alone.

        Raises:
            CallError: `missing_variable`.
        """
        self._check(values)
        used = {name: shortened(values[name], self.cap) for name in self.variables}
        mark = tag(used)
        shown = delimited(used, mark)
        longest = max(map(len, shown.values()), default=0)
        text = render(self.template, shown, style=self.style, cap=longest).text
        request = Request(
            model=self.model,
            messages=(Message("system", self._rules(mark)), Message("user", text)),
            parameters=self.parameters,
            provider_parameters=self.provider_parameters,
            schema=self.schema,
            structures=self.structures,
        )
        cut = tuple(name for name in used if len(values[name]) > self.cap)
        return Prompt(request, cut)

    @property
    def schema(self) -> Schema | None:
        """The explanation comes first, so that the label follows from it."""
        if not self.choices:
            return None
        reason: Json = {"type": "string", "description": "The reason, in short."}
        label: Json = {"type": "string", "enum": list(self.choices)}
        label["description"] = "The label that follows from the reason."
        properties = {"explanation": reason} if self.explain else {}
        return Schema("verdict", "Give your verdict.", {**properties, "label": label})

    def _check(self, values: Mapping[str, str]) -> None:
        if absent := missing(self.template, values, self.style):
            message = f"These variables have no value: {', '.join(absent[:20])}"
            raise CallError(Kind.MISSING_VARIABLE, message)

    def _rules(self, tag: str) -> str:
        """The system message; the template itself stays as its author wrote it."""
        rules = ["You are a careful judge. Follow the user's instructions for judging."]
        if self.variables:
            rules.append(sentence(tag))
        if self.choices:
            labels = ", ".join(f'"{label}"' for label in self.choices)
            rules.append(f"Your label must be exactly one of: {labels}.")
        if self.choices and self.explain:
            rules.append("First explain your reason in a few sentences, then label.")
        return "\n".join(rules)

    def _read(self, reply: Reply) -> Said:
        if reply.finish is Finish.LENGTH:
            raise CallError(Kind.TRUNCATED, "The answer was cut off at its limit.")
        if not self.choices:
            return read_freely(reply.text)
        said = read_choice(reply.text, self.choices)
        label = matched(said.label or "", self.choices)
        return Said(label, self.choices[label], said.explanation)


def _billed(error: CallError, reply: Reply) -> CallError:
    """What an unusable answer cost, and what it was."""
    error.status, error.raw = 200, reply.raw
    error.tokens_in, error.tokens_out = reply.tokens_in, reply.tokens_out
    error.model, error.latency_ms = reply.model, reply.latency_ms
    error.tries, error.dropped = reply.tries, reply.dropped
    return error
