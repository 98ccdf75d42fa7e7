"""The settings of classes: what there is to choose from, and a first guess."""

from experiments_ui.columns.models import Kind
from experiments_ui.compare.classes.reading import Reading
from experiments_ui.compare.lineup import Comparison
from experiments_ui.datasets.queries import columns_of

_NUMBERS = frozenset({Kind.FLOAT, Kind.INTEGER})


# What people call the column that holds the predicted class.
_PREDICTED = ("prediction", "predicted", "predicted_label", "predicted_class")


def first_guess(comparison: Comparison) -> Reading:
    """Guess both columns by their names; without one, whole outputs are predictions."""
    roles = comparison.roles
    truth = roles.label or roles.expected or ""
    there = set(run_columns(comparison))
    named = (name for name in (f"predicted_{truth}", *_PREDICTED) if name in there)
    found = next(named, None)
    if found is None:
        return Reading(truth=truth)
    return Reading(truth=truth, source="column", expression=found)


def true_columns(comparison: Comparison) -> list[str]:
    return [str(name) for name in dict(columns_of(comparison.dataset))]


def run_columns(comparison: Comparison, *, only_numbers: bool = False) -> list[str]:
    """Return the columns that any of the experiments has, by what filters call them."""
    found: dict[str, None] = {}
    for side in comparison.sides:
        for column in side.shape.columns.values():
            is_own = column.name.startswith(":")
            if not is_own and (not only_numbers or Kind(column.kind) in _NUMBERS):
                found[column.name] = None
    return sorted(found)
