"""One run with everything known of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import orjson

from experiments_ui.columns import read as column_reader
from experiments_ui.datasets.models import Example
from experiments_ui.datasets.page import Contents, contents
from experiments_ui.errors import NotFound
from experiments_ui.experiments import queries
from experiments_ui.experiments.incoming import METRICS, POSITION
from experiments_ui.experiments.metrics import Metric, metrics_in
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.page.cells import rates_of
from experiments_ui.experiments.page.run_table import (
    Verdict,
    examples_of,
    roles_for,
    verdict,
)
from experiments_ui.experiments.queries import Note, RunRow
from experiments_ui.experiments.queries.figures import figures_of
from experiments_ui.experiments.queries.standing import as_set_for
from experiments_ui.experiments.serializers import run_answer
from experiments_ui.tracing.page import TreeRow, tree_rows
from experiments_ui.tracing.queries import trace
from experiments_ui.web.texts import Passage, as_text

_TRACE = "result.trace.id"
_PARTS = ("score", "label", "explanation")


@dataclass(frozen=True, slots=True)
class Opinion:
    """One evaluator's verdict with its reasons."""

    name: str
    verdict: Verdict
    explanation: str
    details: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class RunDrawer:
    run: RunRow
    is_unmatched: bool
    contents: Contents
    output: Passage | None
    numbers: list[tuple[str, str]]
    opinions: list[Opinion]
    notes: Sequence[Note]
    trace_id: str
    trace: list[TreeRow]
    hidden_spans: int
    raw: str


def run_drawer(experiment: Experiment, sequence: int) -> RunDrawer:
    """Return one run.

    Raises:
        NotFound: The experiment has no such run.
    """
    frame = experiment.frame_id
    shape = column_reader.describe([frame])[frame]
    runs = queries.read_runs(experiment, [sequence] if sequence < shape.length else [])
    if not runs:
        raise NotFound("The experiment has no such run.")
    run = runs[0]
    vectors = column_reader.vectors({frame: [POSITION]})[frame]
    example = examples_of(experiment, runs, vectors.get(POSITION)).get(sequence)
    metrics = as_set_for(experiment, metrics_in(shape.columns.values()))
    trace_id = as_text(run.values.get(_TRACE))
    spans, hidden = _trace(experiment, trace_id)
    return RunDrawer(
        run=run,
        is_unmatched=bool(run.example_id) and example is None,
        contents=_contents(experiment, example),
        output=None if run.output is None else Passage.of("Output", run.output),
        numbers=_numbers(run, metrics),
        opinions=_opinions(run, metrics, _rates(experiment)),
        notes=run.notes,
        trace_id=trace_id,
        trace=spans,
        hidden_spans=hidden,
        raw=orjson.dumps(run_answer(run), option=orjson.OPT_INDENT_2).decode(),
    )


def _contents(experiment: Experiment, example: Example | None) -> Contents:
    fields = {} if example is None else orjson.loads(example.fields)
    return contents(fields, roles_for(experiment))


def _numbers(run: RunRow, metrics: Sequence[Metric]) -> list[tuple[str, str]]:
    """Return latency, tokens and cost, then what else the client sent in few words."""
    units = [
        (metric.label, verdict(run, metric).score)
        for metric in metrics
        if metric.unit and run.values.get(metric.column) is not None
    ]
    others = [
        (name, as_text(value))
        for name, value in run.values.items()
        if value is not None and name not in METRICS and not name.startswith("eval.")
    ]
    return units + others


def _rates(experiment: Experiment) -> Collection[str]:
    return rates_of([figures_of([experiment])[experiment.pk]])


def _opinions(
    run: RunRow, metrics: Sequence[Metric], rates: Collection[str]
) -> list[Opinion]:
    by_name = {
        metric.column.rpartition(".")[0]: metric
        for metric in metrics
        if metric.column.startswith("eval.")
    }
    return [
        Opinion(
            name=metric.label,
            verdict=verdict(run, metric, is_rate=metric.key in rates),
            explanation=as_text(run.values.get(f"{prefix}.explanation")),
            details=_details(run, prefix),
        )
        for prefix, metric in by_name.items()
        if any(run.values.get(f"{prefix}.{part}") is not None for part in _PARTS)
    ]


def _details(run: RunRow, prefix: str) -> list[tuple[str, str]]:
    start = f"{prefix}.metadata."
    return [
        (name.removeprefix(start), as_text(value))
        for name, value in run.values.items()
        if name.startswith(start) and value is not None
    ]


def _trace(experiment: Experiment, trace_id: str) -> tuple[list[TreeRow], int]:
    """Return the tree of the run's trace, and how many spans it leaves out."""
    if not trace_id:
        return [], 0
    try:
        tree = trace(experiment.space, trace_id)
    except NotFound:
        return [], 0
    return list(tree_rows(tree, slug=experiment.space.slug)), tree.hidden_count
