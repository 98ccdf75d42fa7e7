"""Reading tasks, their runs, and what a run would evaluate."""

from collections.abc import Iterable, Sequence
from functools import reduce

import numpy as np
from django.db.models import QuerySet, Sum

from experiments_ui import ids
from experiments_ui.analysis.filters import parse
from experiments_ui.analysis.filters.tree import Every, Expression, IsNull, Reference
from experiments_ui.evaluators.models import EvaluatorVersion
from experiments_ui.evaluators.queries import latest_versions
from experiments_ui.experiments import queries as experiments
from experiments_ui.experiments.models import Experiment
from experiments_ui.spaces import access
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.principals import Principal
from experiments_ui.tasks.models import Batch, Failure, Task, TaskEvaluator, TaskRun

# What a run has that was evaluated: any of these.
_SIGNS = ("label", "score", "metadata.task_run_id")
_COUNTS = {
    "num_successes": "successes",
    "num_errors": "errors",
    "num_skipped": "skipped",
    "num_cached": "cached",
}


def list_tasks(principal: Principal) -> QuerySet[Task]:
    """Return the tasks of the spaces where the principal may read them."""
    spaces = access.spaces_of(principal).order_by()
    if not principal.is_account_admin:
        readable = [
            number
            for number in principal.roles
            if access.may(principal, number, role=Role.READ_ONLY)
        ]
        spaces = spaces.filter(pk__in=readable)
    found = Task.objects.filter(space__in=spaces.values("pk"))
    return found.prefetch_related("evaluators__evaluator", "experiments")


def get_task(principal: Principal, task_id: str, *, role: Role) -> Task:
    """Return a task by its wire id; errors as access.get_in_space."""
    number = ids.decode("Task", task_id)
    tasks = Task.objects.prefetch_related("evaluators__evaluator", "experiments")
    return access.get_in_space(principal, tasks, number=number, what="Task", role=role)


def get_run(principal: Principal, run_id: str, *, role: Role) -> TaskRun:
    """Return a task run by its wire id; errors as access.get_in_space."""
    number = ids.decode("TaskRun", run_id)
    run = TaskRun.objects.filter(pk=number).first()
    found = access.get_in_space(
        principal,
        Task.objects.all(),
        number=run.task_id if run else 0,
        what="Task run",
        role=role,
    )
    assert run is not None  # noqa: S101 -- there is no task 0
    run.task = found
    return run


def runs_of(task: Task) -> QuerySet[TaskRun]:
    return TaskRun.objects.filter(task=task)


def failures_of(run: TaskRun) -> QuerySet[Failure]:
    """Return what a run could not evaluate, in order of arrival."""
    return Failure.objects.filter(task_run=run).order_by("pk")


def counts_of(run_id: int) -> dict[str, int]:
    """Return a run's counts as its batches have them now."""
    sums = {name: Sum(column, default=0) for name, column in _COUNTS.items()}
    found: dict[str, int] = Batch.objects.filter(task_run_id=run_id).aggregate(**sums)
    return found


def current(run: TaskRun) -> TaskRun:
    """Return a run with the counts of this moment: its batches' while under way."""
    if not run.has_ended:
        for name, count in counts_of(run.pk).items():
            setattr(run, name, count)
    return run


def versions_for(
    attached: Iterable[TaskEvaluator],
) -> dict[int, EvaluatorVersion | None]:
    """Return what would run, by the evaluator's number: the pinned or latest one."""
    attached = list(attached)
    latest = latest_versions([one.evaluator for one in attached])
    return {
        one.evaluator_id: one.version or latest.get(one.evaluator_id)
        for one in attached
    }


def chosen_runs(experiment: Experiment, filters: Sequence[str]) -> np.ndarray:
    """Return the sequences that all of the filters select, ascending.

    Raises:
        Invalid: A filter cannot be read.
    """
    everyone = np.arange(experiments.length_of(experiment))
    masks = [experiments.matching(experiment, parse(text)) for text in filters]
    return reduce(np.intersect1d, masks, everyone)


def without_verdict(experiment: Experiment, name: str) -> np.ndarray:
    """Return the sequences that an evaluator has said nothing of, ascending."""
    missing = tuple(IsNull(Reference(f"eval.{name}.{sign}")) for sign in _SIGNS)
    return experiments.matching(experiment, Expression("", Every(missing)))


def being_evaluated(experiment: Experiment, name: str) -> set[int]:
    """Return the sequences that runs under way have still to do."""
    batches = Batch.objects.open().filter(experiment=experiment, name=name)
    return {s for left in batches.values_list("left", flat=True) for s in left}
