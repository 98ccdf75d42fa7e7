"""Listing the spans that a filter selects, newest first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import BigIntegerField, ExpressionWrapper, F, Q, QuerySet

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
_MOST_LOOKED_AT = 50_000
_SLICE = 200
_FIELDS = {
    "context.trace_id": "trace_id",
    "context.span_id": "span_id",
    "parent_id": "parent_id",
    "name": "name",
    "span_kind": "kind",
    "status_code": "status_code",
}
_TRACE = frozenset({"context.trace_id"})
_SPAN = frozenset({"context.span_id"})

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
    spans = in_time(search, narrowing=narrowing(search.condition))
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


def in_time(search: Search, *, narrowing: "Narrowing") -> QuerySet[Span]:
    """Return the spans within the bounds; `begin` is when they started.

    As a sum, `begin` is in no index, and the database goes by the ids asked for
    instead of walking through time.
    """
    # Of 64 bits by name: else Django takes 32, and finds every bound beyond them.
    same = ExpressionWrapper(F("start_ns") + 0, output_field=BigIntegerField())
    begin = same if narrowing.is_by_id else F("start_ns")
    spans = Span.objects.filter(narrowing.where, project=search.project)
    bounds = Q(begin__gte=search.start_ns, begin__lte=search.end_ns)
    return spans.annotate(begin=begin).filter(bounds)


def older(spans: QuerySet[Span], *, than: Key | None, most: int) -> list[Span]:
    """Return the newest spans, or the newest before a key."""
    if than is not None:
        start_ns, number = than
        earlier = Q(begin__lt=start_ns) | Q(id__lt=number)
        spans = spans.filter(Q(begin__lte=start_ns) & earlier)
    newest_first = F("begin").desc(), F("id").desc()
    return list(spans.order_by(*newest_first)[:most])


def key_of(span: Span) -> Key:
    return span.start_ns, span.pk


def matching(
    spans: Sequence[Span], condition: Expression | None
) -> Iterable[Span] | Iterator[Span]:
    if condition is None or not spans:
        return spans
    chosen = mask(condition, SpanColumns(spans)).tolist()
    return (span for span, taken in zip(spans, chosen, strict=True) if taken)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """SQL that every span a filter selects passes; the filter decides on the rest."""

    where: Q
    is_by_id: bool  # of a trace or a span: few rows, found by an index


def narrowing(condition: Expression | None) -> Narrowing:
    """Take what SQL can do out of a filter: equality and lists of a few columns."""
    return _narrowing(_conjuncts(condition))


def trace_narrowing(condition: Expression | None) -> Narrowing:
    """Return the same for other spans of the same trace: its id alone holds there."""
    parts = _conjuncts(condition)
    return _narrowing(part for part in parts if _asks_for(part, _TRACE))


def _narrowing(parts: Iterable[Predicate]) -> Narrowing:
    where, is_by_id = Q(), False
    for part in parts:
        condition = _as_sql(part)
        is_by_id |= bool(condition) and _asks_for(part, _TRACE | _SPAN)
        where &= condition
    return Narrowing(where, is_by_id)


def _conjuncts(condition: Expression | None) -> tuple[Predicate, ...]:
    if condition is None:
        return ()
    root = condition.root
    return root.parts if isinstance(root, Every) else (root,)


def _asks_for(part: Predicate, columns: frozenset[str]) -> bool:
    match part:
        case Comparison(left=Reference(name)) | Membership(operand=Reference(name)):
            return name in columns
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
