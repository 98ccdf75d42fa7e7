"""Arrow Flight by hand, for what the clients would never send."""

import json
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
from pyarrow import flight


class RawFlight:
    """A connection to a server's Flight port with some key."""

    def __init__(self, port: int, key: str) -> None:
        self._client = flight.connect(f"grpc://127.0.0.1:{port}")
        headers = [(b"auth-token-bin", key.encode()), (b"origin", b"test")]
        self._options = flight.FlightCallOptions(headers=headers, timeout=30)

    def put(
        self, request: object, batches: Iterable[pa.RecordBatch], schema: pa.Schema
    ) -> bytes | None:
        """Upload batches and return the server's answer."""
        writer, reader = self.open_put(request, schema)
        with writer:
            for batch in batches:
                writer.write_batch(batch)
            writer.done_writing()
            answer = reader.read()
        return None if answer is None else answer.to_pybytes()

    def open_put(self, request: object, schema: pa.Schema) -> Any:
        descriptor = flight.FlightDescriptor.for_command(text(request))
        return self._client.do_put(descriptor, schema, options=self._options)

    def get(self, request: object) -> pa.Table:
        ticket = flight.Ticket(text(request))
        return self._client.do_get(ticket, options=self._options).read_all()

    def act(self, kind: str, request: object) -> list[bytes]:
        action = flight.Action(kind, text(request))
        results = self._client.do_action(action, options=self._options)
        return [result.body.to_pybytes() for result in results]

    def describe(self, request: object) -> Any:
        descriptor = flight.FlightDescriptor.for_command(text(request))
        return self._client.get_flight_info(descriptor, options=self._options)


def create_dataset(space_id: str, name: str) -> dict[str, Any]:
    """Return the request that opens the upload of a dataset."""
    return {
        "createDataset": {
            "spaceId": space_id,
            "datasetName": name,
            "datasetType": "GENERATIVE",
        }
    }


def create_experiment(space_id: str, dataset_id: str, name: str) -> dict[str, Any]:
    return {
        "createExperimentDbEntry": {
            "spaceId": space_id,
            "datasetId": dataset_id,
            "experimentName": name,
        }
    }


def post_runs(space_id: str, dataset_id: str, name: str) -> dict[str, Any]:
    """Return the request that opens the upload of an experiment's runs."""
    return {
        "postExperimentData": {
            "spaceId": space_id,
            "datasetId": dataset_id,
            "experimentName": name,
        }
    }


def text(request: object) -> bytes:
    """Return a request as it is sent: JSON, or bytes as they are."""
    return request if isinstance(request, bytes) else json.dumps(request).encode()
