"""Patches of one column, as arrays that are laid over its vector."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from experiments_ui.columns.vectors import CODE, Vector


class StoredPatch(NamedTuple):
    """A patch as the database returns it, after its column's id."""

    row: int
    number: float | None
    code: int | None


def laid_over(vector: Vector, patches: Sequence[StoredPatch]) -> Vector:
    """Return the vector with the patches in it; all rows must be within it."""
    if not patches:
        return vector
    rows = np.array([patch.row for patch in patches], dtype=np.intp)
    if vector.kind == CODE:
        codes = [-1 if patch.code is None else patch.code for patch in patches]
        return vector.patched(rows, np.array(codes, dtype=np.int32))
    numbers = np.array([patch.number for patch in patches], dtype=np.float64)
    return vector.patched(rows, numbers)
