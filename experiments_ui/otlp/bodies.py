"""Request bodies of OTLP over HTTP: protobuf or JSON, perhaps compressed."""

import base64
import binascii
import zlib
from typing import Any

import orjson
from google.protobuf import json_format
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)

from experiments_ui.errors import BadRequest, LimitExceeded

PROTOBUF = "application/x-protobuf"
JSON = "application/json"
_MOST_BYTES = 64 * 2**20
# These are hex in OTLP's JSON, where protobuf's own JSON has base64.
_HEX_MEMBERS = frozenset(
    ("traceId", "spanId", "parentSpanId", "trace_id", "span_id", "parent_span_id")
)


def unpacked(body: bytes, *, encoding: str) -> bytes:
    """Return a body as it was before Content-Encoding.

    Raises:
        LimitExceeded: It unpacks to more than a message may have.
        BadRequest: It is broken, or the encoding is not known here.
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "deflate"):
        raise BadRequest(f"Content-Encoding '{encoding[:40]}' is not gzip or deflate.")
    unpacker = zlib.decompressobj(wbits=47)  # either header
    try:
        plain = unpacker.decompress(body, _MOST_BYTES)
    except zlib.error:
        raise BadRequest(f"The body is not {encoding}.") from None
    if unpacker.unconsumed_tail:
        raise LimitExceeded(f"The body unpacks to over {_MOST_BYTES // 2**20} MB.")
    if not unpacker.eof:
        raise BadRequest(f"The {encoding} body ends too early.")
    return plain


def parsed(body: bytes, *, media_type: str) -> ExportTraceServiceRequest:
    """Read a request in either format.

    Raises:
        BadRequest: The body is not of this format.
    """
    try:
        if media_type == JSON:
            return _of_json(body)
        return ExportTraceServiceRequest.FromString(body)
    except (DecodeError, json_format.ParseError, ValueError, RecursionError):
        raise BadRequest("The body is no ExportTraceServiceRequest.") from None


def _of_json(body: bytes) -> ExportTraceServiceRequest:
    document = orjson.loads(body)
    if not isinstance(document, dict):
        raise BadRequest("The body must be a JSON object.")
    for span in _spans(document):
        _mend_ids(span)
        for link in _objects(span, "links"):
            _mend_ids(link)
    message = ExportTraceServiceRequest()
    return json_format.ParseDict(document, message, ignore_unknown_fields=True)


def _spans(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        span
        for group in _objects(document, "resourceSpans", "resource_spans")
        for scope in _objects(group, "scopeSpans", "scope_spans")
        for span in _objects(scope, "spans")
    ]


def _objects(parent: dict[str, Any], *names: str) -> list[dict[str, Any]]:
    """Return the objects in the list under the first of the names that is there."""
    found = next((parent[name] for name in names if name in parent), None)
    listed = found if isinstance(found, list) else ()
    return [one for one in listed if isinstance(one, dict)]


def _mend_ids(span: dict[str, Any]) -> None:
    for name in _HEX_MEMBERS & span.keys():
        try:
            raw = binascii.unhexlify(span[name] or "")
        except (binascii.Error, ValueError, TypeError):
            raise BadRequest(f"{name} is not hexadecimal.") from None
        span[name] = base64.b64encode(raw).decode()
