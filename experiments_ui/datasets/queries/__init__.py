"""Reading datasets, versions and examples."""

from experiments_ui.datasets.columns_seen import columns_of
from experiments_ui.datasets.queries.datasets import (
    get_dataset,
    get_dataset_by_number,
    get_version,
    list_datasets,
)
from experiments_ui.datasets.queries.examples import count_of, examples_page
from experiments_ui.datasets.queries.positions import positions_of

__all__ = [
    "columns_of",
    "count_of",
    "examples_page",
    "get_dataset",
    "get_dataset_by_number",
    "get_version",
    "list_datasets",
    "positions_of",
]
