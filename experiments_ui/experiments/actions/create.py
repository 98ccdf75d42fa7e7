"""Making experiments, and appending a few runs to them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from django.db import IntegrityError, transaction

from experiments_ui.accounts.models import User
from experiments_ui.arrow.columns import Batch
from experiments_ui.columns import read as column_reader
from experiments_ui.columns import write as column_writer
from experiments_ui.columns.models import Frame
from experiments_ui.columns.storing import Stamp
from experiments_ui.datasets import queries as datasets
from experiments_ui.datasets.models import Dataset, DatasetVersion
from experiments_ui.errors import Conflict, Invalid
from experiments_ui.experiments import incoming, run_ids
from experiments_ui.experiments.actions.rows import (
    Tally,
    drop_unseen,
    insert_rows,
    merged_kinds,
    record_change,
)
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.placement import (
    ByExample,
    Ordinals,
    Placement,
    Standalone,
)
from experiments_ui.spaces.models import Space
from experiments_ui.tracing.actions import project_named
from experiments_ui.tracing.models import ProjectType

_TRACES_OF = "experiment traces of "


def create_experiment(
    space: Space,
    *,
    name: str,
    dataset: Dataset | None,
    by: User | None,
    now: datetime,
    version: DatasetVersion | None = None,
) -> Experiment:
    """Make an experiment without runs; they are imported or appended next.

    Raises:
        Invalid: The name cannot be used.
        Conflict: The dataset (or, without one, the space) has one of this name.
    """
    _check_name(name)
    if dataset is not None and version is None:
        version = datasets.get_version(dataset, None)
    try:
        with transaction.atomic():
            return Experiment.objects.create(
                space=space,
                dataset=dataset,
                dataset_version=version,
                name=name,
                frame=Frame.objects.create(),
                traces_project=project_named(
                    space,
                    _project_name(dataset),
                    project_type=ProjectType.EXPERIMENT,
                ),
                created_at=now,
                updated_at=now,
                created_by=by,
            )
    except IntegrityError:
        where = f"the dataset '{dataset.name}'" if dataset else "the space"
        raise Conflict(f"An experiment '{name}' exists already in {where}.") from None


@transaction.atomic
def create_experiment_with_runs(
    space: Space,
    *,
    name: str,
    dataset: Dataset | None,
    rows: Sequence[dict[str, Any]],
    by: User | None,
    now: datetime,
) -> Experiment:
    """Make an experiment from JSON runs, all of them or none; errors as its parts."""
    experiment = create_experiment(space, name=name, dataset=dataset, by=by, now=now)
    _append(experiment, rows=rows, now=now)
    return experiment


def append_runs(
    experiment: Experiment, *, rows: Sequence[dict[str, Any]], now: datetime
) -> list[str]:
    """Append JSON runs in one transaction and return their ids in the same order.

    Raises:
        Invalid: A run lacks `output` or `example_id`, or has a reserved member.
        Conflict: A larger upload into the experiment is under way.
    """
    first = _append(experiment, rows=rows, now=now)
    return [run_ids.encode(experiment.pk, first + i) for i in range(len(rows))]


def _append(
    experiment: Experiment, *, rows: Sequence[dict[str, Any]], now: datetime
) -> int:
    """Append JSON runs and return the sequence of the first; errors as above."""
    needs_example = experiment.dataset_id is not None
    incoming.check_rows(list(rows), needs_example=needs_example)
    runs = incoming.read(
        Batch.from_rows(rows), first_row=0, needs_example=needs_example
    )
    with column_writer.writing(experiment.frame_id) as stamp:
        return _store(experiment, runs, stamp=stamp, now=now)


def _store(
    experiment: Experiment, runs: incoming.Incoming, *, stamp: Stamp, now: datetime
) -> int:
    """Store one batch and return the sequence of its first run."""
    placement = placement_for(experiment, stored=stamp.length)
    positions, repetitions = placement.place(
        runs.example_ids.to_pylist(), first=stamp.length
    )
    columns = runs.columns | incoming.internal_columns(
        runs, positions=positions, repetitions=repetitions
    )
    batch = Batch(runs.length, columns)
    added = column_writer.append(stamp, batch, incoming.roles_of(columns), now=now)
    drop_unseen(experiment, added.start)
    insert_rows(experiment, runs, first=added.start, spilled=added.spilled)
    experiment.schema = list(merged_kinds(experiment.kinds, runs.columns).items())
    tally = Tally()
    tally.add(runs, positions)
    record_change(experiment, tally=tally, now=now)
    return added.start


def placement_for(experiment: Experiment, *, stored: int) -> Placement:
    """Return what places runs of an experiment, knowing those that it has stored."""
    dataset = experiment.dataset
    if dataset is None:
        return Standalone()
    taken = _positions(experiment) if stored else np.empty(0, np.int64)
    return ByExample(lambda texts: datasets.positions_of(dataset, texts), taken)


def _positions(experiment: Experiment) -> Ordinals:
    held = column_reader.vectors({experiment.frame_id: [incoming.POSITION]})
    vector = held[experiment.frame_id].get(incoming.POSITION)
    return np.empty(0, np.int64) if vector is None else vector.values


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > 255 or '"' in name or "\\" in name:
        raise Invalid(
            "An experiment's name has 1 to 255 characters, without \" and \\.",
            {"name": "characters"},
        )


def _project_name(dataset: Dataset | None) -> str:
    """Return the name of the project that traces of a dataset's experiments go to."""
    return f"{_TRACES_OF}{dataset.name if dataset else 'no dataset'}"[:255]
