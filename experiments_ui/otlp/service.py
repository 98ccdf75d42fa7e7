"""The OTLP receiver over gRPC."""

import logging
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import grpc
from django.db import DatabaseError, connections
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from experiments_ui.errors import BadRequest, DomainError
from experiments_ui.otlp.admission import Credentials, Memory
from experiments_ui.otlp.decode import decode
from experiments_ui.otlp.sink import Sink
from experiments_ui.otlp.storing import answer, deliveries

logger = logging.getLogger(__name__)

_SERVICE = "opentelemetry.proto.collector.trace.v1.TraceService"
_THREADS = 8
_MESSAGE_BYTES = 64 * 2**20
_CODES = {
    400: grpc.StatusCode.INVALID_ARGUMENT,
    401: grpc.StatusCode.UNAUTHENTICATED,
    403: grpc.StatusCode.PERMISSION_DENIED,
    404: grpc.StatusCode.NOT_FOUND,
    413: grpc.StatusCode.RESOURCE_EXHAUSTED,
    422: grpc.StatusCode.INVALID_ARGUMENT,
}
# To the first the clients come again, to the second they do not.
_LATER = grpc.StatusCode.UNAVAILABLE
_INTERNAL = grpc.StatusCode.INTERNAL


class Receiver:
    """A gRPC server and its sink, started and stopped as one."""

    def __init__(self, address: str, *, sink: Sink) -> None:
        self.sink = sink
        self._server = grpc.server(
            ThreadPoolExecutor(_THREADS, thread_name_prefix="otlp"),
            options=(
                ("grpc.max_receive_message_length", _MESSAGE_BYTES),
                # A second server on the port is an error, not a rival.
                ("grpc.so_reuseport", 0),
            ),
        )
        self._server.add_generic_rpc_handlers((_handlers(TraceService(sink)),))
        self.port = self._server.add_insecure_port(address)

    def start(self) -> None:
        self.sink.start()
        self._server.start()

    def stop(self, grace: float | None = None) -> threading.Event:
        """End calls within `grace` seconds, then store what is waiting."""
        self._server.stop(grace).wait()
        self.sink.close()
        ended = threading.Event()
        ended.set()
        return ended


class TraceService:
    """Answers Export: admits, decodes and queues."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._memory = Memory()

    def export(
        self, body: bytes, context: grpc.ServicerContext
    ) -> ExportTraceServiceResponse:
        try:
            return self._export(body, _headers(context))
        except Exception as error:  # noqa: BLE001 -- gRPC would tell the sender of it
            refusal = _refusal(error)
        finally:
            # Looking a key up is rare; a connection kept for it would lie idle.
            connections.close_all()
        return context.abort(*refusal)

    def _export(
        self, body: bytes, headers: Mapping[str, str]
    ) -> ExportTraceServiceResponse:
        credentials = Credentials.of(headers)
        sender = self._memory.sender_of(credentials.secret)
        decoded = decode(_parsed(body))
        sent = deliveries(decoded, sender=sender, space=credentials.space)
        if sent and not self._sink.accept(sent, size=len(body)):
            raise _Full
        return answer(decoded)


class _Full(Exception):
    """The queue has no room."""


def build_server(address: str) -> Receiver:
    """Return a server for `address`, such as 127.0.0.1:4317; port 0 picks one.

    Raises:
        RuntimeError: The address is taken.
    """
    return Receiver(address, sink=Sink())


def _handlers(service: TraceService) -> grpc.GenericRpcHandler:
    export = grpc.unary_unary_rpc_method_handler(
        service.export,
        response_serializer=ExportTraceServiceResponse.SerializeToString,
    )
    return grpc.method_handlers_generic_handler(_SERVICE, {"Export": export})


def _headers(context: grpc.ServicerContext) -> dict[str, str]:
    return {
        name: value
        for name, value in context.invocation_metadata()
        if isinstance(value, str)
    }


def _parsed(body: bytes) -> ExportTraceServiceRequest:
    try:
        return ExportTraceServiceRequest.FromString(body)
    except DecodeError:
        raise BadRequest("The message is no ExportTraceServiceRequest.") from None


def _refusal(error: Exception) -> tuple[grpc.StatusCode, str]:
    """Say to the sender what went wrong, and whether to come again."""
    match error:
        case DomainError():
            return _CODES.get(error.status, _INTERNAL), error.message
        case _Full():
            return _LATER, "Too many spans are waiting to be stored; try again."
        case DatabaseError():
            logger.error("spans refused", exc_info=error)
            return _LATER, "The database did not answer; try again."
    logger.error("spans refused", exc_info=error)
    return _INTERNAL, "Something went wrong on the server; it is logged."
