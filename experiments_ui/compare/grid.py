"""The rows of the grid: examples with a cell for each experiment."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from experiments_ui.analysis.worddiff import window
from experiments_ui.compare import cells
from experiments_ui.compare.lineup import LABEL, SCORE, Comparison
from experiments_ui.compare.rows import Positions
from experiments_ui.compare.shown import delta, shown
from experiments_ui.compare.texts import (
    ExampleText,
    Texts,
    as_text,
    short_fields,
    texts,
)

# Cells in one chunk of rows: a page is bounded by its text, not by its rows.
_CELLS_PER_CHUNK = 200
_MOST_ROWS = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One example and its cells, ready to print."""

    position: int
    place: int
    id: str
    input: str
    label: str
    meta: str
    cells: list[SafeString]
    is_regressed: bool


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows; `query` fetches them again, `next_query` those behind them if any."""

    rows: list[Row]
    end: int
    query: str
    next_query: str


def chunk_of(comparison: Comparison, positions: Positions) -> Chunk:
    """Return the rows that start at the selection's `after`."""
    start = comparison.selection.after
    size = min(_MOST_ROWS, _CELLS_PER_CHUNK // len(comparison.sides))
    shown_now = positions[start : start + size].tolist()
    found = texts(comparison.sides, shown_now)
    rows = [
        _row(comparison, found, position, place=start + index + 1)
        for index, position in enumerate(shown_now)
    ]
    end = start + len(rows)
    here = comparison.selection.but(after=start)
    following = here.but(after=end).query if end < len(positions) else ""
    return Chunk(rows, end, here.query, following)


def _row(comparison: Comparison, found: Texts, position: int, *, place: int) -> Row:
    roles = comparison.roles
    example = found.examples.get(position) or ExampleText(position, "", {})
    return Row(
        position=position,
        place=place,
        id=example.external_id,
        input=window(
            as_text(example.fields.get(roles.input or "")), cells.CELL_LETTERS
        ),
        label=as_text(example.fields.get(roles.label or ""))[:60],
        meta=" · ".join(short_fields(example, roles)[:4]),
        cells=_cells(comparison, found, position),
        is_regressed=bool(comparison.judged.regressed[position]),
    )


def _cells(comparison: Comparison, found: Texts, position: int) -> list[SafeString]:
    first = found.runs.get((0, position))
    base = cells.Base(first.output) if first and first.output is not None else None
    made = []
    for index in range(len(comparison.sides)):
        text = found.runs.get((index, position))
        if text is None:
            made.append(cells.missing_cell(index))
            continue
        content = cells.Cell(
            hue=index,
            chips=_chips(comparison, index, position),
            scores=_scores(comparison, index, position),
            note=_latency(comparison, index, position),
            output=text.output,
            error=text.error,
        )
        made.append(
            cells.cell(
                content,
                base=base if index else None,
                mode=comparison.selection.diff,
            )
        )
    return made


def _chips(comparison: Comparison, index: int, position: int) -> list[cells.Chip]:
    """Return the labels of a run; a score of 1 or 0 beside one makes it good or bad."""
    side = comparison.sides[index]
    chips = []
    for metric in comparison.visible:
        column = side.columns.get(metric.column.removesuffix(SCORE) + LABEL)
        if metric.unit or column is None or not column.labels:
            continue
        code = int(column.values[position])
        if code >= 0:
            score = None if metric.is_label else side.numbers(metric)[position]
            tone = {1.0: "good", 0.0: "bad"}.get(score, "") if score is not None else ""
            chips.append(cells.Chip(column.labels[code][:40], tone, metric.label))
    return chips


def _scores(comparison: Comparison, index: int, position: int) -> list[cells.Score]:
    base, side = comparison.sides[0], comparison.sides[index]
    scores = []
    for metric in comparison.visible:
        value = float(side.numbers(metric)[position])
        if metric.is_label or metric.unit == "ms" or value != value:  # noqa: PLR0124 -- NaN
            continue
        if metric.unit and metric != comparison.metric:
            continue
        change = value - float(base.numbers(metric)[position]) if index else None
        scores.append(
            cells.Score(
                name=metric.label,
                text=shown(value, metric),
                share=round(value * 10)
                if 0 <= value <= 1 and not metric.unit
                else None,
                delta=delta(change, metric) if metric == comparison.metric else None,
            )
        )
    return scores


def _latency(comparison: Comparison, index: int, position: int) -> str:
    for metric in comparison.visible:
        if metric.unit == "ms":
            value = float(comparison.sides[index].numbers(metric)[position])
            return "" if value != value else shown(value, metric)  # noqa: PLR0124 -- NaN
    return ""
