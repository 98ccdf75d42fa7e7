"""REST: evaluation tasks and their runs."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from experiments_ui import ids
from experiments_ui.api.filters import by_name, by_space, chosen
from experiments_ui.api.pagination import PageRequest, newest_first
from experiments_ui.api.schema import describes, page_of
from experiments_ui.datasets.queries import get_dataset
from experiments_ui.errors import Invalid
from experiments_ui.evaluators.queries import get_evaluator, versions_of
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.queries import several
from experiments_ui.spaces.authentication import caller
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.principals import Principal
from experiments_ui.tasks import actions, queries
from experiments_ui.tasks.actions import Attached, NewTask, Wish
from experiments_ui.tasks.models import RunStatus, TaskType
from experiments_ui.tasks.serializers import (
    RUN_EXPERIMENT,
    TaskBody,
    TaskChanges,
    TaskRunShape,
    TaskShape,
    TriggerBody,
)

_FILTERS = ("space_id", "space_name", "name", "project_id", "dataset_id", "type")
_TYPES = (*TaskType.values, RUN_EXPERIMENT)


class TaskList(APIView):
    @describes(
        "list_tasks",
        answers=page_of("tasks", TaskShape),
        query=(*_FILTERS, "limit", "cursor"),
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        found = by_name(by_space(queries.list_tasks(caller(request)), query), query)
        if dataset_id := query.get("dataset_id"):
            found = found.filter(dataset=ids.decode("Dataset", dataset_id))
        if query.get("project_id"):
            found = found.none()
        if task_type := chosen(query, "type", _TYPES):
            found = found.filter(task_type=task_type)
        scope = ("tasks", *(query.get(name) for name in _FILTERS))
        page = newest_first(found, PageRequest.parse(query, scope=scope))
        return Response(page.answer("tasks", lambda one: TaskShape(one).data))

    @describes("create_task", takes=TaskBody, answers=TaskShape, status=201)
    def post(self, request: Request) -> Response:
        principal = caller(request)
        body = TaskBody(data=request.data)
        body.is_valid(raise_exception=True)
        sent = body.validated_data
        dataset = get_dataset(principal, sent["dataset_id"], role=Role.MEMBER)
        new = NewTask(
            name=sent["name"],
            task_type=sent["type"],
            query_filter=sent.get("query_filter"),
            experiments=_experiments(principal, sent["experiment_ids"]),
            evaluators=_attached(principal, sent["evaluators"]),
        )
        task = actions.create_task(dataset, new, by=principal.user, now=timezone.now())
        return Response(TaskShape(task).data, status=201)


class TaskDetail(APIView):
    @describes("get_task", answers=TaskShape)
    def get(self, request: Request, task_id: str) -> Response:
        task = queries.get_task(caller(request), task_id, role=Role.READ_ONLY)
        return Response(TaskShape(task).data)

    @describes("update_task", takes=TaskChanges, answers=TaskShape)
    def patch(self, request: Request, task_id: str) -> Response:
        principal = caller(request)
        task = queries.get_task(principal, task_id, role=Role.MEMBER)
        body = TaskChanges(data=request.data)
        body.is_valid(raise_exception=True)
        changes = body.changes()
        sent = changes.pop("evaluators", None)
        actions.update_task(
            task,
            {k: v for k, v in changes.items() if k in ("name", "query_filter")},
            evaluators=None if sent is None else _attached(principal, sent),
            now=timezone.now(),
        )
        task = queries.get_task(principal, task_id, role=Role.MEMBER)
        return Response(TaskShape(task).data)

    @describes("delete_task", status=204)
    def delete(self, request: Request, task_id: str) -> Response:
        task = queries.get_task(caller(request), task_id, role=Role.MEMBER)
        actions.delete_task(task)
        return Response(status=204)


class Trigger(APIView):
    @describes("trigger_task_run", takes=TriggerBody, answers=TaskRunShape, status=201)
    def post(self, request: Request, task_id: str) -> Response:
        principal = caller(request)
        task = queries.get_task(principal, task_id, role=Role.MEMBER)
        body = TriggerBody(data=request.data)
        body.is_valid(raise_exception=True)
        sent = body.validated_data
        named = sent.get("experiment_ids")
        wish = Wish(
            experiments=_experiments(principal, named) if named else None,
            overrides=bool(sent.get("override_evaluations")),
            most=sent.get("max_spans"),
        )
        run = actions.trigger(task, wish, by=principal.user, now=timezone.now())
        return Response(TaskRunShape(queries.current(run)).data, status=201)


class TaskRuns(APIView):
    @describes(
        "list_task_runs",
        answers=page_of("task_runs", TaskRunShape),
        query=("status", "limit", "cursor"),
    )
    def get(self, request: Request, task_id: str) -> Response:
        query = request.query_params
        task = queries.get_task(caller(request), task_id, role=Role.READ_ONLY)
        found = queries.runs_of(task)
        if status := chosen(query, "status", RunStatus.values):
            found = found.filter(status=status)
        scope = ("task_runs", task.pk, status)
        page = newest_first(found, PageRequest.parse(query, scope=scope))
        return Response(page.answer("task_runs", _shown))


class TaskRunDetail(APIView):
    @describes("get_task_run", answers=TaskRunShape)
    def get(self, request: Request, run_id: str) -> Response:
        return Response(
            _shown(queries.get_run(caller(request), run_id, role=Role.READ_ONLY))
        )


class Cancel(APIView):
    @describes("cancel_task_run", answers=TaskRunShape)
    def post(self, request: Request, run_id: str) -> Response:
        run = queries.get_run(caller(request), run_id, role=Role.MEMBER)
        actions.cancel(run)
        return Response(_shown(run))


def _shown(run: Any) -> Any:
    return TaskRunShape(queries.current(run)).data


def _experiments(principal: Principal, numbers: Sequence[int]) -> list[Experiment]:
    unique = list(dict.fromkeys(numbers))
    if len(unique) != len(numbers):
        message = "An experiment is named twice."
        raise Invalid(f"experiment_ids: {message}", {"experiment_ids": message})
    return several(principal, unique, role=Role.READ_ONLY)


def _attached(
    principal: Principal, sent: Sequence[Mapping[str, Any]]
) -> list[Attached]:
    return [
        _one_attached(principal, one, f"evaluators[{index}]")
        for index, one in enumerate(sent)
    ]


def _one_attached(principal: Principal, one: Mapping[str, Any], place: str) -> Attached:
    evaluator = get_evaluator(principal, one["evaluator_id"], role=Role.READ_ONLY)
    version = None
    if (number := one.get("evaluator_version_id")) is not None:
        version = versions_of(evaluator).filter(pk=number).first()
        if version is None:
            message = "This is no version of the evaluator."
            path = f"{place}.evaluator_version_id"
            raise Invalid(f"{path}: {message}", {path: message})
    return Attached(
        evaluator,
        version,
        query_filter=one.get("query_filter"),
        column_mappings=one.get("column_mappings"),
    )
