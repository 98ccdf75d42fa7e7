"""What a span says by OpenInference's names: messages, tools, documents, errors."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

# Characters of a text that a page shows.
SHOWN = 20_000
_MESSAGES = {
    side: re.compile(rf"llm\.{side}_messages\.(\d{{1,5}})\.message\.(.+)")
    for side in ("input", "output")
}
_DOCUMENT = re.compile(
    r"(?:retrieval|reranker\.output)\.documents\.(\d{1,5})\.document\.(.+)"
)
_CALL = re.compile(r"tool_calls\.(\d{1,5})\.tool_call\.(.+)")
_PART = re.compile(r"contents\.(\d{1,5})\.message_content\.(.+)")


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to show: its beginning when it is long, indented when it is JSON."""

    text: str
    is_json: bool
    length: int

    @classmethod
    def of(cls, value: object) -> "Passage":
        text = value if isinstance(value, str) else _json(value)
        parsed = _parsed(text) if len(text) <= SHOWN else None
        if isinstance(parsed, dict | list):
            return cls(_json(parsed), is_json=True, length=len(text))
        return cls(text[:SHOWN], is_json=False, length=len(text))

    @property
    def hidden_count(self) -> int:
        return 0 if self.is_json else self.length - len(self.text)


@dataclass(frozen=True, slots=True)
class ToolCall:
    name: str
    arguments: Passage


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation with a model."""

    role: str
    passage: Passage | None
    tool_calls: tuple[ToolCall, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was retrieved; the label has its score if there is one."""

    passage: Passage
    label: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: an exception, or anything else a span notes."""

    name: str
    timestamp: str
    title: str
    passage: Passage | None
    is_exception: bool


@dataclass(frozen=True, slots=True)
class SpanContent:
    """A span's content, ready to lay out; `attributes` are all, as they are stored."""

    input: Passage | None
    output: Passage | None
    input_messages: tuple[Message, ...]
    output_messages: tuple[Message, ...]
    documents: tuple[Document, ...]
    events: tuple[Event, ...]
    attributes: Passage

    @property
    def has_exception(self) -> bool:
        return any(event.is_exception for event in self.events)


def read(attributes: Mapping[str, Any], events: Sequence[Any]) -> SpanContent:
    """Read a span's flat attributes and its events."""
    return SpanContent(
        input=_passage(attributes.get("input.value")),
        output=_passage(attributes.get("output.value")),
        input_messages=_messages(attributes, "input"),
        output_messages=_messages(attributes, "output"),
        documents=_documents(attributes),
        events=tuple(_event(event) for event in events),
        attributes=Passage.of(dict(sorted(attributes.items()))),
    )


def _messages(attributes: Mapping[str, Any], side: str) -> tuple[Message, ...]:
    return tuple(map(_message, _numbered(attributes, _MESSAGES[side])))


def _message(members: Mapping[str, Any]) -> Message:
    calls = _numbered(members, _CALL)
    return Message(
        role=str(members.get("role") or members.get("name") or "message"),
        passage=_passage(_content(members)),
        tool_calls=tuple(_tool_call(call) for call in calls),
    )


def _content(members: Mapping[str, Any]) -> object:
    """Return the text of a message: whole, or its parts one under the other."""
    if members.get("content"):
        return members["content"]
    parts = _numbered(members, _PART)
    return "\n\n".join(
        str(part.get("text") or f"[{part.get('type', 'part')}]") for part in parts
    )


def _tool_call(members: Mapping[str, Any]) -> ToolCall:
    return ToolCall(
        name=str(members.get("function.name") or "tool"),
        arguments=Passage.of(members.get("function.arguments") or ""),
    )


def _documents(attributes: Mapping[str, Any]) -> tuple[Document, ...]:
    return tuple(map(_document, _numbered(attributes, _DOCUMENT)))


def _document(members: Mapping[str, Any]) -> Document:
    score = members.get("score")
    label = "document" if score is None else f"score {score}"
    return Document(Passage.of(members.get("content") or ""), label)


def _event(event: Mapping[str, Any]) -> Event:
    attributes = event.get("attributes") or {}
    is_exception = "exception.type" in attributes or "exception.message" in attributes
    name = str(event.get("name") or "event")
    if is_exception:
        kind = attributes.get("exception.type") or "Exception"
        title = f"{kind}: {attributes.get('exception.message') or ''}"
        text = attributes.get("exception.stacktrace")
    else:
        title, text = name, attributes or None
    return Event(
        name=name,
        timestamp=str(event.get("timestamp") or ""),
        title=title[:SHOWN],
        passage=_passage(text),
        is_exception=is_exception,
    )


def _numbered(
    attributes: Mapping[str, Any], pattern: re.Pattern[str]
) -> list[dict[str, Any]]:
    """Gather a.0.b, a.0.c and a.1.b into one mapping for each number, in order."""
    groups: dict[int, dict[str, Any]] = {}
    for name, value in attributes.items():
        if found := pattern.fullmatch(name):
            groups.setdefault(int(found[1]), {})[found[2]] = value
    return [groups[number] for number in sorted(groups)]


def _passage(value: object) -> Passage | None:
    return None if value is None or value == "" else Passage.of(value)


def _parsed(text: str) -> object:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
