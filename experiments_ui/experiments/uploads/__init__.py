"""Files of runs: which column is what, what an import would do, and its rows."""

from experiments_ui.experiments.uploads.choices import RunColumns, guess_columns
from experiments_ui.experiments.uploads.matching import Examples, examples_by
from experiments_ui.experiments.uploads.reading import RunReader, RunReport

__all__ = [
    "Examples",
    "RunColumns",
    "RunReader",
    "RunReport",
    "examples_by",
    "guess_columns",
]
