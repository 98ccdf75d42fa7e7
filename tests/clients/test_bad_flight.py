"""Bad input over Flight: a clear word, nothing half-visible, still serving."""

import threading

import pyarrow as pa
import pytest
from pyarrow import flight

from tests.clients import raw_flight
from tests.clients.raw_flight import RawFlight
from tests.clients.rows import QUESTIONS
from tests.clients.running import ROOT
from tests.clients.waiting import until

CUT_OFF = """
import os, signal, sys
import pyarrow as pa

root, port, key, request = sys.argv[1:]
sys.path.append(root)
from tests.clients.raw_flight import RawFlight

batch = pa.record_batch({"example_id": ["x"] * 10_000, "output": ["y" * 100] * 10_000})
raw = RawFlight(int(port), key)
writer, reader = raw.open_put(request.encode(), batch.schema)
for _ in range(5):
    writer.write_batch(batch)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def raw(server, key):
    return RawFlight(server.flight_port, key)


@pytest.fixture
def dataset(client, name):
    return client.datasets.create(name=name, space="demo", examples=QUESTIONS)


def table(**columns):
    return pa.record_batch(columns)


def refused(raw, request, *batches, schema=None):
    """Upload what must be refused; return the words that come back."""
    with pytest.raises((flight.FlightError, pa.ArrowException)) as raised:
        raw.put(request, batches, schema or batches[0].schema)
    words = str(raised.value)
    assert "Traceback" not in words
    assert ".py" not in words
    return words


def datasets_named(rest, name):
    return rest.get("/datasets", name=name).body["datasets"]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"score": [0.5, float("inf")]}, "“score”, row 2"),
        ({"score": [float("-inf")]}, "“score”, row 1"),
        ({"input": ["fine", "a\0b"]}, "“input”, row 2"),
        ({"a\0b": ["x"]}, "column"),
        ({"annotations": ["x"]}, "annotations"),
        ({"": ["x"]}, "no name"),
        ({"n" * 300: ["x"]}, "name"),
        ({"id": ["same", "same"], "input": ["x", "y"]}, "same"),
        ({"id": pa.array([1, 2]), "input": ["x", "y"]}, "id"),
        ({"input": pa.array([2**64 - 1], pa.uint64())}, "64 bits"),
        ({"input": pa.array([b"\xff\xfe"])}, "UTF-8"),
        ({"input": pa.array([], pa.string())}, "no examples"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_bad_column_of_a_dataset_is_named(raw, rest, space_id, name, columns, words):
    request = raw_flight.create_dataset(space_id, name)
    assert words in refused(raw, request, table(**columns))
    assert datasets_named(rest, name) == []
    raw.put(request, [good := table(input=["x"])], good.schema)
    assert len(datasets_named(rest, name)) == 1


def test_two_columns_of_one_name_are_refused(raw, rest, space_id, name):
    twice = pa.RecordBatch.from_arrays([pa.array(["x"])] * 2, names=["input", "input"])
    words = refused(raw, raw_flight.create_dataset(space_id, name), twice)
    assert "Two columns are called “input”" in words
    assert datasets_named(rest, name) == []


def test_a_bad_value_in_the_last_batch_leaves_nothing(raw, rest, space_id, name):
    good = table(input=["x"] * 10_000)
    bad = table(input=["x"] * 9_999 + ["\0"])
    request = raw_flight.create_dataset(space_id, name)
    assert "row 30000" in refused(raw, request, good, good, bad).replace(",", "")
    assert datasets_named(rest, name) == []


def test_nan_is_a_missing_value(raw, client, rest, space_id, name):
    raw.put(
        raw_flight.create_dataset(space_id, name),
        [rows := table(score=[0.5, float("nan")], input=["a", "b"])],
        rows.schema,
    )
    dataset_id = datasets_named(rest, name)[0]["id"]
    examples = rest.get(f"/datasets/{dataset_id}/examples").body["examples"]
    assert [example["score"] for example in examples] == [0.5, None]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"example_id": ["x"]}, "no column 'output'"),
        ({"output": ["x"]}, "no example_id"),
        ({"example_id": ["x"], "output": ["x"], "id": ["x"]}, "'id' is reserved"),
        ({"example_id": ["x"], "output": ["x"], "annotations": ["x"]}, "annotations"),
        (
            {"example_id": ["x"], "output": ["x"], "eval.a.score": [float("inf")]},
            "eval.a",
        ),
        ({"example_id": ["x"], "output": ["\0"]}, "“output”, row 1"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_bad_column_of_an_experiment_is_named(
    raw, client, dataset, space_id, columns, words
):
    names = (space_id, dataset.id, "first")
    raw.act("create_experiment_db_entry", raw_flight.create_experiment(*names))
    assert words in refused(raw, raw_flight.post_runs(*names), table(**columns))
    experiment = client.experiments.get(experiment="first", dataset=dataset.id)
    assert client.experiments.list_runs(experiment=experiment.id).experiment_runs == []
    good = table(example_id=["x"], output=["fine"])
    raw.put(raw_flight.post_runs(*names), [good], good.schema)
    listed = client.experiments.list_runs(experiment=experiment.id).experiment_runs
    assert [run.output for run in listed] == ["fine"]


def test_runs_for_an_experiment_that_is_not_there_are_refused(raw, dataset, space_id):
    request = raw_flight.post_runs(space_id, dataset.id, "never made")
    words = refused(raw, request, table(example_id=["x"], output=["x"]))
    assert "never made" in words


def test_a_wrong_key_is_refused_everywhere(server, raw, rest, space_id, dataset, name):
    stranger = RawFlight(server.flight_port, "eui_wrong")
    keyless = RawFlight(server.flight_port, "")
    get = {"getDataset": {"spaceId": space_id, "datasetId": dataset.id}}
    make = raw_flight.create_experiment(space_id, dataset.id, "x")
    for caller in (stranger, keyless):
        with pytest.raises(flight.FlightUnauthenticatedError):
            caller.get(get)
        with pytest.raises(flight.FlightUnauthenticatedError):
            caller.act("create_experiment_db_entry", make)
        with pytest.raises(flight.FlightUnauthenticatedError):
            caller.put(
                raw_flight.create_dataset(space_id, f"{name} 2"),
                [rows := table(input=["x"])],
                rows.schema,
            )
    assert datasets_named(rest, f"{name} 2") == []


@pytest.mark.parametrize(
    "request_",
    [
        b"",
        b"not json",
        b"[]",
        b"{}",
        b'{"getDataset": 7}',
        b'{"getDataset": {"datasetId": 7}}',
        b'{"getDataset": {"datasetId": "no id"}}',
        b'{"getDataset": {}, "getExperiment": {}}',
        b'{"dropEverything": {}}',
        b"\xff\xfe",
    ],
)
def test_a_request_that_makes_no_sense_is_refused_plainly(raw, request_):
    for call in (
        lambda: raw.get(request_),
        lambda: raw.act("create_experiment_db_entry", request_),
        lambda: raw.act("drop_everything", request_),
        lambda: raw.describe(request_),
        lambda: raw.put(request_, [rows := table(a=["x"])], rows.schema),
    ):
        with pytest.raises((flight.FlightError, pa.ArrowException)) as raised:
            call()
        assert "Traceback" not in str(raised.value)
        assert "Something went wrong" not in str(raised.value)


def test_of_uploads_at_once_under_one_name_one_wins(server, key, rest, space_id, name):
    rows = table(input=["x"] * 500)
    request = raw_flight.create_dataset(space_id, name)
    ends = []

    def upload():
        try:
            RawFlight(server.flight_port, key).put(request, [rows] * 4, rows.schema)
            ends.append("made")
        except flight.FlightError as error:
            ends.append("taken" if "exists already" in str(error) else str(error))

    threads = [threading.Thread(target=upload) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["made", *["taken"] * 5]
    assert len(datasets_named(rest, name)) == 1


def test_a_dataset_whose_client_dies_midway_is_not_there(
    server, key, rest, script, raw, space_id, name
):
    request = raw_flight.create_dataset(space_id, name)
    died = script(
        CUT_OFF,
        str(ROOT),
        str(server.flight_port),
        key,
        raw_flight.text(request).decode(),
    )
    assert died.code == -9
    assert datasets_named(rest, name) == []
    rows = table(input=["x"])

    def upload_again():
        try:
            return raw.put(request, [rows], rows.schema)
        except flight.FlightError:
            return None

    until(upload_again)
    (made,) = datasets_named(rest, name)
    examples = rest.get(f"/datasets/{made['id']}/examples").body["examples"]
    assert len(examples) == 1


def test_runs_whose_client_dies_midway_are_not_there(
    server, key, script, raw, client, dataset, space_id
):
    names = (space_id, dataset.id, "first")
    raw.act("create_experiment_db_entry", raw_flight.create_experiment(*names))
    request = raw_flight.post_runs(*names)
    died = script(
        CUT_OFF,
        str(ROOT),
        str(server.flight_port),
        key,
        raw_flight.text(request).decode(),
    )
    assert died.code == -9
    experiment = client.experiments.get(experiment="first", dataset=dataset.id)
    assert client.experiments.list_runs(experiment=experiment.id).experiment_runs == []
    good = table(example_id=["x"], output=["fine"])

    def upload_again():
        try:
            return raw.put(request, [good], good.schema)
        except flight.FlightError:
            return None

    until(upload_again)
    whole = client.experiments.list_runs(experiment=experiment.id, all=True)
    assert [run.output for run in whole.experiment_runs] == ["fine"]
