"""Experiments and their runs over REST."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from experiments_ui import ids
from experiments_ui.analysis.filters import parse
from experiments_ui.api.filters import by_name, by_space
from experiments_ui.api.pagination import PageRequest, newest_first
from experiments_ui.datasets.api import DatasetDetail
from experiments_ui.datasets.queries import get_dataset
from experiments_ui.errors import BadRequest, Invalid
from experiments_ui.experiments import actions, queries
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.serializers import (
    AppendRuns,
    CreateExperiment,
    ExperimentAnswer,
    ExperimentWithRunIdsAnswer,
    RunAnswer,
    SearchRuns,
    experiment_answer,
    run_answer,
)
from experiments_ui.spaces.access import get_space
from experiments_ui.spaces.authentication import caller
from experiments_ui.spaces.models import Role

_QUERY = {
    name: OpenApiParameter(name, str)
    for name in ("dataset_id", "space_id", "space_name", "name", "cursor", "limit")
}


class Experiments(APIView):
    @extend_schema(
        parameters=list(_QUERY.values()), responses=ExperimentAnswer(many=True)
    )
    def get(self, request: Request) -> Response:
        """List experiments, newest first."""
        query = request.query_params
        if query.get("dataset_id") and query.get("space_id"):
            raise BadRequest("Filter by dataset_id or space_id, not by both.")
        rows = queries.list_experiments(caller(request))
        if dataset_id := query.get("dataset_id"):
            rows = rows.filter(dataset_id=ids.decode("Dataset", dataset_id))
        rows = by_name(by_space(rows, query), query)
        scope = [query.get(name) for name in ("dataset_id", "space_id", "name")]
        page = newest_first(rows, PageRequest.parse(query, scope=scope))
        return Response(page.answer("experiments", experiment_answer))

    @extend_schema(request=CreateExperiment, responses={201: ExperimentAnswer})
    def post(self, request: Request) -> Response:
        """Create an experiment with its runs."""
        body = CreateExperiment(data=request.data)
        body.is_valid(raise_exception=True)
        sent = body.validated_data
        principal = caller(request)
        dataset = None
        if (number := sent.get("dataset_id")) is not None:
            dataset_id = ids.encode("Dataset", number)
            dataset = get_dataset(principal, dataset_id, role=Role.MEMBER)
            space = dataset.space
        else:
            space_id = ids.encode("Space", sent["space_id"])
            space = get_space(principal, space_id, role=Role.MEMBER)
        experiment = actions.create_experiment_with_runs(
            space,
            name=sent["name"],
            dataset=dataset,
            rows=sent["experiment_runs"],
            by=principal.user,
            now=timezone.now(),
        )
        return Response(experiment_answer(experiment), status=201)


class ExperimentDetail(APIView):
    @extend_schema(responses=ExperimentAnswer)
    def get(self, request: Request, experiment_id: str) -> Response:
        """Return one experiment."""
        return Response(experiment_answer(_experiment(request, experiment_id)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, experiment_id: str) -> Response:
        """Delete an experiment with its runs."""
        actions.delete_experiment(_experiment(request, experiment_id, Role.MEMBER))
        return Response(status=204)


class Runs(APIView):
    @extend_schema(
        parameters=[_QUERY["limit"], _QUERY["cursor"]], responses=RunAnswer(many=True)
    )
    def get(self, request: Request, experiment_id: str) -> Response:
        """List the runs of an experiment in the order they came."""
        experiment = _experiment(request, experiment_id)
        return Response(_page(experiment, request.query_params, text=None))

    @extend_schema(request=AppendRuns, responses={201: ExperimentWithRunIdsAnswer})
    def post(self, request: Request, experiment_id: str) -> Response:
        """Append runs to an experiment."""
        experiment = _experiment(request, experiment_id, Role.MEMBER)
        body = AppendRuns(data=request.data)
        body.is_valid(raise_exception=True)
        run_ids = actions.append_runs(
            experiment, rows=body.validated_data["experiment_runs"], now=timezone.now()
        )
        return Response(
            experiment_answer(experiment) | {"run_ids": run_ids}, status=201
        )


class RunSearch(APIView):
    @extend_schema(request=SearchRuns, responses=RunAnswer(many=True))
    def post(self, request: Request, experiment_id: str) -> Response:
        """List the runs a filter selects."""
        experiment = _experiment(request, experiment_id)
        body = SearchRuns(data=request.data)
        body.is_valid(raise_exception=True)
        sent = body.validated_data
        return Response(_page(experiment, sent, text=sent.get("filter")))


class DatasetWithExperiments(DatasetDetail):
    """Read, change or delete one dataset."""

    @extend_schema(operation_id="delete_dataset", responses={204: None})
    def delete(self, request: Request, dataset_id: str) -> Response:
        """Delete a dataset with its versions, examples and experiments."""
        dataset = get_dataset(caller(request), dataset_id, role=Role.MEMBER)
        actions.delete_dataset(dataset)
        return Response(status=204)


def _experiment(
    request: Request, experiment_id: str, role: Role = Role.READ_ONLY
) -> Experiment:
    return queries.get_experiment(caller(request), experiment_id, role=role)


def _page(experiment: Experiment, sent: Any, *, text: str | None) -> dict[str, Any]:
    where = None if text is None else parse(text)
    asked = PageRequest.parse(sent, scope=[experiment.pk, text], most=500)
    rows = queries.runs_page(
        experiment, after=_after(asked), limit=asked.limit + 1, where=where
    )
    return asked.page(rows, lambda run: [run.sequence]).answer(
        "experiment_runs", run_answer
    )


def _after(asked: PageRequest) -> int | None:
    if asked.after is None:
        return None
    if not isinstance(asked.after[0], int):
        raise Invalid("The cursor does not belong to this list.")
    return asked.after[0]
