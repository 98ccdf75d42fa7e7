"""The clients' side: Flight messages, REST, and pages with a session."""

import base64
import json
import re

import httpx
import pyarrow as pa
from pyarrow import flight

from benchmarks.servers import PASSWORD, Server
from benchmarks.workload import BATCH_ROWS


class Wire:
    """Everything a benchmark asks of one server."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._headers = {"Authorization": f"Bearer {server.key}"}
        options = [(b"auth-token-bin", server.key.encode())]
        self._options = flight.FlightCallOptions(headers=options)
        self.connect()
        self.space_id = self.get("/v2/spaces").json()["spaces"][0]["id"]

    def connect(self) -> None:
        """Connect, and sign in as a person does."""
        self._flight = flight.connect(f"grpc://127.0.0.1:{self._server.flight_port}")
        self._http = httpx.Client(base_url=self._server.url, timeout=600)
        form = self._http.get("/sign-in").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
        answer = self._http.post(
            "/sign-in",
            data={
                "username": "admin",
                "password": PASSWORD,
                "csrfmiddlewaretoken": token,
            },
        )
        assert answer.status_code == 302, answer.text

    def get(self, path: str) -> httpx.Response:
        headers = self._headers if path.startswith("/v2/") else {}
        return _checked(self._http.get(path, headers=headers))

    def plain(self, url: str) -> httpx.Client:
        """Return a client for another server, without a session."""
        return httpx.Client(base_url=url, timeout=60)

    def drain(self, path: str) -> int:
        """Download and forget; return the number of bytes."""
        with self._http.stream("GET", path) as answer:
            assert answer.status_code == 200, answer.status_code
            return sum(len(part) for part in answer.iter_bytes())

    def post(self, path: str, body: bytes) -> httpx.Response:
        headers = self._headers | {"Content-Type": "application/json"}
        return _checked(self._http.post(path, content=body, headers=headers))

    def create_dataset(self, name: str, rows: pa.Table) -> str:
        members = {"datasetName": name, "datasetType": "GENERATIVE"}
        answer = self._put({"createDataset": self._in_space(**members)}, rows)
        return re.search(rb"[A-Za-z0-9+/=]{8,}", answer)[0].decode()

    def create_experiment(self, dataset_id: str, name: str) -> str:
        members = self._in_space(datasetId=dataset_id, experimentName=name)
        body = _text({"createExperimentDbEntry": members})
        action = flight.Action("create_experiment_db_entry", body)
        (answer,) = self._flight.do_action(action, options=self._options)
        found = re.search(rb"[A-Za-z0-9+/=]{8,}", answer.body.to_pybytes())
        return found[0].decode()

    def post_runs(self, dataset_id: str, name: str, rows: pa.Table) -> None:
        members = self._in_space(datasetId=dataset_id, experimentName=name)
        self._put({"postExperimentData": members}, rows)

    def list_runs(self, experiment_id: str) -> flight.FlightStreamReader:
        members = self._in_space(experimentId=experiment_id)
        ticket = flight.Ticket(_text({"getExperiment": members}))
        return self._flight.do_get(ticket, options=self._options)

    def _put(self, request: object, rows: pa.Table) -> bytes:
        descriptor = flight.FlightDescriptor.for_command(_text(request))
        writer, reader = self._flight.do_put(descriptor, rows.schema, self._options)
        with writer:
            for batch in rows.to_batches(max_chunksize=BATCH_ROWS):
                writer.write_batch(batch)
            writer.done_writing()
            return reader.read().to_pybytes()

    def _in_space(self, **members: str) -> dict[str, str]:
        return {"spaceId": self.space_id, **members}


def number_of(resource_id: str) -> int:
    """Return the number that pages use, from a wire id."""
    return int(base64.b64decode(resource_id).decode().split(":")[1])


def _text(request: object) -> bytes:
    return json.dumps(request, indent=2).encode()


def _checked(answer: httpx.Response) -> httpx.Response:
    assert answer.status_code < 300, (answer.url, answer.status_code, answer.text[:500])
    return answer
