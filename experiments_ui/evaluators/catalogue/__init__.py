"""Judges to start from: what each asks, of which variables, with which labels."""

from collections.abc import Mapping
from types import MappingProxyType

from experiments_ui.evaluators.catalogue import (
    answers,
    code,
    conversations,
    retrieval,
    safety,
)
from experiments_ui.evaluators.catalogue.family import Family

FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        family.column_name: family
        for group in (answers, retrieval, safety, code, conversations)
        for family in group.FAMILIES
    }
)

__all__ = ["FAMILIES", "Family"]
