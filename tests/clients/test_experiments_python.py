"""Experiments logged through the Python client, without running a task."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from arize._generated.api_client.exceptions import (
    BadRequestException,
    ConflictException,
    NotFoundException,
    UnprocessableEntityException,
)
from arize.experiments.evaluators.types import EvaluationResultFieldNames
from arize.experiments.types import ExperimentRunInput, ExperimentTaskFieldNames

from tests.clients.rows import QUESTIONS, all_runs, of_runs, without_missing

FIELDS = ExperimentTaskFieldNames(example_id="example_id", output="output")
ACCURACY = {
    "accuracy": EvaluationResultFieldNames(
        score="acc", label="verdict", explanation="why", metadata={"judge": None}
    )
}


@pytest.fixture
def dataset(client, name):
    return client.datasets.create(name=name, space="demo", examples=QUESTIONS)


@pytest.fixture
def example_ids(client, dataset):
    return [e.id for e in client.datasets.list_examples(dataset=dataset.id).examples]


@pytest.fixture
def runs(example_ids):
    return [
        {
            "example_id": example_id,
            "output": f"Antwort {i} ✓",
            "acc": i / 2,
            "verdict": ["wrong", "half", "right"][i],
            "why": f"because {i}",
            "judge": "a person",
            "model": "model-a",
            "latency_ms": 12 + i,
        }
        for i, example_id in enumerate(example_ids)
    ]


def evaluated(run, number):
    """A run as it comes back when `ACCURACY` named its columns."""
    return {
        "example_id": run["example_id"],
        "output": run["output"],
        "model": "model-a",
        "latency_ms": 12 + number,
        "eval.accuracy.score": number / 2,
        "eval.accuracy.label": run["verdict"],
        "eval.accuracy.explanation": f"because {number}",
        "eval.accuracy.metadata.judge": "a person",
    }


def log(client, dataset, runs, *, name="first", **options):
    return client.experiments.create(
        name=name,
        dataset=dataset.id,
        experiment_runs=runs,
        task_fields=options.pop("task_fields", FIELDS),
        **options,
    )


@pytest.mark.parametrize("form", [list, pd.DataFrame])
def test_runs_keep_their_columns_and_evaluations(
    client, dataset, runs, form, example_ids
):
    experiment = log(client, dataset, form(runs), evaluator_columns=ACCURACY)
    assert experiment.dataset_id == dataset.id
    assert experiment.dataset_version_id
    expected = [evaluated(run, i) for i, run in enumerate(runs)]
    page = client.experiments.list_runs(experiment=experiment.id)
    assert of_runs(page) == expected
    whole = client.experiments.list_runs(experiment=experiment.id, all=True)
    assert without_missing(of_runs(whole)) == expected
    assert [run.id for run in whole.experiment_runs] == [
        run.id for run in page.experiment_runs
    ]


def test_other_names_for_example_and_output_are_mapped(client, dataset, example_ids):
    rows = [
        {"row": example_id, "answer": {"text": i}}
        for i, example_id in enumerate(example_ids)
    ]
    experiment = log(
        client,
        dataset,
        rows,
        task_fields=ExperimentTaskFieldNames(example_id="row", output="answer"),
    )
    listed = of_runs(client.experiments.list_runs(experiment=experiment.id))
    assert [run["output"] for run in listed] == [f'{{"text": {i}}}' for i in range(3)]


def test_a_parquet_file_becomes_an_experiment(client, dataset, runs, tmp_path):
    pq.write_table(pa.Table.from_pylist(runs), tmp_path / "runs.parquet")
    experiment = log(
        client, dataset, str(tmp_path / "runs.parquet"), evaluator_columns=ACCURACY
    )
    expected = [evaluated(run, i) for i, run in enumerate(runs)]
    listed = of_runs(client.experiments.list_runs(experiment=experiment.id))
    assert without_missing(listed) == expected
    client.experiments.export_to_parquet(
        experiment=experiment.id, path=str(tmp_path / "out.parquet")
    )
    exported = pq.read_table(tmp_path / "out.parquet").select(list(expected[0]))
    assert exported.to_pylist() == expected


@pytest.fixture
def many(client, name):
    """A dataset of 1,200 examples."""
    return client.datasets.create(
        name=name,
        space="demo",
        examples=[{"input": f"question {i}"} for i in range(1200)],
    )


def test_1200_runs_go_over_flight_and_come_back_equal_types_included(
    client, many, tmp_path
):
    examples = client.datasets.list_examples(dataset=many.id, all=True).examples
    rows = [
        {
            "example_id": example.id,
            "output": f"output {i} ü",
            "score": i / 1200,
            "tokens": i,
            "cached": i % 2 == 0,
            "model": "ab"[i % 2],
            "retries": None if i % 3 else 2**40 + i,
            "cost": None if i % 5 else i * 1e-6,
        }
        for i, example in enumerate(examples)
    ]
    experiment = log(
        client,
        many,
        rows,
        evaluator_columns={"judge": EvaluationResultFieldNames(score="score")},
    )
    for row in rows:
        row["eval.judge.score"] = row.pop("score")
    whole = client.experiments.list_runs(experiment=experiment.id, all=True)
    frame = pd.DataFrame(rows)
    read = pd.DataFrame(of_runs(whole))[list(frame.columns)]
    pd.testing.assert_frame_equal(read, frame)
    paged = [
        {"example_id": r.example_id, "output": r.output, **r.additional_properties}
        for r in all_runs(client, experiment.id)
    ]
    assert without_missing(paged) == without_missing(rows)

    client.experiments.export_to_parquet(
        experiment=experiment.id, path=str(tmp_path / "out.parquet")
    )
    exported = pq.read_table(tmp_path / "out.parquet")
    assert {f.name: str(f.type) for f in exported.schema if f.name in rows[0]} == {
        "example_id": "string",
        "output": "string",
        "eval.judge.score": "double",
        "tokens": "int64",
        "cached": "bool",
        "model": "string",
        # The client's own frame made floats of these, for the missing ones.
        "retries": "double",
        "cost": "double",
    }
    assert exported.select(list(rows[0])).to_pylist() == rows


def test_an_experiment_without_a_dataset_lives_in_its_space(client, name):
    experiment = client.experiments.create(
        name=name,
        space="demo",
        experiment_runs=[{"output": "a", "model": "x"}, {"output": "b", "model": "y"}],
        task_fields=ExperimentTaskFieldNames(output="output"),
    )
    assert experiment.dataset_id is None
    assert client.experiments.get(experiment=name, space="demo").id == experiment.id
    listed = of_runs(client.experiments.list_runs(experiment=experiment.id))
    assert listed == [
        {"example_id": None, "output": "a", "model": "x"},
        {"example_id": None, "output": "b", "model": "y"},
    ]
    whole = client.experiments.list_runs(experiment=experiment.id, all=True)
    assert [run.output for run in whole.experiment_runs] == ["a", "b"]
    client.experiments.append_runs(
        experiment=experiment.id, experiment_runs=pd.DataFrame([{"output": "c"}])
    )
    whole = client.experiments.list_runs(experiment=experiment.id, all=True)
    assert [run.output for run in whole.experiment_runs] == ["a", "b", "c"]


def test_a_second_experiment_of_the_same_name_is_a_conflict_on_both_transports(
    client, many
):
    examples = client.datasets.list_examples(dataset=many.id, all=True).examples
    rows = [{"example_id": e.id, "output": "x"} for e in examples]
    log(client, many, rows[:3])
    with pytest.raises(ConflictException):
        log(client, many, rows[:3])
    with pytest.raises(RuntimeError, match="exists already") as raised:
        log(client, many, rows)
    assert "Traceback" not in str(raised.value)
    assert len(client.experiments.list(dataset=many.id).experiments) == 1


def test_appended_runs_are_seen_at_once_despite_the_clients_cache(
    client, dataset, runs, example_ids
):
    experiment = log(client, dataset, runs[:1])
    first = client.experiments.list_runs(experiment=experiment.id, all=True)
    assert len(first.experiment_runs) == 1
    added = client.experiments.append_runs(
        experiment=experiment.id,
        experiment_runs=[
            ExperimentRunInput(example_id=example_ids[1], output="from the list")
        ],
    )
    assert len(added.run_ids) == 1
    again = client.experiments.append_runs(
        experiment=experiment.id,
        experiment_runs=pd.DataFrame(
            [{"example_id": example_ids[2], "output": "frame", "eval.acc.score": 0.5}]
        ),
    )
    whole = client.experiments.list_runs(experiment=experiment.id, all=True)
    assert [run.id for run in whole.experiment_runs[1:]] == [
        *added.run_ids,
        *again.run_ids,
    ]
    assert whole.experiment_runs[2].additional_properties["eval.acc.score"] == 0.5


def test_runs_are_found_by_filters(client, dataset, runs):
    experiment = log(client, dataset, runs, evaluator_columns=ACCURACY)

    def found(filter):  # noqa: A002 -- the client's word
        page = client.experiments.list_runs(experiment=experiment.id, filter=filter)
        return [run.output for run in page.experiment_runs]

    assert found("eval.accuracy.score < 0.5") == ["Antwort 0 ✓"]
    assert found("eval.accuracy.label IN ('right', 'half') AND latency_ms > 13") == [
        "Antwort 2 ✓"
    ]
    assert found("output LIKE '%ort 1%'") == ["Antwort 1 ✓"]
    assert found("eval.accuracy.explanation CONTAINS 'because 2'") == ["Antwort 2 ✓"]
    assert found(f"example_id = '{runs[1]['example_id']}'") == ["Antwort 1 ✓"]
    assert found("NOT (model = 'model-a')") == []
    with pytest.raises(UnprocessableEntityException):
        found("eval.accuracy.score <")
    with pytest.raises((BadRequestException, UnprocessableEntityException)):
        found("  ")


def test_experiments_are_found_by_name_listed_and_deleted(client, dataset, runs):
    made = [log(client, dataset, runs, name=f"run {i}").id for i in range(3)]
    found = client.experiments.get(experiment="run 1", dataset=dataset.id)
    assert found.id == made[1]
    by_names = client.experiments.get(
        experiment="run 1", dataset=dataset.name, space="demo"
    )
    assert by_names.id == made[1]
    listed = client.experiments.list(dataset=dataset.id).experiments
    assert {experiment.id for experiment in listed} == set(made)
    client.experiments.delete(experiment="run 1", dataset=dataset.id)
    with pytest.raises(NotFoundException):
        client.experiments.get(experiment=made[1])
    log(client, dataset, runs, name="run 1")


def test_deleting_a_dataset_deletes_its_experiments(client, dataset, runs):
    experiment = log(client, dataset, runs)
    client.datasets.delete(dataset=dataset.id)
    with pytest.raises(NotFoundException):
        client.experiments.get(experiment=experiment.id)


def test_a_run_without_an_example_is_refused_by_name(client, dataset):
    with pytest.raises(UnprocessableEntityException, match="example_id"):
        client.experiments.create(
            name="no examples",
            dataset=dataset.id,
            experiment_runs=[{"output": "x"}],
            task_fields=ExperimentTaskFieldNames(output="output"),
        )
    assert client.experiments.list(dataset=dataset.id).experiments == []
