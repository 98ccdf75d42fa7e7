"""The rows that changed most, with both texts of each, cut to what one reads."""

from dataclasses import dataclass

import numpy as np

from experiments_ui.analysis.verdicts import Verdict
from experiments_ui.compare.grid.order import Positions
from experiments_ui.compare.grid.texts import Texts, as_text, texts
from experiments_ui.compare.lineup import Comparison
from experiments_ui.experiments.shown import shown, signed


@dataclass(frozen=True, slots=True)
class Text:
    """A text, and how many letters were cut off its end."""

    text: str
    cut: int = 0

    @classmethod
    def of(cls, text: str | None, *, most: int) -> "Text":
        whole = text or ""
        return cls(whole[:most], max(0, len(whole) - most))


@dataclass(frozen=True, slots=True)
class Output:
    """What a run said; `is_there` is false without a run."""

    text: Text
    value: str
    is_there: bool = True
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class ChangedRow:
    position: int
    id: str
    input: Text
    change: str
    before: Output
    after: Output


@dataclass(frozen=True, slots=True)
class Changed:
    """The first of a candidate's rows with one verdict; `total` counts them all."""

    index: int
    title: str
    total: int
    rows: list[ChangedRow]

    @property
    def omitted(self) -> int:
        return self.total - len(self.rows)


_Found = tuple[int, str, Positions]


def changed(
    comparison: Comparison, *, most: int, letters: int, improved: bool = True
) -> list[Changed]:
    """Return what got worse and better under each candidate, the most changed first.

    Two queries for all of them. Where the chosen metric has no better way, rows that
    changed at all.

    Args:
        comparison: Of any size.
        most: Rows in each list.
        letters: Letters of each text.
        improved: Whether improvements are wanted as well.
    """
    lists = [
        found
        for index in range(1, len(comparison.sides))
        for found in _lists(comparison, index, improved=improved)
    ]
    wanted = {place for _, _, found in lists for place in found[:most].tolist()}
    read = texts(comparison.sides, sorted(wanted))
    return [
        Changed(
            index,
            title,
            len(found),
            [
                _row(comparison, read, index, place, letters)
                for place in found[:most].tolist()
            ],
        )
        for index, title, found in lists
    ]


def _lists(comparison: Comparison, index: int, *, improved: bool) -> list[_Found]:
    metric = comparison.metric
    if metric is None:
        return []
    if metric.is_label or metric.goal == "none":
        return [(index, "Changes", _ranked(comparison, index, Verdict.FLIPPED))]
    worse = (index, "Regressions", _ranked(comparison, index, Verdict.REGRESSED))
    if not improved:
        return [worse]
    better = (index, "Improvements", _ranked(comparison, index, Verdict.IMPROVED))
    return [worse, better]


def _ranked(comparison: Comparison, index: int, verdict: Verdict) -> Positions:
    """Return all positions with a verdict, those that changed most first."""
    judged = comparison.judged
    such = comparison.scope.within(judged.verdicts[index - 1] == verdict)
    places = np.flatnonzero(such)
    sizes = np.abs(judged.gains[index - 1][places])
    return places[np.argsort(-sizes, kind="stable")]


def _row(
    comparison: Comparison, read: Texts, index: int, position: int, letters: int
) -> ChangedRow:
    example = read.examples.get(position)
    fields: dict[str, object] = example.fields if example else {}
    asked = as_text(fields.get(comparison.roles.input or ""))
    return ChangedRow(
        position=position,
        id=example.external_id if example else "",
        input=Text.of(asked, most=letters),
        change=_change(comparison, index, position),
        before=_output(comparison, read, 0, position, letters),
        after=_output(comparison, read, index, position, letters),
    )


def _output(
    comparison: Comparison, read: Texts, index: int, position: int, letters: int
) -> Output:
    run = read.runs.get((index, position))
    if run is None:
        return Output(Text(""), "", is_there=False)
    said = run.output if run.error is None else run.error
    return Output(
        text=Text.of(said, most=letters),
        value=_value(comparison, index, position),
        is_error=run.error is not None,
    )


def _value(comparison: Comparison, index: int, position: int) -> str:
    metric, side = comparison.metric, comparison.sides[index]
    if metric is None:
        return ""
    if metric.is_label:
        column = side.columns.get(metric.column)
        code = int(column.values[position]) if column and column.labels else -1
        return column.labels[code] if column and code >= 0 else ""
    return shown(float(side.numbers(metric)[position]), metric)


def _change(comparison: Comparison, index: int, position: int) -> str:
    metric = comparison.metric
    if metric is None or metric.is_label:
        return ""
    base, side = comparison.sides[0], comparison.sides[index]
    change = float(side.numbers(metric)[position] - base.numbers(metric)[position])
    return signed(change, metric)
