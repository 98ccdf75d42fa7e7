"""The verdicts of a comparison: of all its candidates, by all metrics it shows."""

from experiments_ui.compare.lineup import Comparison
from experiments_ui.experiments.verdicts import (
    Verdict,
    Verdicts,
    p_text,
    verdicts_among,
)

__all__ = ["Verdict", "Verdicts", "p_text", "verdicts_of"]


def verdicts_of(comparison: Comparison) -> Verdicts:
    """Return verdicts by a candidate's place and a metric's key; cached."""
    return verdicts_among(comparison.sides, comparison.visible, comparison.scope)
