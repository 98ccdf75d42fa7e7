"""Gathers everything the compare page shows for one selection."""

from dataclasses import dataclass, field, replace

from experiments_ui.compare.grid import Chunk, chunk_of
from experiments_ui.compare.header import Head, heads
from experiments_ui.compare.lineup import Comparison
from experiments_ui.compare.rows import Order, order, usual_sort
from experiments_ui.compare.selection import Sort
from experiments_ui.errors import Invalid


@dataclass(frozen=True, slots=True)
class ComparePage:
    comparison: Comparison
    heads: list[Head]
    counts: dict[str, int]
    sort: Sort
    total: int
    chunk: Chunk
    filter_error: str = ""
    notes: list[str] = field(default_factory=list)


def build(comparison: Comparison) -> ComparePage:
    """Return the page; a filter that cannot be read shows all rows and its error."""
    selection, error = comparison.selection, ""
    try:
        ordered = _order(comparison)
    except Invalid as refused:
        if "filter" not in refused.fields:
            raise
        error = refused.message
        comparison = _unfiltered(comparison)
        ordered = _order(comparison)
    return ComparePage(
        comparison=comparison,
        heads=heads(comparison.sides, comparison.visible, comparison.metric),
        counts={str(name): count for name, count in ordered.counts.items()},
        sort=selection.sort or usual_sort(comparison.judged),
        total=len(ordered.positions),
        chunk=chunk_of(comparison, ordered.positions),
        filter_error=error,
        notes=_notes(comparison),
    )


def chunk(comparison: Comparison) -> Chunk:
    """Return one chunk of the selection's rows; as cheap at the end as at the start."""
    return chunk_of(comparison, _order(comparison).positions)


def _order(comparison: Comparison) -> Order:
    return order(
        comparison.selection, comparison.sides, comparison.judged, comparison.metrics
    )


def _unfiltered(comparison: Comparison) -> Comparison:
    return replace(comparison, selection=comparison.selection.but(where=""))


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
