"""Reading datasets, versions and examples."""

from experiments_ui.datasets.columns_seen import columns_of
from experiments_ui.datasets.queries.annotations import annotations_of
from experiments_ui.datasets.queries.columns import ExampleColumns, example_columns
from experiments_ui.datasets.queries.datasets import (
    get_dataset,
    get_dataset_by_number,
    get_version,
    list_datasets,
)
from experiments_ui.datasets.queries.examples import (
    count_of,
    examples_at,
    examples_page,
)
from experiments_ui.datasets.queries.positions import positions_of
from experiments_ui.datasets.queries.streams import (
    arrow_schema,
    batches,
    stream_kinds,
)

__all__ = [
    "ExampleColumns",
    "annotations_of",
    "arrow_schema",
    "batches",
    "columns_of",
    "count_of",
    "example_columns",
    "examples_at",
    "examples_page",
    "get_dataset",
    "get_dataset_by_number",
    "get_version",
    "list_datasets",
    "positions_of",
    "stream_kinds",
]
