"""Examples as they come in: from rows of JSON, or from columns."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from types import NoneType

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from experiments_ui.arrow.columns import (
    Batch,
    Column,
    KindName,
    Strings,
    check_names,
    column_of_values,
    kind_of,
)
from experiments_ui.datasets.example_ids import new_ids
from experiments_ui.errors import Invalid

# Rows as `parse_json` read them, or columns. Only rows tell absent from null.
Examples = Batch | Sequence[Mapping[str, object]]
Row = Mapping[str, object]

TIMES = ("created_at", "updated_at")
# What every example has besides its own columns.
OWN_MEMBERS = frozenset({"id", "annotations", *TIMES})
LONGEST_ID = 255
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_KINDS: dict[type, KindName] = {
    NoneType: "null",
    bool: "boolean",
    int: "integer",
    float: "float",
    str: "string",
}


@dataclass(frozen=True, slots=True)
class Incoming:
    """Examples ready to be stored: the JSON text of each, and their columns' kinds.

    `ids` is None where the examples came without; see `identified`.
    """

    texts: list[str]
    kinds: dict[str, KindName]
    ids: list[str] | None = field(default=None)

    def identified(self) -> list[str]:
        """Return the ids, made here unless they came along."""
        return new_ids(len(self.texts)) if self.ids is None else self.ids


def read(
    parts: Iterable[Examples], *, keep_ids: bool, at_once: int
) -> Iterator[Incoming]:
    """Read examples piece by piece; a piece has at most `at_once`.

    With `keep_ids` a column `id` names the examples, and the times that a client
    wrote are dropped; without, the server owns these members and refuses them.

    Raises:
        Invalid: A name or a value breaks a rule; the message says where.
    """
    first = 0
    for part in parts:
        if isinstance(part, Batch):
            yield from _read_batch(part, first=first, keep_ids=keep_ids, most=at_once)
            first += part.length
        else:
            for start in range(0, len(part), at_once):
                yield read_rows(part[start : start + at_once], first=first + start)
            first += len(part)


def read_rows(rows: Sequence[Row], *, first: int = 0) -> Incoming:
    """Read rows without ids, of which `first` came before in the same request."""
    for index, row in enumerate(rows, start=first):
        if not row:
            raise _refusal(f"examples[{index}]", "needs at least one property")
        if not OWN_MEMBERS.isdisjoint(row):
            name = next(name for name in row if name in OWN_MEMBERS)
            raise _refusal(f"examples[{index}].{name}", "is set by the server")
    return Incoming(texts=[json_text(row) for row in rows], kinds=kinds_of_rows(rows))


def json_text(row: Row) -> str:
    """Write an example's columns just as they were read."""
    return orjson.dumps(row).decode()


def kinds_of_rows(rows: Sequence[Row]) -> dict[str, KindName]:
    """Return the kind of each column, in order of first appearance.

    Raises:
        Invalid: The name of a column breaks a rule.
    """
    names = list(dict.fromkeys(chain.from_iterable(rows)))
    _check_columns(names)
    return {name: _kind([row.get(name) for row in rows]) for name in names}


def check_id(text: object, *, path: str) -> str:
    """Return an example's id.

    Raises:
        Invalid: It is no text of 1 to 255 characters.
    """
    if not isinstance(text, str) or not 1 <= len(text) <= LONGEST_ID:
        raise _refusal(path, f"must be text of 1 to {LONGEST_ID} characters")
    if _CONTROL.search(text):
        raise _refusal(path, "holds a control character; remove it")
    return text


def check_columns_left(row: Row, *, path: str) -> None:
    """Refuse an example that has nothing but what the server sets."""
    if not row:
        raise _refusal(path, "needs at least one property")


def _kind(values: list[object]) -> KindName:
    kinds = {_KINDS.get(kind, "mixed") for kind in set(map(type, values))} - {"null"}
    if kinds == {"integer", "float"}:  # whether floats hold them depends on each
        return kind_of(column_of_values(values, name=""))
    return kinds.pop() if len(kinds) == 1 else "mixed" if kinds else "null"


def _read_batch(
    batch: Batch, *, first: int, keep_ids: bool, most: int
) -> Iterator[Incoming]:
    columns = dict(batch.columns)
    ids = columns.pop("id", None) if keep_ids else None
    if keep_ids:
        columns = {name: c for name, c in columns.items() if name not in TIMES}
    if taken := next((name for name in columns if name in OWN_MEMBERS), None):
        raise _refusal(f"Column “{taken}”", "is set by the server; rename it")
    _check_columns(columns)
    if batch.length and not columns:
        raise _refusal(f"examples[{first}]", "needs at least one property")
    kinds = {name: kind_of(column) for name, column in columns.items()}
    names = None if ids is None else _ids_of(ids, first=first)
    bare = Batch(length=batch.length, columns=columns)
    for start in range(0, batch.length, most):
        yield Incoming(
            texts=[json_text(row) for row in bare.slice(start, start + most).rows()],
            kinds=kinds,
            ids=None if names is None else names[start : start + most].to_pylist(),
        )


def _ids_of(column: Column, *, first: int) -> pa.Array:
    """Return the ids of a batch; whether others have them is for the table to say."""
    if not isinstance(column, Strings):
        raise _refusal("Column “id”", "must hold text")
    ids = column.values
    if ids.null_count:
        row = pc.index(pc.is_null(ids), value=True).as_py()
        raise _refusal(f"examples[{first + row}].id", "is missing")
    lengths = pc.utf8_length(ids)
    strange = pc.or_(
        pc.or_(pc.less(lengths, 1), pc.greater(lengths, LONGEST_ID)),
        pc.match_substring_regex(ids, _CONTROL.pattern),
    )
    if (row := pc.index(strange, value=True).as_py()) >= 0:
        check_id(ids[row].as_py(), path=f"examples[{first + row}].id")
    if pc.count_distinct(ids).as_py() < len(ids):
        raise _twin(ids.to_pylist(), first=first)
    return ids


def _twin(ids: list[str], *, first: int) -> Invalid:
    seen: set[str] = set()
    for index, text in enumerate(ids, start=first):
        if text in seen:
            return _refusal(f"examples[{index}].id", f"'{text}' is there twice")
        seen.add(text)
    raise AssertionError("no id is there twice")


def _check_columns(names: Iterable[str]) -> None:
    names = list(names)
    check_names(names)
    for name in names:
        if _CONTROL.search(name):
            shown = _CONTROL.sub("�", name)[:40]
            raise _refusal(f"The column name “{shown}”", "holds a control character")


def _refusal(path: str, reason: str) -> Invalid:
    return Invalid(f"{path} {reason}.", {path: reason})
