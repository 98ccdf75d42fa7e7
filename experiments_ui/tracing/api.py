"""Projects, spans and traces over REST."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from experiments_ui.api.filters import by_name, by_space
from experiments_ui.api.pagination import Page, PageRequest, newest_first
from experiments_ui.api.schema import describes, page_of
from experiments_ui.errors import BadRequest, Invalid
from experiments_ui.spaces import access
from experiments_ui.spaces.authentication import caller
from experiments_ui.spaces.models import Role
from experiments_ui.tracing import actions, queries
from experiments_ui.tracing.answers import Shown, span_answer, trace_answer
from experiments_ui.tracing.models import Project, ProjectType, Span
from experiments_ui.tracing.moments import nanoseconds_of
from experiments_ui.tracing.queries import Found, Search, TraceSpans
from experiments_ui.tracing.serializers import (
    ProjectBody,
    ProjectChanges,
    ProjectShape,
    SpanRemoval,
    SpanRemovalShape,
    SpansBody,
    SpanShape,
    TracesBody,
    TraceShape,
)

_LISTED_FOR = timedelta(days=7)
_DELETED_FOR = timedelta(days=730)
_FILTERS = ("space_id", "space_name", "name", "project_type")
_PAGE = ("limit", "cursor")


class ProjectList(APIView):
    @describes(
        "list_projects",
        query=[*_FILTERS, *_PAGE],
        answers=page_of("projects", ProjectShape),
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        rows = by_name(by_space(queries.list_projects(caller(request)), query), query)
        if kind := query.get("project_type"):
            rows = rows.filter(project_type=_project_type(kind))
        scope = [query.get(name) for name in _FILTERS]
        page = newest_first(rows, PageRequest.parse(query, scope=scope))
        return Response(page.answer("projects", lambda one: ProjectShape(one).data))

    @describes("create_project", takes=ProjectBody, answers=ProjectShape, status=201)
    def post(self, request: Request) -> Response:
        sent = _read(ProjectBody(data=request.data))
        space = access.get_space(caller(request), sent["space_id"], role=Role.MEMBER)
        project = actions.create_project(space, name=sent["name"])
        return Response(ProjectShape(project).data, status=201)


class ProjectDetail(APIView):
    @describes("get_project", answers=ProjectShape)
    def get(self, request: Request, project_id: str) -> Response:
        return Response(ProjectShape(_project(request, project_id)).data)

    @describes("update_project", takes=ProjectChanges, answers=ProjectShape)
    def patch(self, request: Request, project_id: str) -> Response:
        project = _project(request, project_id, role=Role.MEMBER)
        sent = _read(ProjectChanges(data=request.data))
        project = actions.rename_project(project, name=sent["name"])
        return Response(ProjectShape(project).data)

    @describes("delete_project", status=204)
    def delete(self, request: Request, project_id: str) -> Response:
        actions.delete_project(_project(request, project_id, role=Role.MEMBER))
        return Response(status=204)


class Spans(APIView):
    @describes(
        "list_spans",
        takes=SpansBody,
        query=_PAGE,
        answers=page_of("spans", SpanShape),
    )
    def post(self, request: Request) -> Response:
        """List spans, newest first. A page may be short and still lead on."""
        sent = _read(SpansBody(data=request.data))
        search = _search(request, sent)
        shown = Shown.of(
            included=sent.get("included_columns"),
            excluded=sent.get("excluded_columns"),
            longest_text=sent.get("truncate_string_length"),
        )
        page = _page_request(request, default=50, most=500)
        found = queries.search_spans(search, after=_key(page), limit=page.limit)
        answer = page.page_until(found.rows, next_key=found.next_key)
        return Response(answer.answer("spans", lambda span: span_answer(span, shown)))

    @describes("delete_spans", takes=SpanRemoval, answers=SpanRemovalShape)
    def delete(self, request: Request) -> Response:
        """Delete spans by id; the end of the time is exclusive here."""
        sent = _read(SpanRemoval(data=request.data))
        project = _project(request, sent["project_id"], role=Role.MEMBER)
        start_ns, end_ns = _bounds(sent, default=_DELETED_FOR)
        wanted = list(dict.fromkeys(sent["span_ids"]))
        deleted = actions.delete_spans(
            project, span_ids=wanted, start_ns=start_ns, end_ns=end_ns
        )
        answer = {
            "completed": True,
            "deleted_span_ids": [one for one in wanted if one in deleted],
            "not_deleted_span_ids": [one for one in wanted if one not in deleted],
        }
        return Response(answer)


class Traces(APIView):
    @describes(
        "list_traces",
        takes=TracesBody,
        query=_PAGE,
        answers=page_of("traces", TraceShape),
    )
    def post(self, request: Request) -> Response:
        """List traces that contain a matching span, newest root first."""
        search = _search(request, _read(TracesBody(data=request.data)))
        page = _page_request(request, default=25, most=50)
        found = queries.search_traces(search, after=_key(page), limit=page.limit)
        trace_ids = list(dict.fromkeys(root.trace_id for root in found.rows))
        traces = queries.spans_of_traces(search.project, trace_ids)
        answer = _fitting(page, found, traces)
        return Response(
            answer.answer(
                "traces", lambda root: trace_answer(root, traces[root.trace_id])
            )
        )


def _fitting(
    page: PageRequest, found: Found[Span], traces: Mapping[str, TraceSpans]
) -> Page[Span]:
    """Return the roots before the first one whose trace did not fit the page."""
    rows = list(takewhile(lambda root: root.trace_id in traces, found.rows))
    cut = len(rows) < len(found.rows)
    next_key = (rows[-1].start_ns, rows[-1].pk) if cut else found.next_key
    return page.page_until(rows, next_key=next_key)


def _read(body: Any) -> dict[str, Any]:
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def _project(
    request: Request, project_id: str, *, role: Role = Role.READ_ONLY
) -> Project:
    return queries.get_project(caller(request), project_id, role=role)


def _project_type(text: str) -> str:
    if text not in (*ProjectType.values, "HARNESS"):
        raise Invalid("project_type is APPLICATION, HARNESS or EXPERIMENT.")
    return text


def _search(request: Request, sent: Mapping[str, Any]) -> Search:
    start_ns, end_ns = _bounds(sent, default=_LISTED_FOR)
    return Search(
        project=_project(request, sent["project_id"]),
        start_ns=start_ns,
        end_ns=end_ns,
        condition=sent.get("filter"),
    )


def _bounds(sent: Mapping[str, Any], *, default: timedelta) -> tuple[int, int]:
    now = timezone.now()
    start: datetime = sent.get("start_time") or now - default
    end: datetime = sent.get("end_time") or now
    if start > end:
        raise Invalid("start_time lies after end_time.", {"start_time": "order"})
    return nanoseconds_of(start), nanoseconds_of(end)


def _page_request(request: Request, *, default: int, most: int) -> PageRequest:
    """Read the page; its cursor fits only the same search."""
    members = ("project_id", "start_time", "end_time", "filter")
    sent: Mapping[str, Any] = request.data  # type: ignore[assignment]  # it was validated
    return PageRequest.parse(
        request.query_params,
        scope=[sent.get(name) for name in members],
        default=default,
        most=most,
    )


def _key(page: PageRequest) -> tuple[int, int] | None:
    match page.after:
        case None:
            return None
        case [int(start_ns), int(number)]:
            return start_ns, number
    raise BadRequest("The cursor does not belong to this list.")
