"""Where a candidate got worse: the slices of rows that stand out from the rest."""

from experiments_ui.analysis.slices.features import (
    Category,
    Feature,
    Numeric,
    Settings,
    written_name,
)
from experiments_ui.analysis.slices.search import Slice, Slices, find

__all__ = [
    "Category",
    "Feature",
    "Numeric",
    "Settings",
    "Slice",
    "Slices",
    "find",
    "written_name",
]
