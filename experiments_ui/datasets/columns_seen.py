"""Which columns a dataset has, and the kind of each, over all its examples."""

from collections.abc import Mapping

from experiments_ui.arrow.columns import MOST_COLUMNS, KindName
from experiments_ui.arrow.schemas import merge_kinds
from experiments_ui.datasets.models import Dataset
from experiments_ui.errors import LimitExceeded


def columns_of(dataset: Dataset) -> dict[str, KindName]:
    """Return the columns in order of first appearance."""
    return dict(dataset.schema)


def merge_columns(dataset: Dataset, seen: Mapping[str, KindName]) -> None:
    """Add what new examples have to a dataset's columns, without saving it.

    Raises:
        LimitExceeded: There would be too many.
    """
    kinds = columns_of(dataset)
    for name, kind in seen.items():
        kinds[name] = merge_kinds(kinds[name], kind) if name in kinds else kind
    if len(kinds) > MOST_COLUMNS:
        raise LimitExceeded(
            f"A dataset has at most {MOST_COLUMNS:,} columns; this would make "
            f"{len(kinds):,}."
        )
    dataset.schema = [list(pair) for pair in kinds.items()]
