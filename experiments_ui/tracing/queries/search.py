"""Listing the spans that a filter selects, newest first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Q, QuerySet

from experiments_ui.analysis.filters import Expression, mask
from experiments_ui.analysis.filters.tree import (
    Comparison,
    Constant,
    Every,
    IsNull,
    Membership,
    Predicate,
    Reference,
)
from experiments_ui.tracing.models import Project, Span
from experiments_ui.tracing.queries.columns import SpanColumns

# A page ends early rather than hold more than this many characters, or look at
# more than this many spans: its cursor leads on.
_MOST_CHARACTERS = 32_000_000
_MOST_LOOKED_AT = 100_000
_SLICE = 200
_FIELDS = {
    "context.trace_id": "trace_id",
    "context.span_id": "span_id",
    "parent_id": "parent_id",
    "name": "name",
    "span_kind": "kind",
    "status_code": "status_code",
}

Key = tuple[int, int]
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; both bounds are inclusive."""

    project: Project
    start_ns: int
    end_ns: int
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class Found(Generic[_Row]):
    """A page of results; `next_key` is where the next page begins, if there is one."""

    rows: list[_Row]
    next_key: Key | None


def search_spans(search: Search, *, after: Key | None, limit: int) -> Found[Span]:
    """Return at most `limit` spans older than `after`.

    One query, or one per 200 spans that the filter has to look at. A page may come
    out short, even empty, and still lead on.
    """
    spans = in_time(search).filter(narrowing(search.condition))
    found: list[Span] = []
    characters = looked_at = 0
    size = _SLICE if search.condition else limit + 1
    while True:
        rows = older(spans, than=after, most=size)
        for span in matching(rows, search.condition):
            if len(found) == limit or characters > _MOST_CHARACTERS:
                return Found(found, key_of(found[-1]))
            found.append(span)
            characters += len(span.attributes) + len(span.events)
        if len(rows) < size:
            return Found(found, None)
        after = key_of(rows[-1])
        looked_at += len(rows)
        if looked_at >= _MOST_LOOKED_AT:
            return Found(found, after)


def in_time(search: Search) -> QuerySet[Span]:
    return Span.objects.filter(
        project=search.project,
        start_ns__gte=search.start_ns,
        start_ns__lte=search.end_ns,
    )


def older(spans: QuerySet[Span], *, than: Key | None, most: int) -> list[Span]:
    """Return the newest spans, or the newest before a key."""
    if than is not None:
        start_ns, number = than
        spans = spans.filter(
            Q(start_ns__lt=start_ns) | Q(id__lt=number), start_ns__lte=start_ns
        )
    return list(spans.order_by("-start_ns", "-id")[:most])


def key_of(span: Span) -> Key:
    return span.start_ns, span.pk


def matching(
    spans: Sequence[Span], condition: Expression | None
) -> Iterable[Span] | Iterator[Span]:
    if condition is None or not spans:
        return spans
    chosen = mask(condition, SpanColumns(spans)).tolist()
    return (span for span, taken in zip(spans, chosen, strict=True) if taken)


def narrowing(condition: Expression | None) -> Q:
    """Return SQL that every span the filter selects passes.

    Equality and lists of a few columns find a trace by its index; the filter itself
    decides on what is left.
    """
    where = Q()
    if condition is not None:
        for part in _conjuncts(condition.root):
            where &= _as_sql(part)
    return where


def trace_narrowing(condition: Expression | None) -> Q:
    """Return the same for spans of the same trace: only the trace id counts."""
    where = Q()
    if condition is not None:
        for part in _conjuncts(condition.root):
            if _asks_for_trace(part):
                where &= _as_sql(part)
    return where


def _conjuncts(root: Predicate) -> tuple[Predicate, ...]:
    return root.parts if isinstance(root, Every) else (root,)


def _asks_for_trace(part: Predicate) -> bool:
    match part:
        case Comparison(left=Reference(name)) | Membership(operand=Reference(name)):
            return name == "context.trace_id"
    return False


def _as_sql(part: Predicate) -> Q:
    match part:
        case Comparison(Reference(name), "=", Constant(str(text))):
            return _among(name, [text])
        case Membership(Reference(name), values):
            return _among(name, [one for one in values if isinstance(one, str)])
        case IsNull(Reference("parent_id")):
            return Q(parent_id="")
    return Q()


def _among(name: str, texts: list[str]) -> Q:
    """Ask for a column by value; no stored text holds a NUL, and none may be sent."""
    if name not in _FIELDS:
        return Q()
    return Q(**{f"{_FIELDS[name]}__in": [text for text in texts if "\x00" not in text]})
