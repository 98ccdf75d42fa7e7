"""Making and changing datasets; every change of content raises the revision."""

from experiments_ui.datasets.actions.deleting import (
    delete_dataset,
    discard_silent_loads,
)
from experiments_ui.datasets.actions.loading import create_dataset

__all__ = ["create_dataset", "delete_dataset", "discard_silent_loads"]
