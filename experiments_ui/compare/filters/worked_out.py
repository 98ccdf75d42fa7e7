"""Columns that no upload has, which a filter may name all the same."""

from collections.abc import Sequence

from experiments_ui.analysis.filters import Column
from experiments_ui.compare.filters.lengths import length_of_example, length_of_run
from experiments_ui.compare.surveys.path_column import CHANGED_PATHS, paths_column
from experiments_ui.datasets.queries import example_columns
from experiments_ui.experiments.queries.sides import Side


def worked_out(name: str, sides: Sequence[Side]) -> Column | None:
    """Return ``question_length``, ``a.output_length`` or ``b.changed_paths``.

    Raises:
        InvalidFilter: It takes an answer that is not there yet.
    """
    letter, _, rest = name.partition(".")
    place = "abcdefghij".find(letter) if len(letter) == 1 else -1
    if rest and 0 <= place < len(sides):
        if rest == CHANGED_PATHS and place:
            return paths_column(sides[0], sides[place])
        return length_of_run(rest, sides[place])
    dataset = sides[0].experiment.dataset
    if dataset is None:
        return None
    return length_of_example(name, dataset, example_columns(dataset))
