"""Gathers everything the compare page shows for one selection."""

from dataclasses import dataclass, field

from experiments_ui.compare.grid import Chunk, chunk_of
from experiments_ui.compare.header import Head, heads
from experiments_ui.compare.lineup import Comparison
from experiments_ui.compare.rows import order, usual_sort
from experiments_ui.compare.selection import Sort


@dataclass(frozen=True, slots=True)
class ComparePage:
    comparison: Comparison
    heads: list[Head]
    counts: dict[str, int]
    sort: Sort
    total: int
    chunk: Chunk
    notes: list[str] = field(default_factory=list)


def build(comparison: Comparison) -> ComparePage:
    """Return the page of rows."""
    ordered = order(comparison)
    return ComparePage(
        comparison=comparison,
        heads=heads(comparison),
        counts={str(name): count for name, count in ordered.counts.items()},
        sort=comparison.selection.sort or usual_sort(comparison.judged),
        total=len(ordered.positions),
        chunk=chunk_of(comparison, ordered.positions),
        notes=_notes(comparison),
    )


def chunk(comparison: Comparison) -> Chunk:
    """Return one chunk of the selection's rows; as cheap at the end as at the start."""
    return chunk_of(comparison, order(comparison).positions)


def _notes(comparison: Comparison) -> list[str]:
    """Return what a reader must know before trusting the numbers."""
    notes = [
        f"{side.experiment.name}: {side.experiment.unmatched_count:,} runs name "
        "examples that the dataset does not have, and are not compared."
        for side in comparison.sides
        if side.experiment.unmatched_count
    ]
    versions = {
        side.experiment.dataset_version.name
        for side in comparison.sides
        if side.experiment.dataset_version
    }
    if len(versions) > 1:
        named = ", ".join(sorted(versions))
        notes.append(f"These experiments ran on different versions: {named}.")
    return notes
