"""Prompts of experiments: the wire's messages, filled in for one example."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from experiments_ui.llm.delimiting import plain
from experiments_ui.llm.errors import CallError, Kind
from experiments_ui.llm.exchange import Message
from experiments_ui.llm.templates import (
    VALUE_CHARACTERS,
    VariableFormat,
    render,
    variables,
)

WireMessage = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Filled:
    """Messages ready to send, and the variables that were cut to fit."""

    messages: tuple[Message, ...]
    truncated: tuple[str, ...]


def variables_of(
    messages: Iterable[WireMessage], style: VariableFormat
) -> tuple[str, ...]:
    """The variables of all messages, each once, in order of appearance."""
    found = (variables(_content(message), style) for message in messages)
    return tuple(dict.fromkeys(name for names in found for name in names))


def filled(
    messages: Iterable[WireMessage],
    values: Mapping[str, str],
    *,
    style: VariableFormat,
    cap: int = VALUE_CHARACTERS,
) -> Filled:
    """Put an example's values into a prompt's messages.

    Args:
        messages: With `role`, `content`, `tool_calls` and `tool_call_id`, as a prompt
            version has them. Tool calls are sent as they are.
        values: By variable.
        style: How variables are written.
        cap: Characters of a value that are kept.

    Raises:
        CallError: `missing_variable`, naming all that have no value.
    """
    messages = list(messages)
    absent = [name for name in variables_of(messages, style) if name not in values]
    if absent:
        message = f"These variables have no value: {', '.join(absent[:20])}"
        raise CallError(Kind.MISSING_VARIABLE, message)
    shown = {name: plain(value) for name, value in values.items()}
    texts = [render(_content(each), shown, style=style, cap=cap) for each in messages]
    pairs = zip(messages, texts, strict=True)
    cut = dict.fromkeys(name for text in texts for name in text.truncated)
    return Filled(tuple(_message(each, text.text) for each, text in pairs), tuple(cut))


def _content(message: WireMessage) -> str:
    return str(message.get("content") or "")


def _message(message: WireMessage, text: str) -> Message:
    return Message(
        role=str(message.get("role", "user")).lower(),
        content=text or None,
        tool_calls=tuple(message.get("tool_calls") or ()),
        tool_call_id=message.get("tool_call_id"),
    )
