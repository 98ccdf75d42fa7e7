"""Bringing vectors up to date from the database, with a constant number of queries."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from experiments_ui.columns import bulk
from experiments_ui.columns.assembly import Assembly
from experiments_ui.columns.models import Chunk, Column, Frame, Kind, Patch
from experiments_ui.columns.overlay import StoredPatch, laid_over
from experiments_ui.columns.vectors import CHUNK_ROWS, Bytes, Vector, decode

Key = tuple[int, str]  # a frame and the name of one of its columns


@dataclass(frozen=True, slots=True)
class FrameState:
    """What a frame's row says of its contents."""

    id: int
    length: int
    revision: int
    folded_revision: int


@dataclass(frozen=True, slots=True)
class Known:
    """A column's vector, or None if it has none, as of a revision of its frame."""

    vector: Vector | None
    revision: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """How to bring one column up to date.

    Attributes:
        base: The vector known so far; None to start afresh.
        since: Patches up to this revision are in `base`.
        labels: What the codes stand for, now.
        chunks: The first and last chunk to read; None if there is none.
    """

    frame: FrameState
    column: Column
    base: Vector | None
    since: int
    labels: tuple[str, ...]
    chunks: tuple[int, int] | None

    @property
    def needs_assembly(self) -> bool:
        """The base, if any, is too short or of another kind."""
        base = self.base
        if base is None or len(base) != self.frame.length:
            return True
        return base.kind != self.column.kind


def frame_states(frame_ids: Collection[int]) -> dict[int, FrameState]:
    rows = Frame.objects.filter(pk__in=list(frame_ids)).values_list(
        "pk", "length", "revision", "folded_revision"
    )
    return {row[0]: FrameState(*row) for row in rows}


def refreshed(
    stale: Mapping[Key, Known | None],
    frames: Mapping[int, FrameState],
    *,
    alone: Collection[int],
) -> dict[Key, Known]:
    """Bring the stale columns up to date; leave out frames that must be read again.

    Patches made while this reads do no harm: one statement reads them all, so either
    the whole of a write is in or nothing of it, and it runs before the chunks are
    read, so a fold hides none. Other writes do harm, and so do patches of a frame
    that is not `alone` here, because the caller has other columns of it at hand.
    """
    columns = _columns(stale)
    plans = {
        key: _plan(frames[key[0]], column, stale[key])
        for key, column in columns.items()
    }
    patches = _patches(plans.values())
    vectors = _from_chunks(plans.values())
    torn = _torn(stale, columns, frames, alone=alone)
    patched = {
        key: laid_over(
            vectors[plan.column.pk].labelled(plan.labels), patches[plan.column.pk]
        )
        for key, plan in plans.items()
        if key[0] not in torn
    }
    return {
        key: Known(patched.get(key), frames[key[0]].revision)
        for key in stale
        if key[0] not in torn
    }


def _torn(
    stale: Mapping[Key, Known | None],
    columns: Mapping[Key, Column],
    frames: Mapping[int, FrameState],
    *,
    alone: Collection[int],
) -> set[int]:
    """Return the frames of which something else than patches was written meanwhile."""
    before = {frame_id: frames[frame_id] for frame_id, _ in stale}
    now = frame_states(before)
    moved = {pk for pk, frame in before.items() if now.get(pk) != frame}
    if not moved:
        return moved
    torn = {
        pk
        for pk in moved
        if pk not in alone or not _only_patched(before[pk], now.get(pk))
    }
    # A patch may also bring a column, a label or a kind that was not there before.
    again = _columns([key for key in stale if key[0] in moved - torn])
    return torn | {
        key[0]
        for key in stale
        if key[0] in moved
        and _revision_of(columns.get(key)) != _revision_of(again.get(key))
    }


def _only_patched(before: FrameState, now: FrameState | None) -> bool:
    if now is None:
        return False
    return (before.length, before.folded_revision) == (now.length, now.folded_revision)


def _revision_of(column: Column | None) -> int | None:
    return None if column is None else column.revision


def _columns(wanted: Collection[Key]) -> dict[Key, Column]:
    if not wanted:
        return {}
    columns = Column.objects.filter(
        frame_id__in={frame_id for frame_id, _ in wanted},
        name__in={name for _, name in wanted},
        revision__gt=0,
    ).exclude(kind=Kind.TEXT)
    by_key = {(column.frame_id, column.name): column for column in columns}
    return {key: column for key, column in by_key.items() if key in wanted}


def _plan(frame: FrameState, column: Column, known: Known | None) -> _Plan:
    last = (frame.length - 1) // CHUNK_ROWS
    is_newer = known is None or known.revision < column.revision
    folded_since = known is None or known.revision < frame.folded_revision
    if known is None or known.vector is None or (folded_since and is_newer):
        labels = tuple(json.loads(column.dictionary))
        chunks = (0, last) if frame.length else None
        return _Plan(frame, column, None, 0, labels, chunks)
    base = known.vector
    labels = tuple(json.loads(column.dictionary)) if is_newer else base.labels
    grown = is_newer and frame.length > len(base)
    chunks = (len(base) // CHUNK_ROWS, last) if grown else None
    return _Plan(frame, column, base, known.revision, labels, chunks)


def _patches(plans: Collection[_Plan]) -> dict[int, list[StoredPatch]]:
    by_column: dict[int, list[StoredPatch]] = defaultdict(list)
    wanted = _any_of(
        plans,
        lambda plan: plan.since,
        lambda since: Q(revision__gt=since),
    )
    if wanted is not None:
        rows = Patch.objects.filter(wanted)
        for column_id, row, number, code in rows.values_list(
            "column_id", "row", "number", "code"
        ):
            by_column[column_id].append(StoredPatch(row, number, code))
    return by_column


def _from_chunks(plans: Collection[_Plan]) -> dict[int, Vector]:
    """Return each column's vector at its frame's length, still without patches."""
    by_id = {plan.column.pk: plan for plan in plans}
    vectors = {pk: plan.base for pk, plan in by_id.items() if plan.base is not None}
    assemblies = {pk: _begun(plan) for pk, plan in by_id.items() if plan.needs_assembly}
    for column_id, number, chunk in _chunks(plans):
        assemblies[column_id].lay(*_piece(by_id[column_id], number, chunk))
    return vectors | {pk: a.finished() for pk, a in assemblies.items()}


def _begun(plan: _Plan) -> Assembly:
    assembly = Assembly(plan.column.kind, plan.frame.length)
    if plan.base is not None:
        assembly.lay(0, plan.base)
    return assembly


def _chunks(plans: Collection[_Plan]) -> Iterable[tuple[int, int, Bytes]]:
    wanted = _any_of(
        (plan for plan in plans if plan.chunks is not None),
        lambda plan: plan.chunks,
        lambda numbers: Q(number__range=numbers),
    )
    if wanted is None:
        return ()
    rows = Chunk.objects.filter(wanted).values_list("column_id", "number", "values")
    return bulk.stream(rows, types=["int8", "int4", "bytea"])


def _piece(plan: _Plan, number: int, chunk: Bytes) -> tuple[int, Vector]:
    """Cut a chunk to the rows that are not known yet and not beyond the frame's."""
    first = number * CHUNK_ROWS
    start = first if plan.base is None else max(first, len(plan.base))
    return start, decode(chunk).slice(start - first, plan.frame.length - first)


def _any_of(
    plans: Iterable[_Plan],
    group: Callable[[_Plan], Any],
    condition: Callable[[Any], Q],
) -> Q | None:
    """Return one condition for all plans; those of one group share a part of it."""
    groups: dict[Any, list[int]] = defaultdict(list)
    for plan in plans:
        groups[group(plan)].append(plan.column.pk)
    parts = [
        Q(column_id__in=column_ids) & condition(shared)
        for shared, column_ids in groups.items()
    ]
    return reduce(or_, parts) if parts else None
