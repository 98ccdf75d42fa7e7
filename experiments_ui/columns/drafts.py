"""The columns that one upload fills, on their way into a frame."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from experiments_ui.arrow.columns import Batch
from experiments_ui.columns.assembly import assemble
from experiments_ui.columns.fitting import Draft, Spilled, fit, would_widen
from experiments_ui.columns.models import Chunk, Column, Kind, Role
from experiments_ui.columns.storing import holds_wide, next_ordinal, write_chunks
from experiments_ui.columns.vectors import (
    CHUNK_ROWS,
    CODE,
    FLOAT,
    INTEGER,
    Vector,
    decode,
    encode,
    is_wide,
)
from experiments_ui.errors import Conflict


@dataclass(slots=True)
class Drafts:
    """The columns that one upload fills, on their way into a frame."""

    frame_id: int
    by_name: dict[str, Draft] = field(default_factory=dict)
    # For each column of labels: the stored code of each of the draft's own codes.
    _codes: dict[str, np.ndarray] = field(default_factory=dict)

    def fit(
        self, batch: Batch, roles: Mapping[str, Role], *, row: int
    ) -> dict[str, Spilled]:
        """Take a batch whose first row is `row`; return what no vector holds."""
        self._learn([name for name in batch.columns if name not in self.by_name], roles)
        spilled: dict[str, Spilled] = {}
        for name, column in batch.columns.items():
            draft = self.by_name[name]
            if draft.wide is None and would_widen(draft, column):
                draft.wide = holds_wide(draft.stored_id)
            rest = fit(draft, column, row=row)
            if rest is not None:
                spilled[name] = rest
        return spilled

    def store_columns(self, *, revision: int | None) -> None:
        """Bring the rows of Column in line; the caller holds the frame's lock.

        A revision is stamped on all of them; without one, those that are new stay
        invisible. Labels get their final codes.

        Raises:
            Conflict: Someone gave a column another kind while values were fitted.
        """
        stored = {column.name: column for column in self._stored(self.by_name)}
        new = self._new_columns(stored.keys())
        for name, draft in self.by_name.items():
            column = stored.get(name) or new[name]
            was = (column.kind, column.spills, column.dictionary)
            self._bring_together(draft, column)
            if column.pk and was != (column.kind, column.spills, column.dictionary):
                column.save(update_fields=["kind", "spills", "dictionary"])
        if revision is not None:
            ids = [column.pk for column in stored.values()]
            Column.objects.filter(pk__in=ids).update(revision=revision)
        for column in new.values():
            column.revision = revision or 0
        for column in Column.objects.bulk_create(new.values()):
            self.by_name[column.name].stored_id = column.pk

    def store_chunks(self, *, first: int, stop: int) -> None:
        """Write the pieces of rows `first` to `stop`; the caller holds the lock.

        Rows before `first` in its chunk are kept, whatever they hold by now.
        """
        heads = self._heads(first) if first % CHUNK_ROWS else {}
        chunks = []
        for draft in self.by_name.values():
            for number in range(first // CHUNK_ROWS, -(-stop // CHUNK_ROWS)):
                pieces = list(self._pieces_of(draft, number, first=first, stop=stop))
                if pieces:
                    key = (draft.stored_id, number)
                    chunks.append((*key, _chunk(draft, heads.get(key), pieces)))
        write_chunks(chunks)

    def forget(self, *, before: int) -> None:
        """Let go of pieces that are stored."""
        for draft in self.by_name.values():
            kept = [p for p in draft.pieces if p[0] + len(p[1]) > before]
            draft.pieces = kept

    def _learn(self, names: Collection[str], roles: Mapping[str, Role]) -> None:
        known = {column.name: column for column in self._stored(names)}
        for name in names:
            self.by_name[name] = _draft(
                name, roles.get(name, Role.EXTRA), stored=known.get(name)
            )

    def _stored(self, names: Collection[str]) -> Iterable[Column]:
        if not names:
            return []
        return Column.objects.filter(frame_id=self.frame_id, name__in=list(names))

    def _new_columns(self, stored: Collection[str]) -> dict[str, Column]:
        new = [draft for draft in self.by_name.values() if draft.name not in stored]
        first = next_ordinal(self.frame_id) if new else 0
        return {
            draft.name: Column(
                frame_id=self.frame_id,
                name=draft.name,
                ordinal=ordinal,
                kind=Kind.TEXT,
                role=draft.role,
            )
            for ordinal, draft in enumerate(new, start=first)
        }

    def _bring_together(self, draft: Draft, column: Column) -> None:
        """Agree with the stored column on a kind and on the codes of labels."""
        draft.stored_id = column.pk
        draft.kind = column.kind = _common_kind(draft, column)
        draft.spills = column.spills = draft.spills or column.spills
        if draft.kind == CODE:
            self._codes[draft.name] = _final_codes(draft, column)

    def _heads(self, first: int) -> dict[tuple[int, int], Vector]:
        """Return what stands before row `first` in its chunk, for each column."""
        number, kept = divmod(first, CHUNK_ROWS)
        ids = [draft.stored_id for draft in self.by_name.values()]
        chunks = Chunk.objects.filter(column_id__in=ids, number=number)
        return {
            (column_id, number): decode(values).slice(0, kept)
            for column_id, values in chunks.values_list("column_id", "values")
        }

    def _pieces_of(
        self, draft: Draft, number: int, *, first: int, stop: int
    ) -> Iterator[tuple[int, Vector]]:
        """Cut the pieces that fall into a chunk, by row within the chunk."""
        base = number * CHUNK_ROWS
        low, high = max(base, first), min(base + CHUNK_ROWS, stop)
        for start, piece in draft.pieces:
            begin, end = max(start, low), min(start + len(piece), high)
            if begin < end:
                part = piece.slice(begin - start, end - start)
                if draft.kind == CODE:
                    part = Vector(CODE, self._codes[draft.name][part.values])
                yield begin - base, part


def _draft(name: str, role: str, *, stored: Column | None) -> Draft:
    if stored is None:
        return Draft(name=name, role=role)
    labels = json.loads(stored.dictionary)
    return Draft(
        name=name,
        role=stored.role,
        stored_id=stored.pk,
        kind=stored.kind,
        spills=stored.spills,
        labels={label: code for code, label in enumerate(labels)},
        wide=None,
    )


def _common_kind(draft: Draft, column: Column) -> str:
    is_open = column.kind == Kind.TEXT and not column.spills
    if is_open or draft.kind == column.kind:
        return draft.kind
    if not draft.pieces:
        return column.kind
    if draft.kind == FLOAT and column.kind == INTEGER:
        return FLOAT
    wide = any(is_wide(piece.values) for _, piece in draft.pieces)
    if draft.kind == INTEGER and column.kind == FLOAT and not wide:
        return FLOAT
    raise Conflict(
        f"The column '{draft.name}' came to hold other values ({column.kind}) while "
        "this upload was under way; send it again."
    )


def _final_codes(draft: Draft, column: Column) -> np.ndarray:
    """Add labels that are new to the column; return the stored code of each own code.

    The last element is what "missing" (-1) finds: itself.
    """
    codes = {label: code for code, label in enumerate(json.loads(column.dictionary))}
    known = len(codes)
    for label in draft.labels:
        codes.setdefault(label, len(codes))
    if len(codes) > known:
        column.dictionary = json.dumps(list(codes), ensure_ascii=False)
    return np.array([*(codes[label] for label in draft.labels), -1], dtype=np.int32)


def _chunk(
    draft: Draft, head: Vector | None, pieces: list[tuple[int, Vector]]
) -> bytes:
    if head is not None:
        pieces = [(0, head), *pieces]
    rows = max(start + len(piece) for start, piece in pieces)
    return encode(assemble(draft.kind, rows, pieces))
