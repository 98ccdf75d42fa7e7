"""Everything that reads experiments."""

from experiments_ui.experiments.queries.bulk import arrow_schema, batches, kinds_of_runs
from experiments_ui.experiments.queries.find import (
    experiment_named,
    experiments_of,
    get_experiment,
    get_experiment_by_number,
    list_experiments,
    several,
)
from experiments_ui.experiments.queries.rows import (
    Note,
    RunRow,
    RunText,
    length_of,
    matching,
    read_runs,
    runs_page,
    texts_of,
)

__all__ = [
    "Note",
    "RunRow",
    "RunText",
    "arrow_schema",
    "batches",
    "experiment_named",
    "experiments_of",
    "get_experiment",
    "get_experiment_by_number",
    "kinds_of_runs",
    "length_of",
    "list_experiments",
    "matching",
    "read_runs",
    "runs_page",
    "several",
    "texts_of",
]
