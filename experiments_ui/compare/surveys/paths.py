"""At which JSON paths the outputs of two experiments differ, over all rows."""

import base64
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import orjson

from experiments_ui.analysis.jsondiff import changed_paths
from experiments_ui.experiments.queries import texts_of
from experiments_ui.experiments.queries.sides import Side

Mask = npt.NDArray[np.bool_]
Bits = npt.NDArray[np.uint8]
Note = Callable[[int, int], None]

# Rows read at once: two outputs each, which may be large.
_BATCH = 200
# Each path costs a bit per row while rows are read.
MOST_PATHS = 500


@dataclass(frozen=True, slots=True)
class Rows:
    """Some positions, a bit each."""

    bits: Bits

    def count(self, within: Mask | None = None) -> int:
        """Return how many rows these are, or how many of those in a mask."""
        if within is None:
            return int(np.bitwise_count(self.bits).sum())
        chosen = np.packbits(within, bitorder="little")[: len(self.bits)]
        return int(np.bitwise_count(self.bits[: len(chosen)] & chosen).sum())

    def mask(self, size: int) -> Mask:
        return np.unpackbits(self.bits, count=size, bitorder="little").astype(np.bool_)


@dataclass(frozen=True, slots=True)
class Paths:
    """What was found.

    Attributes:
        changed: Rows whose outputs differ in any way.
        not_json: Those of them where a side is no JSON object or list.
        beyond: Those that differ at a path that was not kept.
        rows: Those that differ at each path, the commonest path first.
    """

    changed: Rows
    not_json: Rows
    beyond: Rows
    rows: dict[str, Rows]

    @property
    def nbytes(self) -> int:
        return (3 + len(self.rows)) * (len(self.changed.bits) + 100)


@dataclass(slots=True)
class _Marks:
    """One bit per position, few in memory."""

    size: int
    bits: bytearray = field(init=False)

    def __post_init__(self) -> None:
        self.bits = bytearray((self.size + 7) // 8)

    def add(self, position: int) -> None:
        self.bits[position >> 3] |= 1 << (position & 7)

    def count(self) -> int:
        return int.from_bytes(self.bits, "little").bit_count()

    def packed(self) -> str:
        return base64.b64encode(zlib.compress(self.bits)).decode()


def count_paths(base: Side, other: Side, note: Note) -> str:
    """Return the answer to store; `read_answer` reads it.

    Memory is bounded by MOST_PATHS bits per row, besides one batch of outputs.

    Args:
        base: The baseline.
        other: The candidate.
        note: Called with how many rows are done, of how many.
    """
    size = len(base.first)
    changed, not_json, beyond = _Marks(size), _Marks(size), _Marks(size)
    paths: dict[str, _Marks] = {}
    for position, found in _differing(base, other, note):
        changed.add(position)
        if found is None:
            not_json.add(position)
        for path in found or ():
            if path not in paths and len(paths) == MOST_PATHS:
                beyond.add(position)
            else:
                paths.setdefault(path, _Marks(size)).add(position)
    ordered = sorted(paths, key=lambda path: -paths[path].count())
    told = {
        "changed": changed.packed(),
        "not_json": not_json.packed(),
        "beyond": beyond.packed(),
        "paths": [[path, paths[path].packed()] for path in ordered],
    }
    return orjson.dumps(told).decode()


def read_answer(answer: str) -> Paths:
    """Read a stored answer."""
    told = orjson.loads(answer)
    return Paths(
        changed=_rows(told["changed"]),
        not_json=_rows(told["not_json"]),
        beyond=_rows(told["beyond"]),
        rows={path: _rows(bits) for path, bits in told["paths"]},
    )


def _differing(
    base: Side, other: Side, note: Note
) -> Iterator[tuple[int, tuple[str, ...] | None]]:
    """Yield the rows whose outputs differ, with their paths; None where not JSON."""
    both = (base.first >= 0) & (other.first >= 0)
    positions = np.flatnonzero(both & (base.marks != other.marks))
    for start in range(0, len(positions), _BATCH):
        note(start, len(positions))
        batch = positions[start : start + _BATCH]
        yield from zip(batch.tolist(), _paths_of(base, other, batch), strict=True)
    note(len(positions), len(positions))


def _paths_of(
    base: Side, other: Side, positions: npt.NDArray[np.int64]
) -> Iterator[tuple[str, ...] | None]:
    wanted = {side.experiment.pk: side.first[positions] for side in (base, other)}
    found = texts_of({pk: rows.tolist() for pk, rows in wanted.items()})
    pairs = zip(*(rows.tolist() for rows in wanted.values()), strict=True)
    for before, after in pairs:
        first = found.get((base.experiment.pk, before))
        second = found.get((other.experiment.pk, after))
        outputs = (first and first.output, second and second.output)
        yield None if None in outputs else changed_paths(*outputs)  # type: ignore[arg-type]  # neither is None


def _rows(packed: str) -> Rows:
    return Rows(np.frombuffer(zlib.decompress(base64.b64decode(packed)), np.uint8))
