"""What every writer shares: the frame's lock, chunks, and clearing up dead loads."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import BinaryField, F, Max, QuerySet
from django.db.models.functions import Substr

from experiments_ui.columns import bulk
from experiments_ui.columns.models import Chunk, Column, Frame
from experiments_ui.columns.vectors import (
    CHUNK_ROWS,
    HEADER_BYTES,
    decode,
    encode,
    holds_wide_integers,
)
from experiments_ui.errors import Conflict

# Chunks that go to the database in one statement: 8 MB at most.
_CHUNKS_PER_STATEMENT = 64


@dataclass(frozen=True, slots=True)
class Stamp:
    """One write into a frame: the lock is held, and `revision` marks what it writes.

    `length` is the frame's when the write began.
    """

    frame_id: int
    revision: int
    length: int


def write_chunks(chunks: list[tuple[int, int, bytes]]) -> None:
    for start in range(0, len(chunks), _CHUNKS_PER_STATEMENT):
        bulk.upsert(
            Chunk._meta.db_table,  # noqa: SLF001 -- Django's documented model API
            ["column_id", "number", "values"],
            chunks[start : start + _CHUNKS_PER_STATEMENT],
            keys=["column_id", "number"],
        )


def holds_wide(column_id: int) -> bool:
    """Tell whether stored integers of a column are beyond what a float holds."""
    start = Substr("values", 1, HEADER_BYTES, output_field=BinaryField())
    headers = Chunk.objects.filter(column_id=column_id).annotate(header=start)
    return any(
        holds_wide_integers(header)
        for header in headers.values_list("header", flat=True)
    )


def lock(frame_id: int) -> Frame | None:
    """Take the frame's lock until the transaction ends.

    SQLite ignores this, and needs none: its transactions begin with the only lock.
    """
    return Frame.objects.select_for_update().filter(pk=frame_id).first()


def is_live(frame: Frame, *, now: datetime) -> bool:
    """Tell whether a load is under way that has shown a sign of life lately."""
    silence = timedelta(seconds=settings.LOAD_SILENCE_SECONDS)
    if not frame.load_token or frame.load_seen_at is None:
        return False
    return frame.load_seen_at >= now - silence


def discard(frame: Frame) -> None:
    """Remove what an unfinished load wrote; the caller holds the lock."""
    seen_at = dict(Column.objects.filter(frame=frame).values_list("pk", "revision"))
    unseen = [pk for pk, revision in seen_at.items() if not revision]
    Chunk.objects.filter(column_id__in=unseen).delete()
    Column.objects.filter(pk__in=unseen).delete()
    number, kept = divmod(frame.length, CHUNK_ROWS)
    chunks = Chunk.objects.filter(column_id__in=list(seen_at))
    chunks.filter(number__gte=number + (1 if kept else 0)).delete()
    if kept:
        _cut(chunks.filter(number=number), kept)
    Frame.objects.filter(pk=frame.pk).update(load_token="", load_seen_at=None)


def _cut(chunks: QuerySet[Chunk], kept: int) -> None:
    vectors = {(c.column_id, c.number): decode(c.values) for c in chunks}
    write_chunks(
        [
            (*key, encode(vector.slice(0, kept)))
            for key, vector in vectors.items()
            if len(vector) > kept
        ]
    )


def next_ordinal(frame_id: int) -> int:
    columns = Column.objects.filter(frame_id=frame_id)
    last: int | None = columns.aggregate(last=Max("ordinal"))["last"]
    return 0 if last is None else last + 1


def busy() -> Conflict:
    return Conflict(
        "Another upload into this experiment is under way; "
        "send this one again when it has ended."
    )


def raise_revision(frame_id: int) -> bool:
    """Take the lock and count a write; False when there is no such frame."""
    frames = Frame.objects.filter(pk=frame_id)
    return bool(frames.update(revision=F("revision") + 1))
