"""One example in full: every output with its diff, and every verdict on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.safestring import SafeString, mark_safe

from experiments_ui.compare.diffs.differences import Base, Options, whole
from experiments_ui.compare.diffs.escaping import safe_text
from experiments_ui.compare.diffs.marks import marked_up, path_lines
from experiments_ui.compare.grid.history import History, history
from experiments_ui.compare.grid.texts import as_text, base_of, texts
from experiments_ui.compare.lineup import Comparison
from experiments_ui.errors import NotFound
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.queries import RunRow, read_runs
from experiments_ui.experiments.queries.sides import Side
from experiments_ui.experiments.shown import Delta, delta, shown

_TRACE = "result.trace.id"
# Letters of a value that the list of changed paths shows at most.
_VALUE_LETTERS = 2_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """One metric of a run, and what its evaluator said."""

    name: str
    value: str
    label: str
    explanation: str
    delta: Delta | None


@dataclass(frozen=True, slots=True)
class Output:
    """An output with its differences, as HTML.

    `same` says that nothing differs; `text` is empty where that says it all, and
    `is_paths` where it is a list of changed paths. `similarity` is in per cent.
    """

    text: SafeString
    is_paths: bool = False
    same: str = ""
    similarity: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SideDetail:
    """One experiment's run of the example; `run` is None where it has none."""

    hue: int
    name: str
    number: int
    is_baseline: bool
    run: RunRow | None
    output: Output | None
    error: SafeString
    verdicts: list[Verdict]
    trace_id: str
    raw: str


@dataclass(frozen=True, slots=True)
class RowDetail:
    """Everything about one example of a comparison."""

    position: int
    id: str
    input: SafeString
    expected: SafeString
    no_expected: str
    label: str
    fields: list[tuple[str, str]]
    sides: list[SideDetail]
    history: History | None


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
    base = base_of(
        Options.of(comparison.selection),
        roles,
        example.fields,
        runs[0].output if runs[0] else None,
    )
    return RowDetail(
        position=position,
        id=example.external_id,
        input=safe_text(as_text(example.fields.get(roles.input or ""))),
        expected=safe_text(as_text(example.fields.get(roles.expected or ""))),
        no_expected=_no_expected(comparison, base),
        label=as_text(example.fields.get(roles.label or "")),
        fields=[
            (n, as_text(example.fields[n]))
            for n in roles.metadata
            if n in example.fields
        ],
        sides=[
            _side(comparison, index, run, base, position)
            for index, run in enumerate(runs)
        ],
        history=history(comparison, position),
    )


def _run(side: Side, position: int) -> RunRow | None:
    sequence = int(side.first[position])
    found = read_runs(side.experiment, [sequence]) if sequence >= 0 else []
    return found[0] if found else None


def _no_expected(comparison: Comparison, base: Base | None) -> str:
    if base is not None or comparison.selection.diff != "expected":
        return ""
    roles = comparison.roles
    if roles.expected is None and roles.label is None:
        return "This dataset has no expected answers: outputs are shown plain."
    return "This example has no expected answer: outputs are shown plain."


def _side(
    comparison: Comparison,
    index: int,
    run: RunRow | None,
    base: Base | None,
    position: int,
) -> SideDetail:
    experiment = comparison.sides[index].experiment
    values: Mapping[str, Any] = run.values if run else {}
    compares = index or comparison.selection.diff == "expected"
    return SideDetail(
        hue=index,
        name=experiment.name,
        number=experiment.pk,
        is_baseline=index == 0,
        run=run,
        output=_output(base if compares else None, run),
        error=safe_text(run.error or "" if run else ""),
        verdicts=[
            v
            for m in comparison.metrics
            if (v := _verdict(comparison, index, m, position, values))
        ],
        trace_id=str(values.get(_TRACE) or ""),
        raw=_raw(run) if run else "",
    )


def _output(base: Base | None, run: RunRow | None) -> Output | None:
    if run is None or run.output is None:
        return None
    if base is None:
        return Output(safe_text(run.output))
    found = whole(base, run.output)
    if found.changes:
        lines = path_lines(found.changes, letters=_VALUE_LETTERS)
        return Output(_safe(lines), is_paths=True)
    return Output(
        _safe(marked_up(found.pieces, opens=True)),
        same=found.same,
        similarity=_per_cent(found.similarity),
        notes=found.notes,
    )


def _per_cent(share: float | None) -> int | None:
    """Round, but call only what is wholly the same a hundred."""
    if share is None:
        return None
    return 100 if share == 1 else min(99, round(100 * share))


def _safe(markup: str) -> SafeString:
    # What `marks` wrote: it escapes every text.
    return mark_safe(markup)  # noqa: S308 -- see the line above


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
