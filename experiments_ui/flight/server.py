"""The Flight server: each call proves who is calling, parses, and asks one subject."""

from collections.abc import Callable, Iterator
from typing import Any

from pyarrow import RecordBatch, flight

from experiments_ui.errors import BadRequest
from experiments_ui.flight import reads, uploads
from experiments_ui.flight.errors import translated, translated_stream
from experiments_ui.flight.keys import MIDDLEWARE, KeyMiddlewareFactory, principal_of
from experiments_ui.flight.messages import Request
from experiments_ui.spaces.principals import Principal

_CREATE_EXPERIMENT = "create_experiment_db_entry"

_PUTS: dict[str, Callable[[Principal, Request, Any], bytes]] = {
    "createDataset": uploads.create_dataset,
    "postExperimentData": uploads.post_experiment_data,
}
_GETS: dict[str, Callable[[Principal, Request], reads.Table]] = {
    "getDataset": reads.dataset,
    "getExperiment": reads.experiment,
}


class FlightServer(flight.FlightServerBase):
    """Answers DoAction, DoGet and DoPut of the Arize AX clients."""

    @translated
    def do_action(
        self, context: flight.ServerCallContext, action: flight.Action
    ) -> Iterator[flight.Result]:
        principal = principal_of(context)
        request = Request.parse(action.body.to_pybytes())
        if action.type != _CREATE_EXPERIMENT:
            raise BadRequest(f"The action '{action.type}' is not served here.")
        return iter([flight.Result(uploads.create_experiment(principal, request))])

    @translated
    def do_get(
        self, context: flight.ServerCallContext, ticket: flight.Ticket
    ) -> flight.GeneratorStream:
        principal = principal_of(context)
        request = Request.parse(ticket.ticket)
        if request.name not in _GETS:
            raise BadRequest(f"'{request.name}' cannot be fetched here.")
        table = _GETS[request.name](principal, request)
        stream: Iterator[RecordBatch] = translated_stream(table.batches)
        return flight.GeneratorStream(table.schema, stream)

    @translated
    def do_put(
        self,
        context: flight.ServerCallContext,
        descriptor: flight.FlightDescriptor,
        reader: flight.MetadataRecordBatchReader,
        writer: flight.FlightMetadataWriter,
    ) -> None:
        principal = principal_of(context)
        request = Request.parse(descriptor.command or b"")
        if request.name not in _PUTS:
            raise BadRequest(f"'{request.name}' cannot be uploaded here.")
        upload = uploads.Upload(reader, is_cancelled=context.is_cancelled)
        writer.write(_PUTS[request.name](principal, request, upload))

    @translated
    def list_flights(
        self, context: flight.ServerCallContext, criteria: bytes
    ) -> Iterator[flight.FlightInfo]:
        del context, criteria
        raise BadRequest("Flights are not listed here; use the REST interface.")

    @translated
    def get_flight_info(
        self, context: flight.ServerCallContext, descriptor: flight.FlightDescriptor
    ) -> flight.FlightInfo:
        del context, descriptor
        raise BadRequest("Spans are not exported over Flight; use POST /v2/spans.")


def build_server(location: str) -> FlightServer:
    """Return a server that listens on, say, ``grpc://127.0.0.1:8815``."""
    return FlightServer(location, middleware={MIDDLEWARE: KeyMiddlewareFactory()})
