"""Spans and traces as JSON members; built by hand, as there are many of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from experiments_ui.api.fields import timestamp
from experiments_ui.tracing.models import Span
from experiments_ui.tracing.queries import TraceSpans

_PREFIX = "attributes."


@dataclass(frozen=True, slots=True)
class Shown:
    """Which attributes are shown, and how much of their texts."""

    included: frozenset[str] | None = None
    excluded: frozenset[str] = frozenset()
    longest_text: int | None = None

    @classmethod
    def of(
        cls,
        *,
        included: Iterable[str] | None,
        excluded: Iterable[str] | None,
        longest_text: int | None,
    ) -> "Shown":
        """Read column names; those of fixed members and unknown ones are ignored."""
        return cls(
            None if included is None else _attribute_names(included),
            _attribute_names(excluded or ()),
            longest_text,
        )

    def attributes(self, text: str) -> dict[str, Any]:
        attributes: dict[str, Any] = orjson.loads(text)
        if self.included is not None:
            attributes = {
                name: value
                for name, value in attributes.items()
                if _lies_under(name, self.included)
            }
        if self.excluded:
            attributes = {
                name: value
                for name, value in attributes.items()
                if not _lies_under(name, self.excluded)
            }
        if self.longest_text is None:
            return attributes
        return {name: _cut(attributes[name], self.longest_text) for name in attributes}


EVERYTHING = Shown()


def span_answer(span: Span, shown: Shown = EVERYTHING) -> dict[str, Any]:
    """Return a span as the wire shows it."""
    return {
        "name": span.name,
        "context": {"trace_id": span.trace_id, "span_id": span.span_id},
        "kind": span.kind,
        "parent_id": span.parent_id or None,
        "start_time": timestamp(span.started_at),
        "end_time": timestamp(span.ended_at),
        "status_code": span.status_code,
        "status_message": span.status_message,
        "attributes": shown.attributes(span.attributes),
        "annotations": [],
        "trace_annotations": [],
        "evaluations": [],
        "events": orjson.loads(span.events),
    }


def trace_answer(root: Span, trace: TraceSpans) -> dict[str, Any]:
    """Return a trace as the wire shows it; its times are those of its spans."""
    spans = trace.spans or [root]  # deleted a moment ago
    return {
        "trace_id": root.trace_id,
        "root_span_id": root.span_id,
        "start_time": timestamp(min(span.started_at for span in spans)),
        "end_time": timestamp(max(span.ended_at for span in spans)),
        "spans_truncated": trace.truncated,
        "spans": [span_answer(span) for span in trace.spans],
    }


def _attribute_names(columns: Iterable[str]) -> frozenset[str]:
    return frozenset(
        name.removeprefix(_PREFIX) for name in columns if name.startswith(_PREFIX)
    )


def _lies_under(name: str, chosen: frozenset[str]) -> bool:
    """Tell whether an attribute, or a list or object it is a part of, was chosen."""
    while name not in chosen:
        name, dot, _ = name.rpartition(".")
        if not dot:
            return False
    return True


def _cut(value: Any, longest: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= longest else f"{value[: longest - 1]}…"
    if isinstance(value, list):
        return [_cut(part, longest) for part in value]
    if isinstance(value, dict):
        return {name: _cut(part, longest) for name, part in value.items()}
    return value
