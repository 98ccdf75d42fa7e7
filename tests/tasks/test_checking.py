"""Tasks of code checks: what is written, counted, skipped and refused."""

import pytest

from experiments_ui.experiments.models import Evaluation
from experiments_ui.tasks.models import Batch, RunStatus
from tests import make
from tests.tasks import building

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(space, experiment):
    return building.task(experiment, building.check(space))


def test_a_check_writes_its_verdicts_to_the_runs(task, experiment):
    run = building.finished(task)
    assert (run.status, building.counts(run)) == (RunStatus.COMPLETED, (3, 0, 0))
    assert building.column(experiment, "eval.said.label") == ["pass", "pass", "fail"]
    assert building.column(experiment, "eval.said.score") == [1.0, 1.0, 0.0]
    assert all(building.column(experiment, "eval.said.explanation"))
    assert Evaluation.objects.filter(experiment=experiment, source="eval").count() == 3


def test_a_verdict_tells_where_it_came_from(task, experiment, wire):
    run = building.finished(task)
    listed = wire.get(f"/tasks/{wire_id('Task', task.pk)}/runs").json()["task_runs"]
    origin = {
        name: set(building.column(experiment, f"eval.said.metadata.{name}"))
        for name in ("task_id", "task_run_id", "evaluator_version")
    }
    assert origin == {
        "task_id": {wire_id("Task", task.pk)},
        "task_run_id": {listed[0]["id"]},
        "evaluator_version": {"1"},
    }
    assert run.started_at
    assert run.finished_at >= run.started_at


def test_verdicts_are_in_the_columns_that_exports_know(task, experiment):
    before = experiment.updated_at
    building.finished(task)
    experiment.refresh_from_db()
    assert experiment.kinds["eval.said.score"] == "float"
    assert experiment.kinds["eval.said.explanation"] == "string"
    assert (experiment.updated_at - before).total_seconds() >= 1


def test_what_has_a_verdict_is_not_evaluated_again(task):
    building.finished(task)
    again = building.trigger(task)
    assert (again.status, building.counts(again)) == (RunStatus.CANCELLED, (0, 0, 0))
    assert "override_evaluations" in again.failure_reason
    assert again.finished_at


def test_an_override_evaluates_everything_again(task):
    building.finished(task)
    again = building.finished(task, overrides=True)
    assert (again.status, building.counts(again)) == (RunStatus.COMPLETED, (3, 0, 0))


def test_only_what_is_left_is_evaluated(task, experiment, dataset):
    from django.utils import timezone

    from experiments_ui.experiments.actions import append_runs

    building.finished(task)
    new = [{"example_id": make.example_ids(dataset)[0], "output": "answer 0"}]
    append_runs(experiment, rows=new, now=timezone.now())
    again = building.finished(task)
    assert building.counts(again) == (1, 0, 0)
    assert again.num_present == 3


def test_runs_under_way_are_not_begun_twice(task):
    building.trigger(task)
    assert building.trigger(task).status == RunStatus.CANCELLED


def test_rows_without_a_value_are_skipped(space, experiment):
    task = building.task(
        experiment, building.check(space), mappings={"expected": "nowhere"}
    )
    run = building.finished(task)
    assert (run.status, building.counts(run)) == (RunStatus.COMPLETED, (0, 0, 3))


def test_filters_of_task_and_evaluator_hold_together(space, experiment, wire):
    version = building.check(space)
    task = building.task(experiment, version, query_filter="output LIKE 'answer%'")
    task.evaluators.update(query_filter="output != 'answer 0'")
    assert building.counts(building.finished(task)) == (1, 0, 0)
    assert building.column(experiment, "eval.said.label") == [None, "pass", None]


def test_a_filter_that_selects_nothing_ends_at_once(space, experiment):
    task = building.task(
        experiment, building.check(space), query_filter="output = 'never'"
    )
    run = building.trigger(task)
    assert (run.status, building.counts(run)) == (RunStatus.COMPLETED, (0, 0, 0))


def test_a_pinned_version_runs_though_there_is_a_newer_one(space, experiment):
    version = building.check(space)
    building.newer(
        version, None, managed_evaluator="JSON_PARSEABLE", variables=["output"]
    )
    task = building.task(experiment, version)
    task.evaluators.update(version=version)
    building.finished(task)
    assert building.column(experiment, "eval.said.label") == ["pass", "pass", "fail"]


def test_a_deleted_version_unpins(space, experiment):
    from experiments_ui.evaluators.actions import delete_versions

    version = building.check(space)
    building.newer(
        version, None, managed_evaluator="JSON_PARSEABLE", variables=["output"]
    )
    task = building.task(experiment, version)
    task.evaluators.update(version=version)
    delete_versions(version.evaluator, [version.pk])
    building.finished(task)
    assert building.column(experiment, "eval.said.label") == ["fail"] * 3


def test_custom_code_is_refused_with_a_reason(space, experiment):
    run = building.trigger(building.task(experiment, building.custom(space)))
    assert run.status == RunStatus.FAILED
    assert "does not run" in run.failure_reason
    assert not Batch.objects.exists()


def test_a_verdict_takes_the_place_of_an_uploaded_one(space, dataset):
    rows = [
        {
            "example_id": one,
            "output": "answer 0",
            "eval.said.label": "mine",
            "eval.said.score": 0.5,
            "eval.said.explanation": "my own words, which are rather long",
        }
        for one in make.example_ids(dataset)
    ]
    experiment = make.experiment(dataset, rows=rows)
    task = building.task(experiment, building.check(space))
    assert building.trigger(task).status == RunStatus.CANCELLED
    building.finished(task, overrides=True)
    assert building.column(experiment, "eval.said.label") == ["pass", "fail", "fail"]
    assert building.column(experiment, "eval.said.score") == [1.0, 0.0, 0.0]
    words = building.column(experiment, "eval.said.explanation")
    assert not any("my own words" in text for text in words)


def test_a_column_that_holds_something_else_ends_the_run_with_the_reason(
    space, dataset
):
    rows = [
        {"example_id": one, "output": "a", "eval.said.label": [1, 2]}
        for one in make.example_ids(dataset)
    ]
    experiment = make.experiment(dataset, rows=rows)
    run = building.finished(
        building.task(experiment, building.check(space)), overrides=True
    )
    assert (run.status, building.counts(run)) == (RunStatus.FAILED, (0, 0, 0))
    assert "eval.said.label" in run.failure_reason
    assert building.column(experiment, "eval.said.score") == [None] * 3


def wire_id(kind, number):
    from experiments_ui import ids

    return ids.encode(kind, number)
