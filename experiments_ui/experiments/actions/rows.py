"""Writing one batch of runs: texts as rows, the rest as vectors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import orjson
import pyarrow as pa

from experiments_ui.arrow.kinds import Column, KindName, kind_of
from experiments_ui.arrow.schemas import merge_kinds
from experiments_ui.columns import bulk
from experiments_ui.experiments.incoming import Incoming
from experiments_ui.experiments.models import Experiment, Run

# The table, for the bulk path that goes around the ORM.
_RUNS = Run._meta.db_table  # noqa: SLF001 -- the public way to a table's name

Spilled = Mapping[str, Sequence[object] | pa.Array]


@dataclass(slots=True)
class Tally:
    """What an import has stored so far."""

    runs: int = 0
    unmatched: int = 0
    errors: int = 0

    def add(self, incoming: Incoming, positions: np.ndarray) -> None:
        self.runs += incoming.length
        self.unmatched += int((positions < 0).sum())
        self.errors += incoming.length - incoming.errors.null_count


def insert_rows(
    experiment: Experiment, incoming: Incoming, *, first: int, spilled: Spilled
) -> None:
    """Insert the text of a batch, whose first run is number `first`."""
    count = incoming.length
    bulk.insert(
        _RUNS,
        ["experiment_id", "sequence", "example_id", "output", "error", "extra"],
        [
            pa.array(np.full(count, experiment.pk, np.int64)),
            pa.array(np.arange(first, first + count, dtype=np.int64)),
            incoming.example_ids,
            incoming.outputs,
            incoming.errors,
            _extra(spilled, count),
        ],
    )


def drop_unseen(experiment: Experiment, first: int) -> None:
    """Delete the rows of an import that did not end."""
    Run.objects.filter(experiment=experiment, sequence__gte=first).delete()


def merged_kinds(
    kinds: Mapping[str, KindName], columns: Mapping[str, Column]
) -> dict[str, KindName]:
    """Return the kinds seen in each column after a batch more."""
    merged = dict(kinds)
    for name, column in columns.items():
        kind = kind_of(column)
        merged[name] = merge_kinds(merged[name], kind) if name in merged else kind
    return merged


def record_change(experiment: Experiment, *, tally: Tally, now: datetime) -> None:
    """Note an import on the experiment's row, whose frame the caller has locked.

    `updated_at` moves by at least a second: the clients' caches compare seconds.
    """
    fresh = Experiment.objects.only("updated_at", "unmatched_count", "error_count").get(
        pk=experiment.pk
    )
    experiment.updated_at = max(now, fresh.updated_at + timedelta(seconds=1))
    experiment.unmatched_count = fresh.unmatched_count + tally.unmatched
    experiment.error_count = fresh.error_count + tally.errors
    experiment.save(
        update_fields=["updated_at", "unmatched_count", "error_count", "schema"]
    )


def _extra(spilled: Spilled, count: int) -> pa.Array:
    """Return, per run, the JSON text of what no vector holds."""
    columns = {
        name: values.to_pylist() if isinstance(values, pa.Array) else values
        for name, values in spilled.items()
    }
    if not columns:
        return pa.array(["{}"] * count)
    names = list(columns)
    rows = zip(*columns.values(), strict=True)
    return pa.array(
        [
            orjson.dumps(
                {n: v for n, v in zip(names, row, strict=True) if v is not None}
            )
            for row in rows
        ],
        pa.large_binary(),
    ).cast(pa.large_string())
