"""The columns that a filter can ask spans for."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from experiments_ui.analysis.filters import Values
from experiments_ui.tracing.models import Span

_ATTRIBUTES = "attributes."
_COLUMNS: dict[str, Callable[[Span], object]] = {
    "name": lambda span: span.name,
    "span_kind": lambda span: span.kind,
    "kind": lambda span: span.kind,
    "status_code": lambda span: span.status_code,
    "status_message": lambda span: span.status_message,
    "latency_ms": lambda span: span.latency_ms,
    "parent_id": lambda span: span.parent_id or None,
    "context.trace_id": lambda span: span.trace_id,
    "context.span_id": lambda span: span.span_id,
    "start_time": lambda span: span.started_at.isoformat().replace("+00:00", "Z"),
    "end_time": lambda span: span.ended_at.isoformat().replace("+00:00", "Z"),
    "event.attributes": lambda span: None if span.events == "[]" else span.events,
}


def reads_texts(names: frozenset[str]) -> bool:
    """Tell whether any of the columns needs the attributes or the events."""
    return any(name.startswith((_ATTRIBUTES, "event.")) for name in names)


class SpanColumns:
    """Spans as columns; attributes are parsed once, and only when asked for."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._parsed: list[dict[str, Any]] | None = None

    @property
    def length(self) -> int:
        return len(self._spans)

    def get(self, name: str) -> Values | None:
        if read := _COLUMNS.get(name):
            return Values([read(span) for span in self._spans])
        if name.startswith(_ATTRIBUTES):
            wanted = name.removeprefix(_ATTRIBUTES)
            return Values([_find(one, wanted) for one in self._attributes()])
        return None

    def _attributes(self) -> list[dict[str, Any]]:
        if self._parsed is None:
            self._parsed = [orjson.loads(span.attributes) for span in self._spans]
        return self._parsed


def _find(attributes: Mapping[str, Any], name: str) -> object:
    """Return an attribute, or a member of the JSON text that one of them holds."""
    if name in attributes:
        return attributes[name]
    head = name
    while "." in head:
        head = head.rpartition(".")[0]
        if head in attributes:
            return _member(attributes[head], name[len(head) + 1 :])
    return None


def _member(text: object, path: str) -> object:
    """Descend into JSON text, such as metadata is."""
    if not isinstance(text, str) or not text.startswith("{"):
        return None
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value
