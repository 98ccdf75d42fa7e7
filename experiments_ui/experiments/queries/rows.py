"""Runs as rows: their text, their column values and what people said of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_

import numpy as np
import orjson
from django.db.models import Q

from experiments_ui.accounts.models import User
from experiments_ui.analysis.filters import Expression, mask
from experiments_ui.columns import read as column_reader
from experiments_ui.columns.read import FrameShape
from experiments_ui.columns.vectors import Vector
from experiments_ui.experiments import run_ids
from experiments_ui.experiments.models import Evaluation, Experiment, Run, Source
from experiments_ui.experiments.queries.columns import RunColumns


@dataclass(frozen=True, slots=True)
class Note:
    """One person's annotation of a run."""

    name: str
    score: float | None
    label: str | None
    text: str | None
    updated_at: datetime
    annotator: User


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run with all its values; `values` has every column, None where missing."""

    id: str
    sequence: int
    example_id: str | None
    output: str | None
    error: str | None
    values: dict[str, object]
    notes: list[Note] = field(default_factory=list)


def runs_page(
    experiment: Experiment,
    *,
    after: int | None,
    limit: int,
    where: Expression | None = None,
) -> list[RunRow]:
    """Return up to `limit` runs in order of arrival, after the run number `after`."""
    start = 0 if after is None else after + 1
    if where is None:
        stop = min(start + limit, length_of(experiment))
        return read_runs(experiment, range(start, stop))
    hits = matching(experiment, where)
    return read_runs(experiment, hits[hits >= start][:limit].tolist())


def matching(experiment: Experiment, where: Expression) -> np.ndarray:
    """Return the sequences of the runs a filter selects, ascending."""
    columns = RunColumns(experiment)
    return np.flatnonzero(mask(where, columns))


def length_of(experiment: Experiment) -> int:
    """Return how many runs are visible now."""
    return column_reader.describe([experiment.frame_id])[experiment.frame_id].length


def read_runs(experiment: Experiment, sequences: Sequence[int]) -> list[RunRow]:
    """Return the named runs in the order asked for: at most seven queries."""
    if not sequences:
        return []
    shape = column_reader.describe([experiment.frame_id])[experiment.frame_id]
    names = shown_columns(shape)
    vectors = column_reader.vectors({experiment.frame_id: names})[experiment.frame_id]
    texts = {
        run.sequence: run
        for run in Run.objects.filter(experiment=experiment, sequence__in=sequences)
    }
    values = _values(vectors, sequences)
    notes = _notes(experiment, sequences)
    return [
        _row(texts[sequence], dict.fromkeys(names) | row, notes.get(sequence, []))
        for sequence, row in zip(sequences, values, strict=True)
        if sequence in texts
    ]


def shown_columns(shape: FrameShape) -> list[str]:
    """Return the uploaded columns in order; the server's own start with a colon."""
    columns = sorted(shape.columns.values(), key=lambda column: column.ordinal)
    return [column.name for column in columns if not column.name.startswith(":")]


def _values(
    vectors: dict[str, Vector], sequences: Sequence[int]
) -> list[dict[str, object]]:
    picked = {name: vector.values_at(sequences) for name, vector in vectors.items()}
    return [
        {name: column[i] for name, column in picked.items()}
        for i in range(len(sequences))
    ]


def _row(run: Run, values: dict[str, object], notes: list[Note]) -> RunRow:
    if run.extra != "{}":
        values |= orjson.loads(run.extra)
    return RunRow(
        id=run_ids.encode(run.experiment_id, run.sequence),
        sequence=run.sequence,
        example_id=run.example_id,
        output=run.output,
        error=run.error,
        values=values,
        notes=notes,
    )


def _notes(experiment: Experiment, sequences: Sequence[int]) -> dict[int, list[Note]]:
    rows = list(
        Evaluation.objects.filter(
            experiment=experiment, sequence__in=sequences, source=Source.PERSON
        ).order_by("name", "annotator_number")
    )
    if not rows:
        return {}
    people = User.objects.in_bulk({row.annotator_number for row in rows})
    notes: dict[int, list[Note]] = defaultdict(list)
    for row in rows:
        notes[row.sequence].append(
            Note(
                name=row.name,
                score=row.score,
                label=row.label,
                text=row.text,
                updated_at=row.updated_at,
                annotator=people[row.annotator_number],
            )
        )
    return notes


@dataclass(frozen=True, slots=True)
class RunText:
    """What a run said."""

    output: str | None
    error: str | None


def texts_of(
    wanted: Mapping[int, Collection[int]],
) -> dict[tuple[int, int], RunText]:
    """Return output and error by (experiment, sequence); one query for all."""
    parts = [
        Q(experiment_id=experiment_id, sequence__in=list(sequences))
        for experiment_id, sequences in wanted.items()
        if sequences
    ]
    if not parts:
        return {}
    members = ("experiment_id", "sequence", "output", "error")
    return {
        (experiment_id, sequence): RunText(output, error)
        for experiment_id, sequence, output, error in Run.objects.filter(
            reduce(or_, parts)
        ).values_list(*members)
    }
