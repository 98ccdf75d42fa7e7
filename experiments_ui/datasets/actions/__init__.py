"""Making and changing datasets; every change of content raises the revision."""

from experiments_ui.datasets.actions.annotating import annotate_examples
from experiments_ui.datasets.actions.contents import (
    Deleted,
    Written,
    append_examples,
    delete_examples,
    update_examples,
)
from experiments_ui.datasets.actions.deleting import (
    delete_dataset,
    discard_silent_loads,
    give_up_all_loads,
)
from experiments_ui.datasets.actions.loading import create_dataset
from experiments_ui.datasets.actions.names import rename_dataset

__all__ = [
    "Deleted",
    "Written",
    "annotate_examples",
    "append_examples",
    "create_dataset",
    "delete_dataset",
    "delete_examples",
    "discard_silent_loads",
    "give_up_all_loads",
    "rename_dataset",
    "update_examples",
]
