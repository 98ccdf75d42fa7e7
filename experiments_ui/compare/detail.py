"""One example in full: every output with its diff, and every verdict on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.safestring import SafeString, mark_safe

from experiments_ui.analysis.worddiff import diff, tokenize
from experiments_ui.compare.cells import marked_up
from experiments_ui.compare.lineup import Comparison
from experiments_ui.compare.texts import as_text, texts
from experiments_ui.errors import NotFound
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.queries import RunRow, read_runs
from experiments_ui.experiments.queries.sides import Side
from experiments_ui.experiments.shown import Delta, delta, shown

_TRACE = "result.trace.id"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One metric of a run, and what its evaluator said."""

    name: str
    value: str
    label: str
    explanation: str
    delta: Delta | None


@dataclass(frozen=True, slots=True)
class SideDetail:
    """One experiment's run of the example; `run` is None where it has none."""

    hue: int
    name: str
    number: int
    is_baseline: bool
    run: RunRow | None
    output: SafeString | str
    is_same: bool
    similarity: int | None
    fell_back: bool
    verdicts: list[Verdict]
    trace_id: str
    raw: str


@dataclass(frozen=True, slots=True)
class RowDetail:
    """Everything about one example of a comparison."""

    position: int
    id: str
    input: str
    expected: str
    label: str
    fields: list[tuple[str, str]]
    sides: list[SideDetail]


def detail(comparison: Comparison, position: int) -> RowDetail:
    """Return one example with all its runs.

    Raises:
        NotFound: The dataset has no example at this position.
    """
    example = (
        texts(comparison.sides, [position]).examples.get(position)
        if (0 <= position < len(comparison.sides[0].first))
        else None
    )
    if example is None:
        raise NotFound("This example is not there (any more).")
    roles = comparison.roles
    runs = [_run(side, position) for side in comparison.sides]
    return RowDetail(
        position=position,
        id=example.external_id,
        input=as_text(example.fields.get(roles.input or "")),
        expected=as_text(example.fields.get(roles.expected or "")),
        label=as_text(example.fields.get(roles.label or "")),
        fields=[
            (n, as_text(example.fields[n]))
            for n in roles.metadata
            if n in example.fields
        ],
        sides=[_side(comparison, i, runs, position) for i in range(len(runs))],
    )


def _run(side: Side, position: int) -> RunRow | None:
    sequence = int(side.first[position])
    found = read_runs(side.experiment, [sequence]) if sequence >= 0 else []
    return found[0] if found else None


def _side(
    comparison: Comparison, index: int, runs: list[RunRow | None], position: int
) -> SideDetail:
    base, run = runs[0], runs[index]
    experiment = comparison.sides[index].experiment
    before = base.output if base else None
    after = run.output if run else None
    output, similarity, fell_back = _output(before if index else None, after)
    values: Mapping[str, Any] = run.values if run else {}
    return SideDetail(
        hue=index,
        name=experiment.name,
        number=experiment.pk,
        is_baseline=index == 0,
        run=run,
        output=output,
        is_same=bool(index) and after is not None and before == after,
        similarity=similarity,
        fell_back=fell_back,
        verdicts=[
            v
            for m in comparison.metrics
            if (v := _verdict(comparison, index, m, position, values))
        ],
        trace_id=str(values.get(_TRACE) or ""),
        raw=_raw(run) if run else "",
    )


def _output(
    before: str | None, after: str | None
) -> tuple[SafeString | str, int | None, bool]:
    """Return the whole output marked up, its likeness in per cent, and a fallback."""
    if before is None or after is None or before == after:
        return after or "", None, False
    found = diff(tokenize(before), tokenize(after))
    markup = mark_safe(marked_up(found.segments))  # noqa: S308 -- escaped by marked_up
    return markup, round(100 * found.similarity), found.fell_back


def _verdict(
    comparison: Comparison,
    index: int,
    metric: Metric,
    position: int,
    values: Mapping[str, Any],
) -> Verdict | None:
    side, base = comparison.sides[index], comparison.sides[0]
    stem = metric.column.rpartition(".")[0]
    number = float(side.numbers(metric)[position])
    label = values.get(f"{stem}.label") if stem else None
    if number != number and label is None:  # noqa: PLR0124 -- NaN is not itself
        return None
    change = number - float(base.numbers(metric)[position]) if index else None
    drawn = delta(change, metric)
    return Verdict(
        name=metric.label,
        value=shown(number, metric) if not metric.is_label else "",
        label=as_text(label),
        explanation=as_text(values.get(f"{stem}.explanation")) if stem else "",
        delta=drawn if drawn and drawn.verdict != "same" else None,
    )


def _raw(run: RunRow) -> str:
    whole = {
        "id": run.id,
        "example_id": run.example_id,
        "output": run.output,
        "error": run.error,
    } | run.values
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2).decode()
