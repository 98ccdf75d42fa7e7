"""Short writes into a frame: appending a few rows, patching values, folding patches."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import transaction
from django.db.models import Max

from experiments_ui.arrow.columns import Batch
from experiments_ui.columns import bulk, storing
from experiments_ui.columns.assembly import assemble
from experiments_ui.columns.drafts import Drafts
from experiments_ui.columns.fitting import MOST_LABELS, Spilled
from experiments_ui.columns.models import Chunk, Column, Frame, Kind, Patch, Role
from experiments_ui.columns.overlay import StoredPatch, laid_over
from experiments_ui.columns.storing import (
    Stamp,
    holds_wide,
    next_ordinal,
    write_chunks,
)
from experiments_ui.columns.vectors import CHUNK_ROWS, Bytes, decode, encode
from experiments_ui.errors import Invalid, LimitExceeded, NotFound

MOST_APPENDED_ROWS = 1_000
# Readers pay for every patch when they start afresh.
MOST_PATCHES = 5_000


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append did: the row of its first value, and what no vector holds."""

    start: int
    spilled: dict[str, Spilled]


@contextmanager
def writing(frame_id: int) -> Iterator[Stamp]:
    """Open a transaction that alone writes to a frame.

    Raises:
        NotFound: There is no such frame.
    """
    with transaction.atomic():
        if not storing.raise_revision(frame_id):
            raise NotFound("The experiment no longer exists.")
        frame = Frame.objects.get(pk=frame_id)
        yield Stamp(frame_id, revision=frame.revision, length=frame.length)


def append(
    stamp: Stamp, batch: Batch, roles: Mapping[str, Role], *, now: datetime
) -> Appended:
    """Add at most 1,000 rows inside `writing`.

    The owner stores its rows in the same transaction, with the spilled values: where
    one is not None, it and not the vector is the value.

    Raises:
        Conflict: A load into the frame is under way.
        LimitExceeded: There are more rows than that; use a Load.
    """
    if batch.length > MOST_APPENDED_ROWS:
        raise LimitExceeded(f"At most {MOST_APPENDED_ROWS:,} rows are added at once.")
    frame = Frame.objects.get(pk=stamp.frame_id)
    if storing.is_live(frame, now=now):
        raise storing.busy()
    if frame.load_token:
        storing.discard(frame)
    drafts = Drafts(stamp.frame_id)
    spilled = drafts.fit(batch, roles, row=frame.length)
    end = frame.length + batch.length
    drafts.store_columns(revision=stamp.revision)
    drafts.store_chunks(first=frame.length, stop=end)
    Frame.objects.filter(pk=frame.pk).update(length=end)
    return Appended(start=frame.length, spilled=spilled)


def patch(
    stamp: Stamp, name: str, values: Mapping[int, float | str | None], *, role: Role
) -> bool:
    """Set values by row inside `writing`; None, or NaN, makes one missing.

    The column is made when absent. Numbers are stored as floats (true is 1.0), texts
    as labels.

    Returns:
        Whether the column has spilled values. They win over the vector, so the owner
        must then remove this column's from the patched rows.

    Raises:
        Invalid: A row is not in the frame, or the column cannot take such values.
        LimitExceeded: The column would have more than 20,000 labels.
    """
    for row in values:
        if not 0 <= row < stamp.length:
            raise Invalid(f"Row {row} is not among the {stamp.length} that exist.")
    values = {row: _without_nan(value) for row, value in values.items()}
    kind = _kind_of(name, values)
    column = Column.objects.filter(frame_id=stamp.frame_id, name=name).first()
    if column is None:
        if kind is None:
            return False
        column = _new_column(stamp, name, role=role)
    before = (column.kind, column.dictionary, column.revision > 0)
    if kind is not None:
        _accept(column, kind, values)
    rows = _patch_rows(column, values, revision=stamp.revision)
    if before != (column.kind, column.dictionary, True):
        column.revision = stamp.revision
        column.save(update_fields=["kind", "dictionary", "revision"])
    if column.kind != Kind.TEXT:
        bulk.upsert(_PATCHES, _PATCH_COLUMNS, rows, keys=_PATCH_COLUMNS[:2])
    return column.spills


def _without_nan(value: float | str | None) -> float | str | None:
    return None if isinstance(value, float) and math.isnan(value) else value


def _kind_of(name: str, values: Mapping[int, float | str | None]) -> str | None:
    types = {isinstance(value, str) for value in values.values() if value is not None}
    if len(types) > 1:
        raise Invalid(f"The values for '{name}' mix numbers and labels.")
    if not types:
        return None
    return Kind.CODE if types.pop() else Kind.FLOAT


def _new_column(stamp: Stamp, name: str, *, role: Role) -> Column:
    return Column.objects.create(
        frame_id=stamp.frame_id,
        name=name,
        role=role,
        kind=Kind.TEXT,
        ordinal=next_ordinal(stamp.frame_id),
    )


def _accept(
    column: Column, kind: str, values: Mapping[int, float | str | None]
) -> None:
    """Give an open column its kind, and let one of integers become floats."""
    if column.kind == kind:
        return
    if column.kind == Kind.TEXT and not column.spills:
        column.kind = kind
    elif kind == Kind.FLOAT and column.kind == Kind.BOOLEAN:
        if not set(values.values()) <= {0, 1, None}:
            raise _refused(column, "numbers other than 0 and 1")
    elif (
        kind == Kind.FLOAT and column.kind == Kind.INTEGER and not holds_wide(column.pk)
    ):
        column.kind = Kind.FLOAT
    else:
        raise _refused(column, "labels" if kind == Kind.CODE else "numbers")


_HELD = {
    Kind.FLOAT: "numbers",
    Kind.INTEGER: "integers that a float cannot hold",
    Kind.BOOLEAN: "true and false",
    Kind.CODE: "labels",
    Kind.TEXT: "texts or values of several types",
}


def _refused(column: Column, what: str) -> Invalid:
    held = _HELD[Kind(column.kind)]
    return Invalid(f"The column '{column.name}' holds {held}, so it takes no {what}.")


_PATCHES = Patch._meta.db_table  # noqa: SLF001 -- Django's documented model API
_PATCH_COLUMNS = ["column_id", "row", "number", "code", "revision"]


def _patch_rows(
    column: Column, values: Mapping[int, float | str | None], *, revision: int
) -> list[tuple[object, ...]]:
    codes = _codes(column, values)
    return [
        (column.pk, row, _number(value), codes.get(value), revision)
        for row, value in values.items()
    ]


def _number(value: float | str | None) -> float | None:
    if value is None or isinstance(value, str):
        return None
    # SQLite drops the sign of a zero; so do we, everywhere.
    return float(value) + 0.0


def _codes(
    column: Column, values: Mapping[int, float | str | None]
) -> dict[object, int]:
    """Return the code of each label, extending the column's dictionary."""
    labels = [value for value in values.values() if isinstance(value, str)]
    if not labels:
        return {}
    known: list[str] = json.loads(column.dictionary)
    codes: dict[object, int] = {label: code for code, label in enumerate(known)}
    for label in labels:
        codes.setdefault(label, len(codes))
    if len(codes) > MOST_LABELS:
        raise LimitExceeded(
            f"The column '{column.name}' would hold more than {MOST_LABELS:,} labels."
        )
    if len(codes) > len(known):
        column.dictionary = json.dumps(list(codes), ensure_ascii=False)
    return codes


def needs_fold(frame_id: int) -> bool:
    """Tell whether readers that start afresh would pay much for patches."""
    patches = Patch.objects.filter(column__frame_id=frame_id)
    return patches[: MOST_PATCHES + 1].count() > MOST_PATCHES


def fold(frame_id: int) -> int:
    """Write patches into the chunks they belong to; return how many there were.

    `folded_revision` and the columns' become those of the newest patch that was
    folded: whoever has seen that one has seen them all and need not read again.
    """
    if not Patch.objects.filter(column__frame_id=frame_id).exists():
        return 0
    with writing(frame_id):
        columns = Column.objects.filter(frame_id=frame_id).in_bulk()
        patches = Patch.objects.filter(column_id__in=list(columns))
        newest = patches.aggregate(newest=Max("revision"))["newest"]
        if newest is None:  # someone else folded them just before
            return 0
        stored = patches.order_by("column_id", "row").values_list(*_PATCH_COLUMNS)
        for column_id, group in groupby(stored, key=itemgetter(0)):
            _fold_column(columns[column_id], list(group))
        Frame.objects.filter(pk=frame_id).update(folded_revision=newest)
        return patches.delete()[0]


def _fold_column(column: Column, stored: Sequence[tuple[Any, ...]]) -> None:
    by_chunk = {
        number: [
            StoredPatch(row % CHUNK_ROWS, value, code)
            for _, row, value, code, _ in group
        ]
        for number, group in groupby(stored, key=lambda patch: patch[1] // CHUNK_ROWS)
    }
    chunks = Chunk.objects.filter(column=column, number__in=list(by_chunk))
    old = dict(chunks.values_list("number", "values"))
    write_chunks(
        [
            (column.pk, number, _folded(column.kind, old.get(number), patches))
            for number, patches in by_chunk.items()
        ]
    )
    newest = max(revision for *_, revision in stored)
    if newest > column.revision:
        Column.objects.filter(pk=column.pk).update(revision=newest)


def _folded(kind: str, chunk: Bytes | None, patches: Sequence[StoredPatch]) -> bytes:
    pieces = [] if chunk is None else [(0, decode(chunk))]
    rows = max(len(pieces[0][1]) if pieces else 0, patches[-1].row + 1)
    return encode(laid_over(assemble(kind, rows, pieces), patches))
