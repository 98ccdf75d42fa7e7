"""One trace as a tree."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from experiments_ui.errors import NotFound
from experiments_ui.spaces.models import Space
from experiments_ui.tracing.models import Project, Span
from experiments_ui.tracing.moments import moment_of
from experiments_ui.tracing.queries.traces import (
    MOST_SPANS,
    TraceSummary,
    summaries,
)

_TRACE_ID = re.compile(r"[0-9a-f]{32}")
_SPAN_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class TreeSpan:
    """One line of the tree. Offset and width are shares of the trace's duration."""

    span_id: str
    parent_id: str
    name: str
    kind: str
    status_code: str
    depth: int
    offset: float
    width: float
    latency_ms: float
    token_count: int | None
    cost_usd: float | None

    @property
    def is_error(self) -> bool:
        return self.status_code == "ERROR"


@dataclass(frozen=True, slots=True)
class TraceTree:
    """A trace's spans in the order of the tree: a parent, then its children."""

    project: Project
    summary: TraceSummary
    spans: tuple[TreeSpan, ...]

    @property
    def trace_id(self) -> str:
        return self.summary.trace_id

    @property
    def started_at(self) -> datetime:
        return moment_of(self.summary.start_ns)

    @property
    def hidden_count(self) -> int:
        """Spans beyond the first thousand."""
        return self.summary.span_count - len(self.spans)


def trace(space: Space, trace_id: str) -> TraceTree:
    """Return a trace of a space; three queries, whatever its size.

    When two projects know the trace id, the older project's spans are shown.

    Raises:
        NotFound: No span of this trace has come (yet).
    """
    trace_id = trace_id.strip().lower()
    project = _project_of(space, trace_id) if _TRACE_ID.fullmatch(trace_id) else None
    if project is None:
        raise NotFound("Trace not found: none of its spans has arrived.")
    spans = (
        Span.objects.filter(project=project, trace_id=trace_id)
        .defer("attributes", "events", "status_message")
        .order_by("start_ns", "pk")[:MOST_SPANS]
    )
    summary = summaries(project, [trace_id])[trace_id]
    return TraceTree(project, summary, tuple(_lines(list(spans), summary)))


def span_in_trace(tree: TraceTree, span_id: str) -> Span:
    """Return one span of a trace with its attributes.

    Raises:
        NotFound: The trace has no such span.
    """
    spans = Span.objects.filter(project=tree.project, trace_id=tree.trace_id)
    found = _SPAN_ID.fullmatch(span_id) and spans.filter(span_id=span_id).first()
    if not found:
        raise NotFound("Span not found.")
    return found


def _project_of(space: Space, trace_id: str) -> Project | None:
    projects = Project.objects.filter(space=space, span__trace_id=trace_id)
    return projects.order_by("pk").first()


def _lines(spans: Sequence[Span], summary: TraceSummary) -> Iterator[TreeSpan]:
    """Walk the tree; what no root leads to (parents in a circle) follows at the end."""
    known = {span.span_id for span in spans}
    children: dict[str, list[Span]] = {}
    for span in spans:
        parent = span.parent_id if span.parent_id in known else ""
        children.setdefault(parent, []).append(span)
    walked: set[str] = set()
    for root in (*children.get("", ()), *spans):
        waiting = [(root, 0)]
        while waiting:
            span, depth = waiting.pop()
            if span.span_id in walked:
                continue
            walked.add(span.span_id)
            yield _line(span, depth, summary)
            below = reversed(children.get(span.span_id, ()))
            waiting.extend((child, depth + 1) for child in below)


def _line(span: Span, depth: int, summary: TraceSummary) -> TreeSpan:
    whole = max(1, summary.end_ns - summary.start_ns)
    return TreeSpan(
        span_id=span.span_id,
        parent_id=span.parent_id,
        name=span.name,
        kind=span.kind,
        status_code=span.status_code,
        depth=depth,
        offset=min(1.0, (span.start_ns - summary.start_ns) / whole),
        width=min(1.0, max(0, span.end_ns - span.start_ns) / whole),
        latency_ms=span.latency_ms,
        token_count=span.token_count,
        cost_usd=span.cost_usd,
    )
