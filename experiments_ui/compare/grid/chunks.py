"""The rows of the grid: examples with a cell for each experiment."""

from dataclasses import dataclass
from math import isnan

from django.utils.safestring import SafeString

from experiments_ui.analysis.worddiff import window
from experiments_ui.compare.diffs.differences import CELL_LETTERS, Base, Options
from experiments_ui.compare.diffs.escaping import safe_text
from experiments_ui.compare.grid import cells
from experiments_ui.compare.grid.order import Positions
from experiments_ui.compare.grid.reviewing import Mark, marks_of
from experiments_ui.compare.grid.texts import (
    ExampleText,
    Texts,
    as_text,
    base_of,
    short_fields,
    texts,
)
from experiments_ui.compare.grouping.heads import GroupHead, group_heads
from experiments_ui.compare.lineup import LABEL, SCORE, Comparison
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.shown import delta, shown

# Cells in one chunk of rows: a page is bounded by its text, not by its rows. Twelve
# rows of ten experiments are three screens, and the next chunk comes before their end.
_CELLS_PER_CHUNK = 120
_MOST_ROWS = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One example and its cells, ready to print.

    `group` is the head of the group that begins with this row, if one does.
    """

    position: int
    place: int
    id: str
    input: SafeString
    label: str
    meta: str
    cells: list[SafeString]
    is_regressed: bool
    change: str
    marks: list[Mark]
    group: GroupHead | None


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
    begins = group_heads(comparison, positions, start, start + size)
    rows = [
        _row(comparison, found, position, place=place, group=begins.get(place))
        for place, position in enumerate(shown_now, start + 1)
    ]
    end = start + len(rows)
    here = comparison.selection.but(after=start)
    following = here.but(after=end).query if end < len(positions) else ""
    return Chunk(rows, end, here.query, following)


def _row(
    comparison: Comparison,
    found: Texts,
    position: int,
    *,
    place: int,
    group: GroupHead | None,
) -> Row:
    roles = comparison.roles
    example = found.examples.get(position) or ExampleText(position, "", {})
    return Row(
        position=position,
        place=place,
        id=example.external_id,
        input=safe_text(
            window(as_text(example.fields.get(roles.input or "")), CELL_LETTERS)
        ),
        label=as_text(example.fields.get(roles.label or ""))[:60],
        meta=" · ".join(short_fields(example, roles)[:4]),
        cells=_cells(comparison, found, position),
        is_regressed=bool(comparison.judged.regressed[position]),
        change=example.change,
        marks=marks_of(comparison.reviewed, position),
        group=group,
    )


def _cells(comparison: Comparison, found: Texts, position: int) -> list[SafeString]:
    expected = comparison.selection.diff == "expected"
    base = _base(comparison, found, position)
    aside = "no expected answer" if expected and base is None else ""
    if not (comparison.roles.expected or comparison.roles.label):
        # The page says so once, above the rows.
        aside = ""
    here = f"?{comparison.selection.query}&row={position}"
    made = []
    for index in range(len(comparison.sides)):
        text = found.runs.get((index, position))
        if text is None:
            made.append(cells.missing_cell(index))
            continue
        content = cells.Cell(
            hue=index,
            chip=_chip(comparison, index, position),
            score=_score(comparison, comparison.metric, index, position),
            others=_others(comparison, index, position),
            note=_latency(comparison, index, position),
            output=text.output,
            error=text.error,
            row_url=here,
            aside=aside,
        )
        made.append(cells.cell(content, base=base if index or expected else None))
    return made


def _base(comparison: Comparison, found: Texts, position: int) -> Base | None:
    """Return what the outputs of a row are compared with, if anything."""
    example, run = found.examples.get(position), found.runs.get((0, position))
    return base_of(
        Options.of(comparison.selection),
        comparison.roles,
        example.fields if example else {},
        run.output if run else None,
    )


def _chip(comparison: Comparison, index: int, position: int) -> cells.Chip | None:
    """Return the run's label; a score of 1 or 0 beside it makes it good or bad."""
    metric, side = comparison.metric, comparison.sides[index]
    if metric is None or metric.unit:
        return None
    column = side.columns.get(metric.column.removesuffix(SCORE) + LABEL)
    code = int(column.values[position]) if column and column.labels else -1
    if column is None or code < 0:
        return None
    score = None if metric.is_label else float(side.numbers(metric)[position])
    tone = "" if score is None else {1.0: "good", 0.0: "bad"}.get(score, "")
    return cells.Chip(column.labels[code][:40], tone, metric.label)


def _score(
    comparison: Comparison, metric: Metric | None, index: int, position: int
) -> cells.Score | None:
    if metric is None or metric.is_label:
        return None
    value = float(comparison.sides[index].numbers(metric)[position])
    if isnan(value):
        return None
    before = float(comparison.sides[0].numbers(metric)[position])
    change = delta(value - before, metric) if index else None
    return cells.Score(
        name=metric.label,
        text=shown(value, metric),
        share=round(value * 10) if 0 <= value <= 1 and not metric.unit else None,
        # A change of nothing would only be noise in every other cell.
        delta=change if change and change.verdict != "same" else None,
    )


def _others(comparison: Comparison, index: int, position: int) -> list[cells.Score]:
    """Return the visible scores besides the chosen one; latency has its own place."""
    found = (
        _score(comparison, metric, index, position)
        for metric in comparison.visible
        if metric != comparison.metric and metric.unit != "ms"
    )
    return [score for score in found if score]


def _latency(comparison: Comparison, index: int, position: int) -> str:
    for metric in comparison.visible:
        if metric.unit == "ms":
            value = float(comparison.sides[index].numbers(metric)[position])
            return "" if isnan(value) else shown(value, metric)
    return ""
