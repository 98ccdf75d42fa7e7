"""Everything that writes experiments."""

from experiments_ui.experiments.actions.create import (
    append_runs,
    create_experiment,
    create_experiment_with_runs,
)
from experiments_ui.experiments.actions.load import Imported, import_runs
from experiments_ui.experiments.actions.remove import (
    delete_dataset,
    delete_experiment,
    delete_experiments,
)
from experiments_ui.experiments.actions.verdicts import annotate_runs

__all__ = [
    "Imported",
    "annotate_runs",
    "append_runs",
    "create_experiment",
    "create_experiment_with_runs",
    "delete_dataset",
    "delete_experiment",
    "delete_experiments",
    "import_runs",
]
