"""Experiments through the command line."""

import json

import pandas as pd
import pytest

from tests.clients.rows import QUESTIONS
from tests.clients.test_ax_datasets import write
from tests.clients.waiting import until


@pytest.fixture
def dataset(client, name):
    return client.datasets.create(name=name, space="demo", examples=QUESTIONS)


@pytest.fixture
def frame(client, dataset):
    examples = client.datasets.list_examples(dataset=dataset.id).examples
    return pd.DataFrame(
        {
            "example_id": [example.id for example in examples],
            "output": ["eins", "zwei, drei", "„vier“"],
            "eval.acc.score": [0.0, 0.5, 1.0],
            "eval.acc.label": ["no", "half", "yes"],
            "tokens": [1, 2, 3],
        }
    )


@pytest.fixture
def experiments(ax, dataset):
    """Run `ax experiments …` on the test's dataset."""

    def run(command, *arguments, **more):
        return ax("experiments", command, *arguments, "--dataset", dataset.id, **more)

    return run


def runs_of(done):
    """The runs that an export printed, as rows."""
    assert done.code == 0, done.stderr
    return [
        {
            "example_id": run["example_id"],
            "output": run["output"],
            **run["additional_properties"],
        }
        for run in done.json
    ]


@pytest.mark.parametrize("ending", ["csv", "json", "jsonl", "parquet"])
def test_a_file_becomes_an_experiment_and_comes_back(
    experiments, frame, tmp_path, ending
):
    path = tmp_path / f"runs.{ending}"
    write(frame, path)
    made = experiments("create", "--name", "first", "--file", path, "-o", "json")
    assert made.code == 0, made.stderr
    assert runs_of(experiments("export", "first", "--stdout")) == frame.to_dict(
        "records"
    )
    assert runs_of(
        experiments("export", "first", "--stdout", "--all")
    ) == frame.to_dict("records")


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_standard_input_becomes_an_experiment(experiments, frame, tmp_path, ending):
    write(frame, tmp_path / f"runs.{ending}")
    text = (tmp_path / f"runs.{ending}").read_text()
    made = experiments(
        "create", "--name", "first", "--file", "-", "-o", "json", stdin=text
    )
    assert made.code == 0, made.stderr
    assert runs_of(experiments("export", "first", "--stdout")) == frame.to_dict(
        "records"
    )


def test_an_experiment_is_listed_got_filtered_and_deleted(experiments, frame, tmp_path):
    write(frame, tmp_path / "runs.csv")
    made = experiments(
        *("create", "--name", "first", "--file", tmp_path / "runs.csv", "-o", "json")
    ).json
    listed = experiments("list", "-o", "json").json["experiments"]
    assert [experiment["id"] for experiment in listed] == [made["id"]]
    assert experiments("get", "first", "-o", "json").json["id"] == made["id"]
    found = experiments(
        *("list-runs", "first", "--filter", "eval.acc.score < 0.8", "-o", "json")
    )
    assert [run["output"] for run in found.json["experiment_runs"]] == [
        "eins",
        "zwei, drei",
    ]
    bad = experiments("list-runs", "first", "--filter", "eval.acc.score <")
    assert bad.code == 4
    assert "422" in bad.stderr
    assert experiments("delete", "first", "--force").code == 0
    assert experiments("get", "first").code == 4


def test_a_taken_name_or_a_missing_column_exits_with_4(experiments, frame, tmp_path):
    write(frame, tmp_path / "runs.csv")
    create = ("create", "--name", "first", "--file", tmp_path / "runs.csv")
    assert experiments(*create).code == 0
    again = experiments(*create)
    assert again.code == 4
    assert "409" in again.stderr
    write(frame.drop(columns="example_id"), tmp_path / "runs.csv")
    assert experiments("create", *create[1:2], "x", *create[3:]).code == 4


def test_an_experiment_without_a_dataset_needs_only_outputs(ax, name, tmp_path):
    write(pd.DataFrame({"output": ["a", "b"]}), tmp_path / "runs.jsonl")
    made = ax(
        *("experiments", "create", "--name", name, "--space", "demo"),
        *("--file", tmp_path / "runs.jsonl", "-o", "json"),
    )
    assert made.code == 0, made.stderr
    shown = ax("experiments", "export", name, "--space", "demo", "--stdout")
    assert [run["output"] for run in shown.json] == ["a", "b"]


def test_a_task_in_a_file_is_run(experiments, tmp_path):
    (tmp_path / "my_task.py").write_text(
        "def task(dataset_row):\n    return dataset_row['input'].upper()\n"
    )
    dry = experiments("run", "--name", "first", "--task", "my_task.py", "--dry-run")
    assert dry.code == 0, dry.stderr
    assert experiments("list", "-o", "json").json["experiments"] == []
    done = experiments(
        *("run", "--name", "first", "--task", "my_task.py", "--concurrency", "3"),
    )
    assert done.code == 0, done.stderr
    runs = experiments("export", "first", "--stdout", "--all").json
    assert [run["output"] for run in runs] == ["QUESTION 0", "QUESTION 1", "QUESTION 2"]


def test_runs_are_annotated_from_a_file(ax, experiments, frame, name, tmp_path):
    made = ax(
        *("annotation-configs", "create", "categorical", "--name", name),
        *("--space", "demo", "--value", "good", "--value", "bad", "-o", "json"),
    )
    assert made.code == 0, made.stderr
    write(frame, tmp_path / "runs.csv")
    experiments("create", "--name", "first", "--file", tmp_path / "runs.csv")
    runs = experiments("export", "first", "--stdout").json
    annotations = [
        {"record_id": run["id"], "values": [{"name": name, "label": label}]}
        for run, label in zip(runs, ["good", "bad", "good"], strict=True)
    ]
    (tmp_path / "annotations.json").write_text(json.dumps(annotations))
    done = experiments("annotate-runs", "first", "--file", "annotations.json")
    assert done.code == 0, done.stderr
    found = experiments(
        *("list-runs", "first", "-o", "json"),
        *("--filter", f"\"annotation.{name}.label\" = 'good'"),
    )
    assert found.code == 0, found.stderr
    assert [run["output"] for run in found.json["experiment_runs"]] == [
        "eins",
        "„vier“",
    ]


def test_traces_of_a_run_are_listed_and_exported(ax, client, dataset):
    experiment, frame = client.experiments.run(
        name="traced", dataset=dataset.id, task=lambda row: row["topic"]
    )
    project = experiment.experiment_traces_project_id
    until(lambda: len(client.spans.list(project=project).spans) == 3)
    listed = ax("traces", "list", project, "-o", "json")
    assert listed.code == 0, listed.stderr
    assert {trace["trace_id"] for trace in listed.json["traces"]} == set(
        frame["result.trace.id"]
    )
    spans = ax(
        *("spans", "export", project, "--trace-id", frame["result.trace.id"][0]),
        "--stdout",
    )
    assert spans.code == 0, spans.stderr
    (span,) = spans.json
    assert span["attributes"]["output.value"] == "a"
