"""OTLP messages for tests."""

import time

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)
from opentelemetry.proto.common.v1.common_pb2 import (
    AnyValue,
    ArrayValue,
    KeyValue,
    KeyValueList,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span

_MEMBERS = {
    bool: "bool_value",
    int: "int_value",
    float: "double_value",
    bytes: "bytes_value",
    str: "string_value",
}


def any_value(value):
    if value is None:
        return AnyValue()
    if isinstance(value, dict):
        return AnyValue(kvlist_value=KeyValueList(values=pairs(value)))
    if isinstance(value, list):
        return AnyValue(array_value=ArrayValue(values=map(any_value, value)))
    return AnyValue(**{_MEMBERS[type(value)]: value})


def pairs(attributes):
    return [
        KeyValue(key=key, value=any_value(value)) for key, value in attributes.items()
    ]


def span(number=1, *, trace=1, parent=None, attributes=None, name="step", **more):
    now = time.time_ns()
    return Span(
        trace_id=trace.to_bytes(16, "big"),
        span_id=number.to_bytes(8, "big"),
        parent_span_id=b"" if parent is None else parent.to_bytes(8, "big"),
        name=name,
        start_time_unix_nano=more.pop("start", now - 5_000_000),
        end_time_unix_nano=more.pop("end", now),
        attributes=pairs(attributes or {}),
        **more,
    )


def export(*spans, resource=None):
    request = ExportTraceServiceRequest()
    group = request.resource_spans.add()
    group.resource.attributes.extend(pairs(resource or {}))
    group.scope_spans.add().spans.extend(spans)
    return request
