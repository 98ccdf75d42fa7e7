"""The server's own life: starting, stopping, being killed."""

import os
import subprocess
import sys

import pyarrow as pa
import pytest

from tests.clients import raw_flight
from tests.clients.raw_flight import RawFlight
from tests.clients.rest import Rest
from tests.clients.running import ROOT, RunningServer
from tests.clients.waiting import until

# One worker runs all of them, with one server.
pytestmark = pytest.mark.xdist_group("server life")


@pytest.fixture(scope="module")
def with_sample(tmp_path_factory):
    """A server at its very first start, sample and all."""
    running = RunningServer(
        tmp_path_factory.mktemp("sampled"),
        EXPERIMENTS_UI_SAMPLE="1",
        EXPERIMENTS_UI_ADMIN_PASSWORD="a password of my own",
    )
    running.start()
    yield running
    assert running.interrupt() == 0
    assert "Traceback" not in running.log


@pytest.fixture
def sampled(with_sample, tmp_path, monkeypatch):
    """The Python client, with nothing but the lines that the server printed."""
    from arize import ArizeClient

    for name, value in with_sample.exported.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ARIZE_DIRECTORY", str(tmp_path / "arize"))
    return ArizeClient()


def test_the_first_start_holds_a_sample_to_compare(sampled):
    (dataset,) = sampled.datasets.list(space="demo").datasets
    examples = sampled.datasets.list_examples(dataset=dataset.id, all=True).examples
    assert len(examples) >= 200
    experiments = sampled.experiments.list(dataset=dataset.id).experiments
    assert len(experiments) == 4
    for experiment in experiments:
        runs = sampled.experiments.list_runs(experiment=experiment.id, all=True)
        assert len(runs.experiment_runs) >= 200
        scores = [
            column
            for column in runs.experiment_runs[0].additional_properties
            if column.startswith("eval.") and column.endswith(".score")
        ]
        assert scores


def test_a_password_of_ones_own_is_not_printed(with_sample):
    assert "a password of my own" not in with_sample.shown
    assert "EXPERIMENTS_UI_ADMIN_PASSWORD" in with_sample.shown


def test_a_second_server_on_the_same_data_says_who_has_it(with_sample):
    second = subprocess.run(
        [sys.executable, "manage.py", "up"],
        check=False,
        cwd=ROOT,
        env={
            **os.environ,
            "EXPERIMENTS_UI_DATA_DIR": str(with_sample.folder / "data"),
            "EXPERIMENTS_UI_HTTP_PORT": "0",
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert second.returncode != 0
    assert f"in use by process {with_sample.process_id}" in second.stderr
    assert "Traceback" not in second.stderr
    assert with_sample.answers()


def test_a_key_of_one_space_sees_no_other(with_sample):
    admin = Rest(with_sample.url, with_sample.exported["ARIZE_API_KEY"])
    organization = admin.get("/organizations").body["organizations"][0]["id"]
    made = admin.post("/spaces", {"name": "other", "organization_id": organization})
    assert made.status == 201
    only = Rest(with_sample.url, with_sample.new_key("only", space="other"))
    assert [space["name"] for space in only.get("/spaces").body["spaces"]] == ["other"]
    assert only.get("/datasets").body["datasets"] == []
    sample = admin.get("/datasets").body["datasets"][0]["id"]
    assert only.get(f"/datasets/{sample}").status == 404
    raw = RawFlight(with_sample.flight_port, only.key)
    with pytest.raises(pa.ArrowException, match="not found"):
        raw.get({"getDataset": {"datasetId": sample}})


@pytest.fixture
def mortal(tmp_path, monkeypatch):
    """A server to be killed; its database is a file of its own."""
    monkeypatch.delenv("EXPERIMENTS_UI_CLIENTS_POSTGRES", raising=False)
    running = RunningServer(tmp_path / "mortal")
    running.start()
    yield running
    assert running.stop() == 0


def test_uploads_of_a_killed_server_are_gone_and_their_names_free(mortal):
    key = mortal.exported["ARIZE_API_KEY"]
    rest = Rest(mortal.url, key)
    space_id = rest.get("/spaces").body["spaces"][0]["id"]
    kept = rest.post(
        "/datasets",
        {"name": "kept", "space_id": space_id, "examples": [{"input": "x"}]},
    ).body
    names = (space_id, kept["id"], "cut off")
    raw = RawFlight(mortal.flight_port, key)
    raw.act("create_experiment_db_entry", raw_flight.create_experiment(*names))
    rows = pa.record_batch({"example_id": ["x"] * 10_000, "output": ["y"] * 10_000})
    uploads = [
        raw_flight.create_dataset(space_id, "lost"),
        raw_flight.post_runs(*names),
    ]
    before = mortal.stored_bytes()
    # A writer that is let go closes its stream, and so completes the upload.
    writers = [raw.open_put(request, rows.schema)[0] for request in uploads]
    for writer in writers:
        for _ in range(3):
            writer.write_batch(rows)
    until(lambda: mortal.stored_bytes() > before + 500_000)
    mortal.kill()
    mortal.start()

    assert [d["name"] for d in rest.get("/datasets").body["datasets"]] == ["kept"]
    experiment_id = rest.get("/experiments").body["experiments"][0]["id"]
    runs = rest.get(f"/experiments/{experiment_id}/runs").body["experiment_runs"]
    assert runs == []
    again = RawFlight(mortal.flight_port, key)
    for request in uploads:
        assert again.put(request, [rows], rows.schema)
    assert len(rest.get("/datasets").body["datasets"]) == 2
    whole = again.get({"getExperiment": {"experimentId": experiment_id}})
    assert whole.num_rows == 10_000
