"""Ranks of scores, with ties."""

import numpy as np

from experiments_ui.analysis.changes import Floats


def ranks_of(values: Floats) -> tuple[Floats, float]:
    """Return ranks from 1, ties sharing theirs, and the sum of t**3 - t over ties."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts, dtype=np.float64)
    middles = ends - (counts - 1) / 2
    sizes = counts.astype(np.float64)
    return middles[places], float((sizes**3 - sizes).sum())
