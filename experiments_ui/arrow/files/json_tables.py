"""JSON and JSON Lines files, read in batches."""

from collections.abc import Callable, Iterator

from experiments_ui.arrow.columns import Batch
from experiments_ui.arrow.files.json_split import RowText, element_texts, line_texts
from experiments_ui.arrow.files.limits import BATCH_BYTES, BATCH_ROWS, Limits
from experiments_ui.arrow.files.source import Source
from experiments_ui.arrow.values import parse_rows


def json_batches(source: Source, limits: Limits) -> Iterator[Batch]:
    return _batches(element_texts(source, max_row_bytes=limits.max_row_bytes))


def jsonl_batches(source: Source, limits: Limits) -> Iterator[Batch]:
    # Twice the rows leaves room for a blank line after each.
    texts = line_texts(
        source,
        max_row_bytes=limits.max_row_bytes,
        max_lines=2 * limits.max_rows,
    )
    return _batches(texts)


def _batches(texts: Iterator[RowText]) -> Iterator[Batch]:
    first_row = 1
    for group in _grouped(texts):
        rows = parse_rows([row.text for row in group], place=_place(group))
        yield Batch.from_rows(rows, first_row=first_row)
        first_row += len(group)


def _place(group: list[RowText]) -> Callable[[int], str]:
    return lambda index: group[index].place


def _grouped(texts: Iterator[RowText]) -> Iterator[list[RowText]]:
    """Group rows so that neither their number nor their size is large."""
    group: list[RowText] = []
    size = 0
    for row in texts:
        group.append(row)
        size += len(row.text)
        if len(group) == BATCH_ROWS or size >= BATCH_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group
