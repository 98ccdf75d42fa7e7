"""Reading frames: their shape, and vectors from this process's cache, kept current."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from experiments_ui.columns.cache import cache
from experiments_ui.columns.models import Column, Frame
from experiments_ui.columns.refresh import (
    FrameState,
    Key,
    Known,
    frame_states,
    refreshed,
)
from experiments_ui.columns.vectors import Vector

# How often others may write in the middle of a read before it takes their lock.
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """What is known of a column without its values."""

    id: int
    name: str
    kind: str
    role: str
    spills: bool
    ordinal: int


@dataclass(frozen=True, slots=True)
class FrameShape:
    """The extent of a frame; its columns by name, in order of first appearance."""

    length: int
    revision: int
    columns: dict[str, ColumnShape]

    @property
    def nbytes(self) -> int:
        return 600 * len(self.columns)


def describe(frame_ids: Collection[int]) -> dict[int, FrameShape]:
    """Return the shapes of those frames that exist, by one query or two."""
    frames = frame_states(frame_ids)
    shapes: dict[int, FrameShape] = {}
    if not connection.in_atomic_block:
        shapes = {pk: s for pk, f in frames.items() if (s := _known_shape(f))}
    new = _read_shapes([f for f in frames.values() if f.id not in shapes])
    if not connection.in_atomic_block:
        for frame_id, shape in new.items():
            cache.put(("shape", frame_id), shape, nbytes=shape.nbytes)
    return shapes | new


def _known_shape(frame: FrameState) -> FrameShape | None:
    known = cache.get(("shape", frame.id))
    if isinstance(known, FrameShape) and known.revision == frame.revision:
        return known
    return None


def _read_shapes(frames: Collection[FrameState]) -> dict[int, FrameShape]:
    shapes = {f.id: FrameShape(f.length, f.revision, {}) for f in frames}
    if shapes:
        columns = Column.objects.filter(frame_id__in=list(shapes), revision__gt=0)
        members = ("pk", "name", "kind", "role", "spills", "ordinal")
        rows = columns.order_by("ordinal").values_list("frame_id", *members)
        for frame_id, *row in rows:
            shape = ColumnShape(*row)
            shapes[frame_id].columns[shape.name] = shape
    return shapes


def vectors(wanted: Mapping[int, Collection[str]]) -> dict[int, dict[str, Vector]]:
    """Return the vectors of the wanted columns, by frame and name.

    A column that does not exist, or of which no vector holds anything, is left out.
    What the cache holds is brought up to date; the number of queries, at most five,
    does not depend on how many frames and columns are wanted, and is one when nothing
    has changed. All vectors of a frame have its length, and their arrays are
    read-only.
    """
    # What an open transaction wrote may yet be undone, so it is not remembered.
    keep = not connection.in_atomic_block
    found: dict[int, dict[str, Vector]] = {}
    rest = dict(wanted)
    for _ in range(_ATTEMPTS):
        found |= _read(rest, keep=keep)
        rest = {pk: names for pk, names in wanted.items() if pk not in found}
        if not rest:
            return found
    with transaction.atomic():
        list(Frame.objects.select_for_update().filter(pk__in=rest).order_by("pk"))
        return found | _read(rest, keep=keep)


def _read(
    wanted: Mapping[int, Collection[str]], *, keep: bool
) -> dict[int, dict[str, Vector]]:
    """Return the vectors of all frames whose chunks stayed as they were meanwhile."""
    frames = frame_states(wanted)
    keys = [(pk, name) for pk in frames for name in wanted[pk]]
    known = {key: _known(key) if keep else None for key in keys}
    stale = {
        key: vector
        for key, vector in known.items()
        if vector is None or vector.revision != frames[key[0]].revision
    }
    partly_known = {pk for pk, _ in known.keys() - stale.keys()}
    alone = frames.keys() - partly_known
    fresh = refreshed(stale, frames, alone=alone) if stale else {}
    if keep:
        _remember(fresh)
    torn = {pk for pk, _ in stale.keys() - fresh.keys()}
    found: dict[int, dict[str, Vector]] = {pk: {} for pk in wanted if pk not in torn}
    for pk, name in keys:
        current = fresh.get((pk, name)) or known[pk, name]
        if pk in found and current is not None and current.vector is not None:
            found[pk][name] = current.vector
    return found


def _known(key: Key) -> Known | None:
    known = cache.get(("vector", *key))
    return known if isinstance(known, Known) else None


def _remember(fresh: Mapping[Key, Known]) -> None:
    for key, known in fresh.items():
        nbytes = 0 if known.vector is None else known.vector.nbytes
        cache.put(("vector", *key), known, nbytes=nbytes)
