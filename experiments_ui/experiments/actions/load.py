"""Importing any number of runs in bounded memory, visible all at once or never."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from experiments_ui.arrow.columns import Batch
from experiments_ui.arrow.kinds import KindName
from experiments_ui.columns.load import Load
from experiments_ui.columns.write import writing
from experiments_ui.experiments import incoming
from experiments_ui.experiments.actions.create import placement_for
from experiments_ui.experiments.actions.rows import (
    Tally,
    drop_unseen,
    insert_rows,
    merged_kinds,
    record_change,
)
from experiments_ui.experiments.models import Experiment

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import stored: runs, and how many of them match no example or failed."""

    runs: int
    unmatched: int
    errors: int


def import_runs(
    experiment: Experiment, *, batches: Iterable[Batch], clock: Clock
) -> Imported:
    """Append batches of runs; nothing of them is visible before the last one is in.

    Every transaction but the last writes at most one batch; whatever stops the
    import, an exception of `batches` included, leaves the experiment as it was.

    Raises:
        Invalid: A column or a row breaks a rule; the message names it.
        Conflict: Another upload into the experiment is under way.
    """
    load = Load.begin(experiment.frame_id, now=clock())
    try:
        drop_unseen(experiment, load.start)
        tally, kinds = _load(experiment, load, batches, clock)
        with writing(experiment.frame_id) as stamp:
            load.commit(stamp)
            experiment.schema = list(kinds.items())
            record_change(experiment, tally=tally, now=clock())
    except BaseException:
        if load.is_claimed():
            drop_unseen(experiment, load.start)
            load.abort()
        raise
    return Imported(tally.runs, tally.unmatched, tally.errors)


def _load(
    experiment: Experiment, load: Load, batches: Iterable[Batch], clock: Clock
) -> tuple[Tally, dict[str, KindName]]:
    placement = placement_for(experiment, stored=load.start)
    tally = Tally()
    kinds = experiment.kinds
    for batch in batches:
        runs = incoming.read(
            batch,
            first_row=tally.runs,
            needs_example=experiment.dataset_id is not None,
        )
        first = load.start + tally.runs
        positions, repetitions = placement.place(
            runs.example_ids.to_pylist(), first=first
        )
        columns = runs.columns | incoming.internal_columns(
            runs, positions=positions, repetitions=repetitions
        )
        spilled = load.fit(Batch(runs.length, columns), incoming.roles_of(columns))
        insert_rows(experiment, runs, first=first, spilled=spilled)
        load.flush(now=clock())
        kinds = merged_kinds(kinds, runs.columns)
        tally.add(runs, positions)
    return tally, kinds
