"""Evaluators of every form, through `experiments.run`."""

import numpy as np
import pytest
from arize.experiments import EvaluationResult, Evaluator
from arize.experiments.evaluators.base import CodeEvaluator, LLMEvaluator

from tests.clients.rows import QUESTIONS


@pytest.fixture
def evaluated(client, name):
    """Run a task with evaluators; return each run's columns."""
    dataset = client.datasets.create(name=name, space="demo", examples=QUESTIONS)

    def run(evaluators, **options):
        experiment, _ = client.experiments.run(
            name="first",
            dataset=dataset.id,
            task=lambda row: row["input"],
            evaluators=evaluators,
            **options,
        )
        listed = client.experiments.list_runs(experiment=experiment.id)
        return [run.additional_properties for run in listed.experiment_runs]

    return run


def verdict(columns, evaluator):
    return tuple(
        columns.get(f"eval.{evaluator}.{part}")
        for part in ("score", "label", "explanation")
    )


def a_bool(output):
    return output == "question 1"


def a_float(output):
    return 0.25


def an_int(output):
    return 3


def a_numpy_number(output):
    return np.float32(0.5)


def a_label(output):
    return f"label of {output} ✓"


def a_pair(output):
    return 0.75, "because"


def a_result(output):
    return EvaluationResult(
        score=1,
        label="good",
        explanation="“quoted”\nand on two lines",
        metadata={"judge": "me", "seconds": 0.5, "tags": ["a"], "sure": True},
    )


def only_a_label(output):
    return EvaluationResult(label="kind")


def test_functions_may_return_every_allowed_type(evaluated):
    runs = evaluated(
        [
            a_bool,
            a_float,
            an_int,
            a_numpy_number,
            a_label,
            a_pair,
            a_result,
            only_a_label,
        ]
    )
    assert [verdict(columns, "a_bool") for columns in runs] == [
        (0.0, "False", None),
        (1.0, "True", None),
        (0.0, "False", None),
    ]
    first = runs[0]
    assert verdict(first, "a_float") == (0.25, None, None)
    assert verdict(first, "an_int") == (3.0, None, None)
    assert verdict(first, "a_numpy_number") == (0.5, None, None)
    assert verdict(first, "a_label") == (None, "label of question 0 ✓", None)
    assert verdict(first, "a_pair") == (0.75, None, "because")
    assert verdict(first, "a_result") == (
        1,
        "good",
        "“quoted”\nand on two lines",
    )
    assert verdict(first, "only_a_label") == (None, "kind", None)
    assert first["eval.a_result.metadata.judge"] == "me"
    assert first["eval.a_result.metadata.seconds"] == 0.5
    assert first["eval.a_result.metadata.tags"] == "['a']"
    assert first["eval.a_result.metadata.sure"] is True
    assert len(first["eval.a_bool.trace.id"]) == 32


def test_classes_take_what_they_name(evaluated):
    class Matches(Evaluator):
        def evaluate(self, *, output, dataset_row, **_):
            same = output == dataset_row["input"]
            return EvaluationResult(
                score=float(same), label="same" if same else "other"
            )

    class Topical(CodeEvaluator):
        def __init__(self, topic):
            self._name = f"is about {topic}"
            self._topic = topic

        def evaluate(self, *, dataset_row, **_):
            return EvaluationResult(score=float(dataset_row["topic"] == self._topic))

    class Judge(LLMEvaluator):
        async def async_evaluate(self, *, experiment_output, **_):
            return EvaluationResult(label="long", explanation=experiment_output)

    runs = evaluated([Matches(), Topical("a"), Topical("b"), Judge()])
    assert [verdict(columns, "Matches")[:2] for columns in runs] == [(1.0, "same")] * 3
    assert [columns["eval.is about a.score"] for columns in runs] == [1.0, 0.0, 1.0]
    assert [columns["eval.is about b.score"] for columns in runs] == [0.0, 1.0, 0.0]
    assert verdict(runs[2], "Judge") == (None, "long", "question 2")


def test_evaluators_may_be_named_by_a_mapping(evaluated):
    runs = evaluated(
        {
            "exact.match v1.2": a_bool,
            "länge": len,
        }
    )
    assert [columns["eval.exact.match v1.2.score"] for columns in runs] == [0, 1, 0]
    assert [columns["eval.länge.score"] for columns in runs] == [10.0] * 3


def test_a_failing_evaluator_leaves_the_other_verdicts(evaluated):
    def fails(output):
        raise KeyError("no such thing")

    def fails_sometimes(output):
        return 1 / (int(output[-1]) % 2)

    def works(output):
        return 1.0

    runs = evaluated([fails, fails_sometimes, works])
    assert [verdict(columns, "fails") for columns in runs] == [(None, None, None)] * 3
    assert [columns.get("eval.fails_sometimes.score") for columns in runs] == [
        None,
        1.0,
        None,
    ]
    assert [columns["eval.works.score"] for columns in runs] == [1.0] * 3


def test_scores_are_filtered_by_the_names_of_their_evaluators(client, name):
    dataset = client.datasets.create(name=name, space="demo", examples=QUESTIONS)
    experiment, _ = client.experiments.run(
        name="first",
        dataset=dataset.id,
        task=lambda row: row["input"],
        evaluators={"acc": lambda output: int(output[-1]) / 2},
    )
    found = client.experiments.list_runs(
        experiment=experiment.id, filter="eval.acc.score < 0.5"
    )
    assert [run.output for run in found.experiment_runs] == ["question 0"]
