"""Gathers everything the compare page shows for one selection."""

from dataclasses import dataclass

from experiments_ui.compare.grid.chunks import Chunk, chunk_of
from experiments_ui.compare.grid.header import Head, heads
from experiments_ui.compare.grid.order import counts, order, usual_sort
from experiments_ui.compare.lineup import Comparison
from experiments_ui.compare.selection import Sort


@dataclass(frozen=True, slots=True)
class ComparePage:
    comparison: Comparison
    heads: list[Head]
    counts: dict[str, int]
    sort: Sort
    total: int
    chunk: Chunk


def build(comparison: Comparison) -> ComparePage:
    """Return the page of rows."""
    ordered = order(comparison)
    return ComparePage(
        comparison=comparison,
        heads=heads(comparison),
        counts={str(name): count for name, count in counts(comparison).items()},
        sort=comparison.selection.sort or usual_sort(comparison.judged),
        total=len(ordered.positions),
        chunk=chunk_of(comparison, ordered.positions),
    )


def chunk(comparison: Comparison) -> Chunk:
    """Return one chunk of the selection's rows; as cheap at the end as at the start."""
    return chunk_of(comparison, order(comparison).positions)
