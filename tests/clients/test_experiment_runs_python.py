"""`experiments.run`: tasks, dry runs, errors and retries."""

import asyncio
import json

import pandas as pd
import pytest

from tests.clients.rows import QUESTIONS, of_runs

STRUCTURED = [
    {
        "attributes.input.value": {"question": f"question {i}"},
        "attributes.output.value": {"answer": f"answer {i}"},
        "attributes.metadata": {"difficulty": i},
        "topic": "x",
    }
    for i in range(2)
]


@pytest.fixture
def dataset(client, name):
    return client.datasets.create(name=name, space="demo", examples=QUESTIONS)


def run(client, dataset, task, **options):
    """Run a task; return the experiment's id and its runs as the server has them."""
    experiment, frame = client.experiments.run(
        name=options.pop("name", "first"), dataset=dataset.id, task=task, **options
    )
    listed = client.experiments.list_runs(experiment=experiment.id, limit=500)
    assert len(listed.experiment_runs) == len(frame)
    return experiment, listed.experiment_runs


def nothing_much(row):
    return f"about {row['topic']}"


def has_no_experiment(client, dataset):
    return client.experiments.list(dataset=dataset.id).experiments == []


def test_a_task_may_take_one_field_of_the_row(client, dataset):
    _, runs = run(client, dataset, lambda row: row["input"].upper())
    assert [r.output for r in runs] == ["QUESTION 0", "QUESTION 1", "QUESTION 2"]
    examples = client.datasets.list_examples(dataset=dataset.id).examples
    assert [r.example_id for r in runs] == [example.id for example in examples]
    columns = runs[0].additional_properties
    assert columns["execution_status"] == "COMPLETED"
    assert columns["latency"] >= 0
    assert len(columns["result.trace.id"]) == 32


def test_a_task_may_take_the_whole_row(client, dataset):
    def whole(dataset_row):
        return {key: dataset_row[key] for key in ("input", "expected", "topic")}

    _, runs = run(client, dataset, whole)
    assert [json.loads(r.output) for r in runs] == QUESTIONS


def test_a_task_may_take_input_output_metadata_and_row(client, name):
    dataset = client.datasets.create(name=name, space="demo", examples=STRUCTURED)

    def four(input, output, metadata, dataset_row):  # noqa: A002 -- the client's word
        return f"{input['question']}, {output['answer']}, {dataset_row['topic']}"

    _, runs = run(client, dataset, four)
    assert [r.output for r in runs] == [
        "question 0, answer 0, x",
        "question 1, answer 1, x",
    ]


def test_a_task_may_return_numbers_lists_and_objects(client, dataset):
    results = {"question 0": {"ü": [1]}, "question 1": {}, "question 2": {"a": None}}
    _, runs = run(client, dataset, lambda row: results[row["input"]])
    assert [json.loads(r.output) for r in runs] == list(results.values())
    _, runs = run(client, dataset, lambda row: [row["topic"]] * 2, name="lists")
    assert [json.loads(r.output) for r in runs] == [["a", "a"], ["b", "b"], ["a", "a"]]
    _, runs = run(client, dataset, lambda row: len(row["input"]) / 4, name="floats")
    assert [r.output for r in runs] == ["2.5"] * 3


def test_one_failing_row_leaves_the_others_and_its_error(client, dataset):
    def fails_once(row):
        if row["input"] == "question 1":
            raise ValueError("zu heiß")
        return "fine"

    experiment, runs = run(client, dataset, fails_once)
    assert [r.output for r in runs] == ["fine", None, "fine"]
    assert [r.error for r in runs] == [None, "ValueError('zu heiß')", None]
    assert runs[1].additional_properties["execution_status"] == "FAILED"
    found = client.experiments.list_runs(
        experiment=experiment.id, filter="error IS NOT NULL"
    )
    assert [r.example_id for r in found.experiment_runs] == [runs[1].example_id]
    whole = client.experiments.list_runs(experiment=experiment.id, all=True)
    assert [r.output for r in whole.experiment_runs] == ["fine", None, "fine"]


def test_only_the_failed_rows_are_run_again_and_appended(client, dataset):
    broken = {"question 0", "question 2"}

    def task(row):
        if row["input"] in broken:
            raise TimeoutError
        return f"answer to {row['input']}"

    experiment, _ = run(client, dataset, task)
    failed = client.experiments.list_runs(
        experiment=experiment.id, filter="error IS NOT NULL"
    ).experiment_runs
    assert len(failed) == 2
    broken.clear()
    rows = {
        example.id: example.additional_properties
        for example in client.datasets.list_examples(dataset=dataset.id).examples
    }
    client.experiments.append_runs(
        experiment=experiment.id,
        experiment_runs=pd.DataFrame(
            [
                {"example_id": r.example_id, "output": task(rows[r.example_id])}
                for r in failed
            ]
        ),
    )
    whole = client.experiments.list_runs(experiment=experiment.id, all=True)
    outputs = {}
    for r in whole.experiment_runs:
        outputs.setdefault(r.example_id, []).append(r.output)
    assert sorted(outputs.values(), key=str) == [
        ["answer to question 1"],
        [None, "answer to question 0"],
        [None, "answer to question 2"],
    ]


def test_exit_on_error_stops_and_the_name_can_be_used_again_after_a_delete(
    client, dataset
):
    def always_fails(row):
        raise RuntimeError("no model")

    with pytest.raises(RuntimeError, match="during execution of tasks"):
        run(client, dataset, always_fails, exit_on_error=True)
    empty = client.experiments.get(experiment="first", dataset=dataset.id)
    assert client.experiments.list_runs(experiment=empty.id).experiment_runs == []
    client.experiments.delete(experiment=empty.id)
    _, runs = run(client, dataset, nothing_much, exit_on_error=True)
    assert [r.output for r in runs] == ["about a", "about b", "about a"]


def test_a_dry_run_writes_nothing_and_takes_only_so_many_rows(client, dataset, rest):
    seen = []
    experiment, frame = client.experiments.run(
        name="first",
        dataset=dataset.id,
        task=lambda row: seen.append(row["input"]) or "x",
        evaluators=[lambda output: output == "x"],
        dry_run=True,
        dry_run_count=2,
    )
    assert experiment is None
    assert len(frame) == len(seen) == 2
    assert has_no_experiment(client, dataset)
    names = [p["name"] for p in rest.get("/projects", limit=100).body["projects"]]
    assert not any("dry_run" in project for project in names)


def test_a_run_can_do_without_flight(client, dataset, monkeypatch):
    def is_right(output, dataset_row):
        return output == dataset_row["expected"]

    experiment, runs = run(
        client,
        dataset,
        lambda row: row["input"].replace("question", "answer"),
        evaluators=[is_right],
        force_http=True,
    )
    assert experiment.dataset_id == dataset.id
    assert [r.additional_properties["eval.is_right.label"] for r in runs] == [
        "True"
    ] * 3


def test_a_sample_of_a_dataset_is_a_dataset_of_its_own(client, dataset, name):
    examples = client.datasets.list_examples(dataset=dataset.id, all=True).to_df()
    sample = examples.sample(2, random_state=1)[["input", "expected"]]
    sampled = client.datasets.create(
        name=f"{name} sample", space="demo", examples=sample
    )
    _, runs = run(client, sampled, lambda row: row["expected"])
    assert [r.output for r in runs] == sample["expected"].tolist()


def test_a_dataset_that_grew_is_run_whole_despite_the_clients_cache(client, dataset):
    _, runs = run(client, dataset, nothing_much)
    client.datasets.append_examples(dataset=dataset.id, examples=[{"topic": "more"}])
    _, more = run(client, dataset, nothing_much, name="second")
    assert (len(runs), len(more)) == (3, 4)


def test_an_async_task_runs_at_high_concurrency(client, name):
    """500 rows, 32 at a time, three evaluators, 5 % of the rows failing."""
    count = 500
    dataset = client.datasets.create(
        name=name,
        space="demo",
        examples=[{"input": f"question {i}", "number": i} for i in range(count)],
    )

    async def task(row):
        await asyncio.sleep(0.02)
        if row["number"] % 20 == 7:
            raise ConnectionError(f"row {row['number']}")
        return f"answer {row['number']}"

    async def is_answer(output):
        await asyncio.sleep(0.001)
        return output is not None and output.startswith("answer")

    def length(output):
        return float(len(output or ""))

    def verdict(output, dataset_row):
        if output is None:
            return "missing"
        return "odd" if dataset_row["number"] % 2 else "even"

    experiment, frame = client.experiments.run(
        name="first",
        dataset=dataset.id,
        task=task,
        evaluators=[is_answer, length, verdict],
        concurrency=32,
    )
    whole = client.experiments.list_runs(experiment=experiment.id, all=True)
    runs = of_runs(whole)
    assert len(runs) == len(frame) == count
    assert [run["output"] for run in runs] == [
        None if i % 20 == 7 else f"answer {i}" for i in range(count)
    ]
    assert [run["error"] for run in runs if run["output"] is None] == [
        f"ConnectionError('row {i}')" for i in range(7, count, 20)
    ]
    assert [run["eval.is_answer.score"] for run in runs] == [
        0.0 if i % 20 == 7 else 1.0 for i in range(count)
    ]
    assert [run["eval.length.score"] for run in runs] == [
        float(len(run["output"] or "")) for run in runs
    ]
    assert {run["eval.verdict.label"] for run in runs} == {"missing", "even", "odd"}
    assert len({run["result.trace.id"] for run in runs}) == count
