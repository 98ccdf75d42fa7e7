"""What the pages of traces show."""

from dataclasses import dataclass
from datetime import datetime

import orjson
from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from experiments_ui import ids
from experiments_ui.analysis.filters import InvalidFilter, parse
from experiments_ui.spaces.models import Space
from experiments_ui.tracing import openinference, queries
from experiments_ui.tracing.models import Project, ProjectType, Span
from experiments_ui.tracing.moments import moment_of
from experiments_ui.tracing.openinference import SpanContent
from experiments_ui.tracing.queries import Found, Search, TraceSummary, TraceTree
from experiments_ui.web.links import PageAddress
from experiments_ui.web.templatetags import shown

_PAGE_SIZE = 50
_DEEPEST = 8
_LARGEST = 2**63 - 1
# A bar narrower than this, in percent, would not be seen.
_NARROWEST = 0.5


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One line of `tracing/tree.html`."""

    url: str
    name: str
    kind: str
    depth: int
    start_percent: float
    width_percent: float
    duration: str
    error: bool
    tokens: str
    current: bool


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project to choose."""

    id: str
    name: str
    is_experiment: bool
    latest_at: datetime | None
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class TraceRow:
    """A root span, with what its whole trace comes to."""

    url: str
    root: Span
    summary: TraceSummary


@dataclass(frozen=True, slots=True)
class TracesPage:
    """The projects of a space, and a page of the newest traces of one of them."""

    projects: tuple[ProjectRow, ...]
    project: ProjectRow | None
    lists_projects: bool
    filter: str
    filter_error: str
    traces: tuple[TraceRow, ...]
    newest_url: str
    older_url: str
    clear_url: str
    code: str


@dataclass(frozen=True, slots=True)
class TracePage:
    """One trace, and one of its spans opened."""

    tree: TraceTree
    rows: tuple[TreeRow, ...]
    span: Span
    content: SpanContent
    project_url: str


def traces_page(space: Space, address: PageAddress, *, host: str) -> TracesPage:
    """Gather the list; five queries at most."""
    chosen = address.text("project")
    projects = tuple(_project_rows(space, chosen))
    current = next((one for one in projects if one.current), None)
    found, error = _found(space, current, address)
    return TracesPage(
        projects=projects,
        project=current,
        lists_projects=not chosen and len(projects) > 1,
        filter=address.text("filter"),
        filter_error=error,
        traces=tuple(_trace_rows(space, found)),
        newest_url=address.url(after=None) if address.text("after") else "",
        older_url=_older_url(address, found),
        clear_url=address.url(filter=None, after=None),
        code=_environment(space, host),
    )


def trace_page(space: Space, trace_id: str, *, span_id: str) -> TracePage:
    """Gather one trace; its first span is open unless another is named."""
    tree = queries.trace(space, trace_id)
    span = queries.span_in_trace(tree, span_id or tree.spans[0].span_id)
    project = ids.encode("Model", tree.project.pk)
    return TracePage(
        tree=tree,
        rows=tree_rows(tree, slug=space.slug, current=span.span_id),
        span=span,
        content=openinference.read(
            orjson.loads(span.attributes), orjson.loads(span.events)
        ),
        project_url=_traces_url(space, project),
    )


def tree_rows(tree: TraceTree, *, slug: str, current: str = "") -> tuple[TreeRow, ...]:
    """Return the lines of a tree, each a link to its span on the trace's page."""
    address = reverse("trace", args=[slug, tree.trace_id])
    return tuple(
        TreeRow(
            url=f"{address}?span={span.span_id}",
            name=span.name,
            kind=span.kind.lower(),
            depth=min(span.depth, _DEEPEST),
            start_percent=min(round(span.offset * 100, 2), 100 - _NARROWEST),
            width_percent=max(round(span.width * 100, 2), _NARROWEST),
            duration=_duration(span.latency_ms),
            error=span.is_error,
            tokens="" if span.token_count is None else f"{span.token_count:,} tok",
            current=span.span_id == current,
        )
        for span in tree.spans
    )


def _project_rows(space: Space, chosen: str) -> list[ProjectRow]:
    """Return the projects; the one asked for is current, or else the most active.

    Raises:
        NotFound: The one asked for is not in this space.
    """
    projects = list(queries.projects_by_activity(space))
    first = queries.project_in(space, chosen) if chosen else next(iter(projects), None)
    return [_project_row(space, one, current=one == first) for one in projects]


def _project_row(space: Space, project: Project, *, current: bool) -> ProjectRow:
    project_id = ids.encode("Model", project.pk)
    latest_ns: int | None = getattr(project, "latest_ns", None)
    return ProjectRow(
        id=project_id,
        name=project.name,
        is_experiment=project.project_type == ProjectType.EXPERIMENT,
        latest_at=None if latest_ns is None else moment_of(latest_ns),
        url=_traces_url(space, project_id),
        current=current,
    )


def _traces_url(space: Space, project_id: str) -> str:
    address = PageAddress(reverse("traces", args=[space.slug]), QueryDict())
    return address.url(project=project_id)


def _found(
    space: Space, project: ProjectRow | None, address: PageAddress
) -> tuple[Found[Span], str]:
    """Return the roots that the address asks for, or what is wrong with its filter."""
    nothing: Found[Span] = Found([], None)
    if project is None:
        return nothing, ""
    text = address.text("filter")
    try:
        condition = parse(text) if text else None
    except InvalidFilter as error:
        return nothing, error.message
    search = Search(queries.project_in(space, project.id), 0, _LARGEST, condition)
    after = _after(address.text("after"))
    return queries.search_traces(search, after=after, limit=_PAGE_SIZE), ""


def _after(text: str) -> tuple[int, int] | None:
    """Read where a page begins; what is no key begins at the newest."""
    start, _, number = text.partition("-")
    if not (start.isdecimal() and number.isdecimal() and len(text) < 40):
        return None
    return min(int(start), _LARGEST), min(int(number), _LARGEST)


def _older_url(address: PageAddress, found: Found[Span]) -> str:
    if found.next_key is None:
        return ""
    start, number = found.next_key
    return address.url(after=f"{start}-{number}")


def _trace_rows(space: Space, found: Found[Span]) -> list[TraceRow]:
    if not found.rows:
        return []
    summaries = queries.summaries(
        found.rows[0].project_id, {root.trace_id for root in found.rows}
    )
    return [
        TraceRow(
            url=reverse("trace", args=[space.slug, root.trace_id]),
            root=root,
            summary=summaries[root.trace_id],
        )
        for root in found.rows
        if root.trace_id in summaries
    ]


def _duration(milliseconds: float) -> str:
    if 0 < milliseconds < 1:
        return f"{milliseconds:.2f} ms"
    return shown.milliseconds(milliseconds)


def _environment(space: Space, host: str) -> str:
    """Return the variables that point any OpenTelemetry SDK here."""
    space_id = ids.encode("Space", space.pk)
    headers = f"authorization=YOUR_KEY,arize-space-id={space_id}"
    variables = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{host}:{settings.OTLP_PORT}",
        "OTEL_EXPORTER_OTLP_INSECURE": "true",
        "OTEL_EXPORTER_OTLP_HEADERS": f"'{headers}'",
        "OTEL_RESOURCE_ATTRIBUTES": "openinference.project.name=my-app",
    }
    return "\n".join(f"export {name}={value}" for name, value in variables.items())
