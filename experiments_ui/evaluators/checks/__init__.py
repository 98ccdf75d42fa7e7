"""Code checks: pure functions of values and parameters, cheap anywhere."""

from experiments_ui.evaluators.checks.outcomes import Checker, Outcome, Skipped
from experiments_ui.evaluators.checks.registry import (
    CHECKS,
    Check,
    Parameter,
    checker,
)

__all__ = [
    "CHECKS",
    "Check",
    "Checker",
    "Outcome",
    "Parameter",
    "Skipped",
    "checker",
]
