"""A server that answers what `experiments.run` asks, from memory, and stores nothing.

It is the floor under a run: three listeners as the real server has, and no work.
"""

import json
import signal
import sys
import threading
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import grpc
import pyarrow as pa
from arize._generated.protocol.flight import flight_pb2
from pyarrow import flight

ROWS = 500
MOMENT = "2026-01-01T00:00:00.000000Z"
EXPORT = "opentelemetry.proto.collector.trace.v1.TraceService"


def encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


SPACE, DATASET = encoded("Space:1:sink"), encoded("Dataset:1:sink")
EXPERIMENT, VERSION = encoded("Experiment:1:sink"), encoded("DatasetVersion:1:sink")
COMMON = {"space_id": SPACE, "created_at": MOMENT, "updated_at": MOMENT}
ANSWERS = {
    "datasets": {"id": DATASET, "name": "sink", **COMMON},
    "experiments": {
        "id": EXPERIMENT,
        "name": "sink",
        "dataset_id": DATASET,
        "dataset_version_id": VERSION,
        **COMMON,
    },
}


def examples(rows: int) -> dict[str, list[object]]:
    """Return the columns of the dataset that both servers have."""
    return {
        "question": [f"What is the answer to question {i}?" for i in range(rows)],
        "expected": [f"answer {i}" for i in range(rows)],
        "number": list(range(rows)),
    }


class RestHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = self.path.split("?")[0].split("/")
        document = ANSWERS.get(parts[2], {}) if len(parts) > 2 else {}
        content = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


class FlightSink(flight.FlightServerBase):
    """Knows one dataset, and takes any experiment."""

    def do_action(self, context, action):
        del context, action
        answer = flight_pb2.CreateExperimentDBEntryResponse(
            experiment_id=EXPERIMENT, dataset_id=DATASET, trace_model_name="sink"
        )
        return iter([flight.Result(answer.SerializeToString())])

    def do_get(self, context, ticket):
        del context, ticket
        own = {
            "id": [f"example-{i}" for i in range(ROWS)],
            "created_at": [0] * ROWS,
            "updated_at": [0] * ROWS,
        }
        return flight.RecordBatchStream(pa.table(own | examples(ROWS)))

    def do_put(self, context, descriptor, reader, writer):
        del context, descriptor
        reader.read_all()
        answer = flight_pb2.PostExperimentDataResponse(
            experiment_id=EXPERIMENT, dataset_id=DATASET
        )
        writer.write(answer.SerializeToString())


def otlp_server(port: int) -> grpc.Server:
    """Return a server that takes spans without looking at them."""
    server = grpc.server(ThreadPoolExecutor(8))
    export = grpc.unary_unary_rpc_method_handler(lambda _request, _context: b"")
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(EXPORT, {"Export": export}),)
    )
    server.add_insecure_port(f"127.0.0.1:{port}")
    return server


def main() -> None:
    rest_port, flight_port, otlp_port = map(int, sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    otlp = otlp_server(otlp_port)
    otlp.start()
    flights = FlightSink(f"grpc://127.0.0.1:{flight_port}")
    threading.Thread(target=flights.serve, daemon=True).start()
    ThreadingHTTPServer(("127.0.0.1", rest_port), RestHandler).serve_forever()


if __name__ == "__main__":
    main()
