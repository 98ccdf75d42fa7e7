"""Listing traces by their roots, newest first, and summing their spans up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import (
    Count,
    Exists,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Window,
)
from django.db.models.functions import RowNumber

from experiments_ui.tracing.models import Project, Span
from experiments_ui.tracing.queries.columns import reads_texts
from experiments_ui.tracing.queries.search import (
    Found,
    Key,
    Search,
    in_time,
    key_of,
    matching,
    narrowing,
    older,
    trace_narrowing,
)

# Spans shown of one trace, and read for one page of traces.
MOST_SPANS = 1_000
_MOST_SPANS_OF_PAGE = 5_000
_MOST_ROOTS_LOOKED_AT = 10_000
_SLICE = 100
_MATCH_SLICE = 500


@dataclass(frozen=True, slots=True)
class TraceSummary:
    """What the spans of one trace come to."""

    trace_id: str
    span_count: int
    error_count: int
    start_ns: int
    end_ns: int
    token_count: int | None
    cost_usd: float | None

    @property
    def latency_ms(self) -> float:
        return max(0, self.end_ns - self.start_ns) / 1e6


@dataclass(frozen=True, slots=True)
class TraceSpans:
    """The first thousand spans of a trace, oldest first."""

    spans: list[Span]
    truncated: bool


def search_traces(search: Search, *, after: Key | None, limit: int) -> Found[Span]:
    """Return the roots of traces that have a span the filter selects.

    A root is a span without a parent, or one whose parent never came. A trace with
    two roots is there twice.
    """
    roots = _roots(search)
    found: list[Span] = []
    looked_at = 0
    size = _SLICE if search.condition else limit + 1
    while True:
        rows = older(roots, than=after, most=size)
        chosen = _traces_with_match(rows, search)
        for root in rows:
            if root.trace_id not in chosen:
                continue
            if len(found) == limit:
                return Found(found, key_of(found[-1]))
            found.append(root)
        if len(rows) < size:
            return Found(found, None)
        after = key_of(rows[-1])
        looked_at += len(rows)
        if looked_at >= _MOST_ROOTS_LOOKED_AT:
            return Found(found, after)


def summaries(
    project: Project | int, trace_ids: Collection[str]
) -> dict[str, TraceSummary]:
    """Sum up traces by id; one query."""
    rows = (
        Span.objects.filter(project=project, trace_id__in=trace_ids)
        .values("trace_id")
        .annotate(
            span_count=Count("pk"),
            error_count=Count("pk", filter=Q(status_code="ERROR")),
            start=Min("start_ns"),
            end=Max("end_ns"),
            tokens=Sum("token_count"),
            cost=Sum("cost_usd"),
        )
    )
    return {
        row["trace_id"]: TraceSummary(
            trace_id=row["trace_id"],
            span_count=row["span_count"],
            error_count=row["error_count"],
            start_ns=row["start"],
            end_ns=row["end"],
            token_count=row["tokens"],
            cost_usd=row["cost"],
        )
        for row in rows
    }


def spans_of_traces(
    project: Project, trace_ids: Sequence[str]
) -> dict[str, TraceSpans]:
    """Return the spans of as many of the traces as fit a page, at least the first.

    Two queries, however many traces.
    """
    known = summaries(project, trace_ids)
    counts = {one: known[one].span_count if one in known else 0 for one in trace_ids}
    taken: dict[str, TraceSpans] = {}
    room = _MOST_SPANS_OF_PAGE
    for trace_id, count in counts.items():
        room -= min(count, MOST_SPANS)
        if taken and room < 0:
            break
        taken[trace_id] = TraceSpans([], truncated=count > MOST_SPANS)
    for span in _first_spans(project, list(taken)):
        taken[span.trace_id].spans.append(span)
    return taken


def _first_spans(project: Project, trace_ids: Sequence[str]) -> QuerySet[Span]:
    place = Window(RowNumber(), partition_by="trace_id", order_by=["start_ns", "id"])
    return (
        Span.objects.filter(project=project, trace_id__in=trace_ids)
        .annotate(place=place)
        .filter(place__lte=MOST_SPANS)
        .order_by("trace_id", "start_ns", "id")
    )


def _roots(search: Search) -> QuerySet[Span]:
    parent = Span.objects.filter(
        project=search.project,
        trace_id=OuterRef("trace_id"),
        span_id=OuterRef("parent_id"),
    )
    return (
        in_time(search, narrowing=trace_narrowing(search.condition))
        .filter(Q(parent_id="") | ~Exists(parent))
        .defer("attributes", "events")
    )


def _traces_with_match(roots: Sequence[Span], search: Search) -> set[str]:
    """Return which of the roots' traces have a span that the filter selects."""
    trace_ids = {root.trace_id for root in roots}
    if search.condition is None or not trace_ids:
        return trace_ids
    spans = Span.objects.filter(
        narrowing(search.condition).where,
        project=search.project,
        trace_id__in=trace_ids,
    ).order_by("pk")
    if not reads_texts(search.condition.columns()):
        spans = spans.defer("attributes", "events")
    chosen: set[str] = set()
    last = 0
    while rows := list(spans.filter(pk__gt=last)[:_MATCH_SLICE]):
        matches = matching(rows, search.condition)
        chosen.update(span.trace_id for span in matches)
        last = rows[-1].pk
    return chosen
