"""What Flight streams out: a dataset's version, or an experiment's runs."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from experiments_ui.arrow.nested_out import nesting_of
from experiments_ui.arrow.schemas import to_arrow
from experiments_ui.datasets import queries as datasets
from experiments_ui.experiments import queries as experiments
from experiments_ui.flight.messages import Request
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.principals import Principal


@dataclass(frozen=True, slots=True)
class Table:
    """A schema, and batches that all have it."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


def dataset(principal: Principal, request: Request) -> Table:
    """Return the examples of a version, the latest unless one is named."""
    found = datasets.get_dataset(
        principal, request.needed("datasetId"), role=Role.READ_ONLY
    )
    version = datasets.get_version(found, request.text("datasetVersion") or None)
    kinds = datasets.stream_kinds(version)
    # Only of examples: the client cannot print lists in the runs it fetched.
    nesting = nesting_of(kinds, datasets.batches(version))
    return Table(
        nesting.schema(datasets.arrow_schema(version)),
        (
            nesting.write(
                batch, flat=to_arrow(batch.columns, kinds=kinds, length=batch.length)
            )
            for batch in datasets.batches(version)
        ),
    )


def experiment(principal: Principal, request: Request) -> Table:
    """Return the runs of an experiment in the order they came."""
    found = experiments.get_experiment(
        principal, request.needed("experimentId"), role=Role.READ_ONLY
    )
    kinds = experiments.kinds_of_runs(found)
    return Table(
        experiments.arrow_schema(found),
        (
            to_arrow(batch.columns, kinds=kinds, length=batch.length)
            for batch in experiments.batches(found)
        ),
    )
