"""Turning messages and tool calls into the shapes of wires other than OpenAI's."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from experiments_ui.llm.exchange import Json, Message
from experiments_ui.llm.providers.wire import as_object


def system_text(messages: Iterable[Message]) -> str:
    """All system messages, joined: these wires have one place for them."""
    texts = (each.content for each in messages if each.role == "system")
    return "\n\n".join(text for text in texts if text)


def alternating(
    messages: Iterable[Message],
    put: Callable[[Message], tuple[str, list[Json]]],
    content: str = "content",
) -> list[Json]:
    """Messages without the system's, those of one role in a row made one."""
    turns: list[Json] = []
    for message in messages:
        if message.role == "system":
            continue
        role, blocks = put(message)
        if not blocks:
            continue
        if turns and turns[-1]["role"] == role:
            turns[-1][content] += blocks
        else:
            turns.append({"role": role, content: blocks})
    return turns


def declared_tools(calls: Iterable[Json]) -> Iterator[tuple[str, str, Json]]:
    """Name, id and arguments of calls in OpenAI's shape."""
    for call in calls:
        function = call.get("function") or {}
        arguments = as_object(str(function.get("arguments") or "{}")) or {}
        yield str(function.get("name")), str(call.get("id") or "call"), arguments


def openai_call(identifier: object, name: object, arguments: Any) -> Json:
    function = {"name": str(name), "arguments": json.dumps(arguments)}
    return {"id": str(identifier), "type": "function", "function": function}


def call_arguments(calls: list[Json]) -> str:
    """What the first call passes, as JSON text."""
    return json.dumps(calls[0].get("input") or {}) if calls else ""
