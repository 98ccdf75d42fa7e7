"""The filter language: the wire's grammar, arithmetic, and a vectorised evaluator."""

from experiments_ui.analysis.filters.evaluation import mask, row_matches
from experiments_ui.analysis.filters.kinds import (
    Booleans,
    Codes,
    Column,
    Columns,
    Numbers,
    Texts,
    Values,
)
from experiments_ui.analysis.filters.parsing import parse
from experiments_ui.analysis.filters.tokens import InvalidFilter
from experiments_ui.analysis.filters.tree import Expression

__all__ = [
    "Booleans",
    "Codes",
    "Column",
    "Columns",
    "Expression",
    "InvalidFilter",
    "Numbers",
    "Texts",
    "Values",
    "mask",
    "parse",
    "row_matches",
]
