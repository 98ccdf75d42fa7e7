"""The runs of one experiment as a table: chosen and sorted by vectors alone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from experiments_ui.analysis.filters import InvalidFilter
from experiments_ui.columns.vectors import Vector
from experiments_ui.datasets.models import Example
from experiments_ui.datasets.queries import columns_of
from experiments_ui.datasets.queries.at import last_examples_at
from experiments_ui.datasets.roles import Roles, guess
from experiments_ui.experiments import queries
from experiments_ui.experiments.incoming import POSITION
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.page.cells import rates_of
from experiments_ui.experiments.page.run_chips import (
    ClusterLine,
    chips,
    cluster_lines,
    label_column,
    label_links,
)
from experiments_ui.experiments.page.run_frame import RunFrame, Sequences
from experiments_ui.experiments.queries import RunRow
from experiments_ui.experiments.queries.failures import error_clusters
from experiments_ui.experiments.queries.figures import figures_of
from experiments_ui.experiments.shown import shown
from experiments_ui.web.links import Link, PageAddress, Pager, SortLink, SortOrder
from experiments_ui.web.texts import as_text, in_a_cell, shortened

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one evaluator said of a run, or one number about it."""

    label: str = ""
    tone: str = ""
    score: str = ""
    share: int | None = None
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    label: str
    sort: SortLink
    goal: str
    kind: str
    switch: Link


@dataclass(frozen=True, slots=True)
class TableRow:
    sequence: int
    place: int
    example: str
    expected: str
    output: str
    error: str
    is_unmatched: bool
    verdicts: list[Verdict]


@dataclass(frozen=True, slots=True)
class RunTable:
    """One page of runs, with the chips and switches above it."""

    rows: list[TableRow]
    columns: list[Column]
    sequence_sort: SortLink
    example_sort: SortLink
    chips: list[Link]
    label_columns: list[Link]
    clusters: list[ClusterLine]
    switches: list[Link]
    pager: Pager
    row_prefix: str
    where: str
    filter_error: str
    clear_url: str
    is_narrowed: bool


def run_table(experiment: Experiment, address: PageAddress) -> RunTable:
    """Return the runs that an address asks for; text is read for the page alone."""
    frame = RunFrame(experiment)
    clusters = error_clusters(experiment)
    by = label_column(frame, address)
    where, error = address.text("filter"), ""
    try:
        among = frame.filtered(where)
    except InvalidFilter as problem:
        among, error = frame.everything(), problem.message
    only = frame.only(address.text("only"), by=by)
    alike = frame.failed_as(address.text("error"), clusters)
    sort = address.text("sort")
    ordered = frame.sorted(np.flatnonzero(among & only & alike), sort)
    pager = address.pager(len(ordered), size=PAGE_SIZE)
    columns = _columns(frame, address)
    visible = [column for column in columns if column.switch.current]
    sequence_sort, example_sort = (
        address.sort_link(key, chosen=sort or "sequence", first="ascending")
        for key in ("sequence", "example")
    )
    return RunTable(
        rows=_rows(frame, ordered[pager.start : pager.stop], visible, pager.start),
        columns=visible,
        sequence_sort=sequence_sort,
        example_sort=example_sort,
        chips=chips(frame, among, by, address),
        label_columns=label_links(frame, by, address),
        clusters=cluster_lines(clusters, address),
        switches=[column.switch for column in columns],
        pager=pager,
        row_prefix=address.row_prefix(),
        where=where,
        filter_error=error,
        clear_url=address.url(filter=None, only=None, error=None),
        is_narrowed=frame.length > 0,
    )


def _columns(frame: RunFrame, address: PageAddress) -> list[Column]:
    chosen = address.text("sort")
    return [
        Column(
            metric.key,
            metric.label,
            address.sort_link(metric.column, chosen=chosen, first=_first_way(metric)),
            metric.goal,
            "number" if metric.unit else "",
            _switch(metric, address),
        )
        for metric in frame.metrics
    ]


def _switch(metric: Metric, address: PageAddress) -> Link:
    """Return what shows or hides a column; tokens and cost show when asked for."""
    member = "show" if metric.unit in ("tokens", "usd") else "hide"
    is_named = metric.key in address.query.getlist(member)
    url = address.toggled(member, metric.key)
    return Link(url, metric.label, current=is_named == (member == "show"))


def _first_way(metric: Metric) -> SortOrder:
    """Return the way to sort first: what is worst comes to the top."""
    return "descending" if metric.unit else "ascending"


def _rows(
    frame: RunFrame, sequences: Sequences, columns: Sequence[Column], start: int
) -> list[TableRow]:
    runs = queries.read_runs(frame.experiment, sequences.tolist())
    examples = examples_of(frame.experiment, runs, frame.vectors.get(POSITION))
    roles = roles_for(frame.experiment)
    by_key = {metric.key: metric for metric in frame.metrics}
    metrics = [by_key[column.key] for column in columns]
    rates = rates_of([figures_of([frame.experiment])[frame.experiment.pk]])
    return [
        _row(run, examples.get(run.sequence), roles, metrics, rates, place=place)
        for place, run in enumerate(runs, start=start + 1)
    ]


def _row(
    run: RunRow,
    example: Example | None,
    roles: Roles,
    metrics: Sequence[Metric],
    rates: Collection[str],
    *,
    place: int,
) -> TableRow:
    fields: Mapping[str, Any] = orjson.loads(example.fields) if example else {}
    asked = in_a_cell(fields.get(roles.input or ""))
    return TableRow(
        sequence=run.sequence,
        place=place,
        example=asked or run.example_id or "",
        expected=in_a_cell(fields.get(roles.label or roles.expected or "")),
        output=in_a_cell(run.output),
        error=in_a_cell(run.error),
        is_unmatched=bool(run.example_id) and example is None,
        verdicts=[verdict(run, m, is_rate=m.key in rates) for m in metrics],
    )


def roles_for(experiment: Experiment) -> Roles:
    dataset = experiment.dataset
    return guess(columns_of(dataset) if dataset else {})


def examples_of(
    experiment: Experiment, runs: Sequence[RunRow], positions: Vector | None
) -> dict[int, Example]:
    """Return the example of each run by the run's number; one query."""
    dataset = experiment.dataset
    if dataset is None or positions is None or not runs:
        return {}
    wanted = {run.sequence: int(positions.values[run.sequence]) for run in runs}
    known = [position for position in wanted.values() if position >= 0]
    found = {
        example.position: example
        for example in last_examples_at(
            dataset, known, version=experiment.dataset_version
        )
    }
    return {s: found[position] for s, position in wanted.items() if position in found}


def verdict(run: RunRow, metric: Metric, *, is_rate: bool = False) -> Verdict:
    """Return what a run has under one metric: a label, a score, or a number.

    Where all scores are 1 or 0, a label is good or bad and the score goes unsaid.
    """
    value = run.values.get(metric.column)
    if metric.is_label:
        return Verdict(shortened(as_text(value), most=40))
    number = float(value) if isinstance(value, bool | int | float) else None
    label = shortened(as_text(_label_beside(run, metric)), most=40)
    if number is None:
        return Verdict(label, is_number=bool(metric.unit))
    if is_rate:
        return Verdict(
            label or f"{number:g}", {1.0: "good", 0.0: "bad"}.get(number, "")
        )
    text = shown(number, metric)
    if metric.unit or not 0 <= number <= 1:
        return Verdict(label, score=text, is_number=bool(metric.unit))
    return Verdict(label, score=text, share=round(number * 10))


def _label_beside(run: RunRow, metric: Metric) -> object:
    name = metric.column.removesuffix(".score")
    return run.values.get(f"{name}.label") if name != metric.column else None
