"""REST: datasets and their examples."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from experiments_ui.analysis.filters import parse
from experiments_ui.api.filters import by_name, by_space
from experiments_ui.api.pagination import PageRequest, newest_first
from experiments_ui.api.schema import describes, page_of
from experiments_ui.datasets import actions, queries
from experiments_ui.datasets.models import Dataset, DatasetVersion, Example
from experiments_ui.datasets.serializers import (
    DatasetBody,
    DatasetChanges,
    DatasetShape,
    DatasetWithVersionsShape,
    ExampleChanges,
    ExampleRemoval,
    ExamplesBody,
    ExampleSearch,
    ExampleShape,
    RemovedShape,
    WrittenShape,
    example_answer,
    written_answer,
)
from experiments_ui.errors import BadRequest
from experiments_ui.spaces.access import get_space
from experiments_ui.spaces.authentication import caller
from experiments_ui.spaces.models import Role

_FILTERS = ("space_id", "space_name", "name")
_PAGE = ("limit", "cursor")
_VERSION = "dataset_version_id"
_MOST_EXAMPLES = 500
_EXAMPLE_PAGE = page_of("examples", ExampleShape)


class DatasetList(APIView):
    @describes(
        "list_datasets",
        query=[*_FILTERS, *_PAGE],
        answers=page_of("datasets", DatasetShape),
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        rows = by_name(by_space(queries.list_datasets(caller(request)), query), query)
        scope = [query.get(name) or None for name in _FILTERS]
        page = newest_first(rows, PageRequest.parse(query, scope=scope))
        return Response(page.answer("datasets", lambda one: DatasetShape(one).data))

    @describes(
        "create_dataset",
        takes=DatasetBody,
        answers=DatasetWithVersionsShape,
        status=201,
    )
    def post(self, request: Request) -> Response:
        sent = _read(DatasetBody(data=request.data))
        principal = caller(request)
        dataset = actions.create_dataset(
            get_space(principal, sent["space_id"], role=Role.MEMBER),
            name=sent["name"],
            batches=[sent["examples"]],
            by=principal.user,
            now=timezone.now(),
        )
        return Response(DatasetWithVersionsShape(dataset).data, status=201)


class DatasetDetail(APIView):
    """GET and PATCH; DELETE is added where a dataset's experiments are in reach."""

    @describes("get_dataset", answers=DatasetWithVersionsShape)
    def get(self, request: Request, dataset_id: str) -> Response:
        return Response(DatasetWithVersionsShape(_dataset(request, dataset_id)).data)

    @describes("update_dataset", takes=DatasetChanges, answers=DatasetWithVersionsShape)
    def patch(self, request: Request, dataset_id: str) -> Response:
        dataset = _dataset(request, dataset_id, Role.MEMBER)
        sent = _read(DatasetChanges(data=request.data))
        renamed = actions.rename_dataset(dataset, name=sent["name"], now=timezone.now())
        return Response(DatasetWithVersionsShape(renamed).data)


class Examples(APIView):
    @describes(
        "list_dataset_examples",
        query=[_VERSION, *_PAGE],
        answers=_EXAMPLE_PAGE,
    )
    def get(self, request: Request, dataset_id: str) -> Response:
        dataset = _dataset(request, dataset_id)
        return Response(_page(dataset, request.query_params, text=None))

    @describes(
        "insert_dataset_examples",
        takes=ExamplesBody,
        query=[_VERSION],
        answers=WrittenShape,
        status=201,
    )
    def post(self, request: Request, dataset_id: str) -> Response:
        version = _version_to_change(request, dataset_id)
        sent = _read(ExamplesBody(data=request.data))
        written = actions.append_examples(
            version, examples=sent["examples"], now=timezone.now()
        )
        return Response(written_answer(written), status=201)

    @describes(
        "update_dataset_examples",
        takes=ExampleChanges,
        query=[_VERSION],
        answers=WrittenShape,
    )
    def patch(self, request: Request, dataset_id: str) -> Response:
        version = _version_to_change(request, dataset_id)
        sent = _read(ExampleChanges(data=request.data))
        written = actions.update_examples(
            version,
            rows=sent["examples"],
            new_version=sent.get("new_version"),
            now=timezone.now(),
        )
        return Response(written_answer(written))

    @describes("delete_dataset_examples", takes=ExampleRemoval, answers=RemovedShape)
    def delete(self, request: Request, dataset_id: str) -> Response:
        dataset = _dataset(request, dataset_id, Role.MEMBER)
        sent = _read(ExampleRemoval(data=request.data))
        done = actions.delete_examples(
            queries.get_version(dataset, sent[_VERSION]),
            example_ids=sent["example_ids"],
            now=timezone.now(),
        )
        return Response(
            {
                "completed": True,
                "deleted_example_ids": done.deleted,
                "not_deleted_example_ids": done.not_deleted,
            }
        )


class ExampleSearching(APIView):
    @describes(
        "search_dataset_examples",
        takes=ExampleSearch,
        answers=_EXAMPLE_PAGE,
    )
    def post(self, request: Request, dataset_id: str) -> Response:
        dataset = _dataset(request, dataset_id)
        sent = _read(ExampleSearch(data=request.data))
        return Response(_page(dataset, sent, text=sent.get("filter")))


def _read(body: Any) -> dict[str, Any]:
    body.is_valid(raise_exception=True)
    members: dict[str, Any] = body.validated_data
    return members


def _dataset(request: Request, dataset_id: str, role: Role = Role.READ_ONLY) -> Dataset:
    return queries.get_dataset(caller(request), dataset_id, role=role)


def _version_to_change(request: Request, dataset_id: str) -> DatasetVersion:
    dataset = _dataset(request, dataset_id, Role.MEMBER)
    return queries.get_version(dataset, request.query_params.get(_VERSION))


def _page(
    dataset: Dataset, sent: Mapping[str, Any], *, text: str | None
) -> dict[str, Any]:
    """Return one page of a version's examples, or of those a filter selects."""
    version = queries.get_version(dataset, sent.get(_VERSION))
    asked = PageRequest.parse(sent, scope=[version.pk, text], most=_MOST_EXAMPLES)
    found = queries.examples_page(
        version,
        after=_after(asked),
        limit=asked.limit + 1,
        where=None if text is None else parse(text),
    )
    page = asked.page(found, lambda example: [example.position])
    said = queries.annotations_of(dataset, [one.position for one in page.rows])

    def shape(example: Example) -> dict[str, Any]:
        return example_answer(example, said[example.position])

    return page.answer("examples", shape)


def _after(asked: PageRequest) -> int | None:
    match asked.after:
        case None:
            return None
        case [int(position)]:
            return position
    raise BadRequest("The cursor does not belong to this list.")
