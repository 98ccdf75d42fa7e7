"""Making, changing and deleting tasks, and the rules that they keep to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from experiments_ui.accounts.models import User
from experiments_ui.analysis.filters import parse
from experiments_ui.datasets.models import Dataset
from experiments_ui.errors import Conflict, Invalid
from experiments_ui.evaluators.configs import check_of
from experiments_ui.evaluators.models import (
    Evaluator,
    EvaluatorType,
    EvaluatorVersion,
)
from experiments_ui.evaluators.queries import config_of, latest_versions
from experiments_ui.experiments.models import Experiment
from experiments_ui.tasks.jobs.closing import end
from experiments_ui.tasks.models import (
    UNDER_WAY,
    RunStatus,
    Task,
    TaskEvaluator,
    TaskRun,
    TaskType,
)

_TYPES = {
    TaskType.TEMPLATE_EVALUATION: EvaluatorType.TEMPLATE,
    TaskType.CODE_EVALUATION: EvaluatorType.CODE,
}


@dataclass(frozen=True, slots=True)
class Attached:
    """An evaluator as a task is to have it; without a version, the latest runs."""

    evaluator: Evaluator
    version: EvaluatorVersion | None = None
    query_filter: str | None = None
    column_mappings: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class NewTask:
    name: str
    task_type: str
    query_filter: str | None
    experiments: Sequence[Experiment]
    evaluators: Sequence[Attached]


def create_task(dataset: Dataset, new: NewTask, *, by: User, now: datetime) -> Task:
    """Make a task over experiments of a dataset.

    Raises:
        Invalid: A filter, an experiment or an evaluator breaks a rule.
        Conflict: The space has a task of this name.
    """
    check_experiments(dataset, new.experiments)
    _check_filter("query_filter", new.query_filter)
    _check_evaluators(dataset.space_id, new.task_type, new.evaluators)
    task = Task(
        space_id=dataset.space_id,
        dataset=dataset,
        name=new.name,
        task_type=new.task_type,
        query_filter=new.query_filter,
        created_at=now,
        updated_at=now,
        created_by=by,
    )
    with transaction.atomic():
        _save(task)
        task.experiments.set(new.experiments)
        _attach(task, new.evaluators)
    return task


def update_task(
    task: Task,
    changes: Mapping[str, Any],
    *,
    evaluators: Sequence[Attached] | None = None,
    now: datetime,
) -> None:
    """Change `name` or `query_filter`, or replace all evaluators; errors as above.

    Runs under way go on with what was chosen when they began.
    """
    _check_filter("query_filter", changes.get("query_filter"))
    if evaluators is not None:
        _check_evaluators(task.space_id, task.task_type, evaluators)
    for name, value in changes.items():
        setattr(task, name, value)
    task.updated_at = now
    with transaction.atomic():
        _save(task, fields=[*changes, "updated_at"])
        if evaluators is not None:
            task.evaluators.all().delete()
            _attach(task, evaluators)


def delete_task(task: Task) -> None:
    """Delete a task with its runs; what is under way stops, verdicts stay."""
    running = TaskRun.objects.filter(task=task, status__in=UNDER_WAY)
    for run_id in list(running.values_list("pk", flat=True)):
        end(run_id, RunStatus.CANCELLED, reason="The task was deleted.")
    task.delete()


def check_experiments(dataset: Dataset, experiments: Sequence[Experiment]) -> None:
    """Hold that experiments are of the dataset, and each is there once.

    Raises:
        Invalid: One is of another, or named twice.
    """
    for experiment in experiments:
        if experiment.dataset_id != dataset.pk:
            raise _refused(
                "experiment_ids",
                f"The experiment '{experiment.name}' is not of this dataset.",
            )
    if len({one.pk for one in experiments}) != len(experiments):
        raise _refused("experiment_ids", "An experiment is named twice.")


def _check_evaluators(
    space_id: int, task_type: str, attached: Sequence[Attached]
) -> None:
    if not attached:
        raise _refused("evaluators", "Name at least one evaluator.")
    if len({one.evaluator.pk for one in attached}) != len(attached):
        raise _refused("evaluators", "An evaluator is named twice.")
    for index, one in enumerate(attached):
        place = f"evaluators[{index}]"
        _check_evaluator(space_id, task_type, one, place)
        _check_filter(f"{place}.query_filter", one.query_filter)
    _check_together(attached)


def _check_evaluator(space_id: int, task_type: str, one: Attached, place: str) -> None:
    evaluator = one.evaluator
    if evaluator.space_id != space_id:
        raise _refused(f"{place}.evaluator_id", "This evaluator is of another space.")
    if one.version and one.version.evaluator_id != evaluator.pk:
        raise _refused(
            f"{place}.evaluator_version_id", "This is a version of another evaluator."
        )
    wanted = _TYPES[TaskType(task_type)]
    if evaluator.evaluator_type != wanted:
        raise _refused(
            f"{place}.evaluator_id",
            f"'{evaluator.name}' is {evaluator.evaluator_type}; a task of the type "
            f"{task_type} takes {wanted} evaluators.",
        )


def _check_together(attached: Sequence[Attached]) -> None:
    latest = latest_versions([one.evaluator for one in attached])
    configs = [
        config_of(version)
        for one in attached
        if (version := one.version or latest.get(one.evaluator.pk))
    ]
    scopes = {config.get("data_granularity") or "SPAN" for config in configs}
    if len(scopes) > 1:
        raise _refused("evaluators", "All evaluators must have one data_granularity.")
    if scopes - {"SPAN"}:
        raise _refused(
            "evaluators",
            "Experiments are evaluated run by run; evaluators of traces and sessions "
            "are not available on this server.",
        )
    names = [config["name"] for config in configs]
    if len(set(names)) != len(names):
        raise _refused("evaluators", "Two evaluators would write the same columns.")
    custom = [c for c in configs if "template" not in c and check_of(c) is None]
    if len(custom) > 1:
        raise _refused("evaluators", "A task takes one evaluator of custom code.")


def _check_filter(place: str, text: str | None) -> None:
    if text is None:
        return
    try:
        parse(text)
    except Invalid as error:
        raise _refused(place, error.message) from None


def _attach(task: Task, attached: Sequence[Attached]) -> None:
    TaskEvaluator.objects.bulk_create(
        TaskEvaluator(
            task=task,
            evaluator=one.evaluator,
            version=one.version,
            place=place,
            query_filter=one.query_filter,
            column_mappings=one.column_mappings,
        )
        for place, one in enumerate(attached)
    )


def _save(task: Task, *, fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            task.save(update_fields=fields)
    except IntegrityError:
        message = f"A task named '{task.name}' exists already."
        raise Conflict(message, {"name": message}) from None


def _refused(place: str, message: str) -> Invalid:
    return Invalid(f"{place}: {message}", {place: message})
