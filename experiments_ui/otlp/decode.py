"""From an OTLP export request to spans that know where they belong."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1 import trace_pb2

from experiments_ui.tracing.attributes import storable
from experiments_ui.tracing.received import (
    STATUSES,
    ReceivedEvent,
    ReceivedSpan,
    kind_of,
)

_PROJECT_NAME = "openinference.project.name"
_ARIZE_PROJECT_NAME = "arize.project.name"
_MODEL_ID = "model_id"
_SPACE_ID = "arize.space_id"

_Attributes = dict[str, object]


@dataclass(frozen=True, slots=True)
class RoutedSpan:
    """A span with the space and project that it names itself; empty when none."""

    space: str
    project: str
    span: ReceivedSpan


@dataclass(frozen=True, slots=True)
class Decoded:
    """The spans of one request, and how many had no usable ids."""

    spans: tuple[RoutedSpan, ...]
    rejected: int


def decode(request: ExportTraceServiceRequest) -> Decoded:
    spans: list[RoutedSpan] = []
    rejected = 0
    for group in request.resource_spans:
        resource = _attributes(group.resource.attributes)
        for span in _spans(group):
            if _usable(span):
                spans.append(_routed(span, resource))
            else:
                rejected += 1
    return Decoded(tuple(spans), rejected)


def _spans(group: trace_pb2.ResourceSpans) -> Iterator[trace_pb2.Span]:
    for scope in group.scope_spans:
        yield from scope.spans


def _usable(span: trace_pb2.Span) -> bool:
    """Tell whether the ids are of the standard's length and not all zero."""
    return (
        len(span.trace_id) == 16
        and len(span.span_id) == 8
        and any(span.trace_id)
        and any(span.span_id)
    )


def _routed(span: trace_pb2.Span, resource: _Attributes) -> RoutedSpan:
    attributes = _attributes(span.attributes)
    project = (
        resource.get(_PROJECT_NAME)
        or attributes.get(_ARIZE_PROJECT_NAME)
        or resource.get(_ARIZE_PROJECT_NAME)
        or resource.get(_MODEL_ID)
    )
    space = resource.get(_SPACE_ID) or attributes.get(_SPACE_ID)
    return RoutedSpan(
        space=storable(str(space or "")),
        project=str(project or ""),
        span=_received(span, attributes),
    )


def _received(span: trace_pb2.Span, attributes: _Attributes) -> ReceivedSpan:
    return ReceivedSpan(
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=_parent(span),
        name=span.name,
        kind=kind_of(attributes.get("openinference.span.kind")),
        start_ns=span.start_time_unix_nano,
        end_ns=span.end_time_unix_nano,
        status_code=_status(span.status.code),
        status_message=span.status.message,
        attributes=attributes,
        events=tuple(_event(event) for event in span.events),
    )


def _parent(span: trace_pb2.Span) -> str:
    """Return the parent's id; a span that is its own parent is a root."""
    parent = span.parent_span_id
    is_parent = len(parent) == 8 and any(parent) and parent != span.span_id
    return parent.hex() if is_parent else ""


def _status(code: int) -> str:
    return STATUSES[code] if 0 <= code < len(STATUSES) else "UNSET"


def _event(event: trace_pb2.Span.Event) -> ReceivedEvent:
    return ReceivedEvent(
        name=event.name,
        at_ns=event.time_unix_nano,
        attributes=_attributes(event.attributes),
    )


def _attributes(pairs: Iterable[KeyValue]) -> _Attributes:
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: AnyValue) -> object:
    """Return a plain value; the format itself limits how deep it nests."""
    kind = value.WhichOneof("value")
    match kind:
        case None:
            return None
        case "array_value":
            return [_value(part) for part in value.array_value.values]
        case "kvlist_value":
            return _attributes(value.kvlist_value.values)
    return getattr(value, kind)
