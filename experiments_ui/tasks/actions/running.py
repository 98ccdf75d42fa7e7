"""Starting and stopping runs: what is to do is decided here, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import numpy as np
from django.db import transaction

from experiments_ui.accounts.models import User
from experiments_ui.errors import Conflict, DomainError
from experiments_ui.evaluators.configs import NOT_RUN, check_of
from experiments_ui.evaluators.models import EvaluatorVersion
from experiments_ui.evaluators.queries import config_of
from experiments_ui.experiments.models import Experiment
from experiments_ui.integrations.calling import endpoint_of
from experiments_ui.integrations.models import AuthType, Integration, Provider
from experiments_ui.integrations.queries import usable_in
from experiments_ui.tasks import queries
from experiments_ui.tasks.actions.keeping import check_experiments
from experiments_ui.tasks.jobs import MOST_ANNOUNCED, enqueue, limits
from experiments_ui.tasks.jobs.closing import close_if_done, end
from experiments_ui.tasks.models import (
    Batch,
    RunStatus,
    Task,
    TaskEvaluator,
    TaskRun,
)

# Small enough that work spreads over workers and little is read at once.
ROWS_PER_BATCH = 200
ALL_PRESENT = (
    "All of these runs have been evaluated already, or are being evaluated now. To "
    "evaluate them again, trigger the task with override_evaluations."
)
# Their servers may ask for no key.
_KEYLESS = {Provider.CUSTOM, Provider.LITELLM, Provider.NVIDIA_NIM}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a run is to evaluate: without experiments, those of the task.

    `most` bounds how many runs are taken, over all experiments and evaluators.
    """

    experiments: Sequence[Experiment] | None = None
    overrides: bool = False
    most: int | None = None


def trigger(task: Task, wish: Wish, *, by: User, now: datetime) -> TaskRun:
    """Start a run and return it: queued, or ended where there is nothing to do.

    Raises:
        Invalid: An experiment is not of the task's dataset.
    """
    experiments = list(wish.experiments or task.experiments.filter(is_removed=False))
    check_experiments(task.dataset, experiments)
    attached = list(task.evaluators.select_related("evaluator", "version"))
    versions = queries.versions_for(attached)
    reason = _why_not(task, [versions[one.evaluator_id] for one in attached])
    with transaction.atomic():
        # Two at once would choose the same runs.
        Task.objects.select_for_update().get(pk=task.pk)
        run = TaskRun.objects.create(
            task=task, overrides=wish.overrides, created_at=now, created_by=by
        )
        Task.objects.filter(pk=task.pk).update(last_run_at=now)
        if reason:
            end(run.pk, RunStatus.FAILED, reason=reason)
        else:
            planned = _Plan(run, wish)
            for one in attached:
                version = versions[one.evaluator_id]
                if version:
                    planned.add(one, version, experiments)
            _begin(run, planned)
    run.refresh_from_db()
    return run


def cancel(run: TaskRun) -> None:
    """Stop a run; what is recorded stays.

    Raises:
        Conflict: It has ended.
    """
    reason = "The run was cancelled."
    if not end(run.pk, RunStatus.CANCELLED, reason=reason):
        run.refresh_from_db()
        raise Conflict(f"This run has ended already: it is {run.status}.")
    run.refresh_from_db()


class _Plan:
    """The batches of a run while they are chosen."""

    def __init__(self, run: TaskRun, wish: Wish) -> None:
        self._run = run
        self._wish = wish
        self._room = wish.most
        self.present = 0
        self.batches: list[Batch] = []

    def add(
        self,
        attached: TaskEvaluator,
        version: EvaluatorVersion,
        experiments: Sequence[Experiment],
    ) -> None:
        """Add what one evaluator has to do in each experiment."""
        config = config_of(version)
        texts = (
            self._run.task.query_filter,
            attached.query_filter,
            config.get("query_filter"),
        )
        for experiment in experiments:
            chosen = queries.chosen_runs(experiment, [text for text in texts if text])
            fresh = self._fresh(experiment, config["name"], chosen)
            self.present += len(chosen) - len(fresh)
            for part in self._parts(fresh):
                self.batches.append(
                    Batch(
                        task_run=self._run,
                        experiment=experiment,
                        version=version,
                        name=config["name"],
                        column_mappings=attached.column_mappings or {},
                        size=len(part),
                        left=part,
                        announced_at=self._run.created_at,
                    )
                )

    def _fresh(
        self, experiment: Experiment, name: str, chosen: np.ndarray
    ) -> np.ndarray:
        if self._wish.overrides:
            return chosen
        empty = np.intersect1d(chosen, queries.without_verdict(experiment, name))
        under_way = queries.being_evaluated(experiment, name)
        return np.setdiff1d(empty, list(under_way)) if under_way else empty

    def _parts(self, fresh: np.ndarray) -> list[list[int]]:
        if self._room is not None:
            fresh = fresh[: self._room]
            self._room -= len(fresh)
        numbers: list[int] = fresh.astype(int).tolist()
        starts = range(0, len(numbers), ROWS_PER_BATCH)
        return [numbers[start : start + ROWS_PER_BATCH] for start in starts]


def _begin(run: TaskRun, planned: _Plan) -> None:
    TaskRun.objects.filter(pk=run.pk).update(num_present=planned.present)
    if not planned.batches:
        if planned.present:
            end(run.pk, RunStatus.CANCELLED, reason=ALL_PRESENT)
        else:
            close_if_done(run.pk)
        return
    made = Batch.objects.bulk_create(planned.batches)
    for integration in {b.version.integration for b in made if b.version}:
        if integration:
            limits.forget_failures(integration)
    for batch in made[:MOST_ANNOUNCED]:
        transaction.on_commit(partial(enqueue, batch.pk))


def _why_not(task: Task, versions: Sequence[EvaluatorVersion | None]) -> str | None:
    """Return why a run cannot begin, if it cannot."""
    names = []
    for version in versions:
        if version is None:
            return "An evaluator has no version any more."
        config = config_of(version)
        names.append(config["name"])
        if "template" in config:
            if reason := _why_not_called(task, version.integration):
                return reason
        elif check_of(config) is None:
            return NOT_RUN
    if len(set(names)) != len(names):
        return "Two evaluators of this task would write the same columns."
    return None


def _why_not_called(task: Task, integration: Integration | None) -> str | None:
    if integration is None:
        return "The AI integration of an evaluator was deleted."
    if not usable_in(task.space).filter(pk=integration.pk).exists():
        return f"The AI integration “{integration.name}” is not for this space."
    needs_key = integration.auth_type != AuthType.PROXY_WITH_HEADERS
    keyless = integration.provider in _KEYLESS and integration.base_url
    if needs_key and not keyless and not integration.has_api_key:
        return (
            f"The AI integration “{integration.name}” has no key. Add one, then run "
            "the task again."
        )
    try:
        endpoint_of(integration)
    except DomainError as error:
        return error.message
    return None
