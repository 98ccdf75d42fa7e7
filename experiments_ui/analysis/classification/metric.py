"""One figure with its interval, or the reason why there is none."""

import math
from dataclasses import dataclass
from typing import Literal

from experiments_ui.analysis.summaries import wilson
from experiments_ui.errors import Invalid

Method = Literal["wilson", "bootstrap", "hanley-mcneil"]

NO_ROWS = "no rows"
NO_TRUE_ROWS = "no true rows"
NO_PREDICTED_ROWS = "no predicted rows"
NEITHER = "neither true nor predicted rows"
ONE_CLASS = "one class only"
NO_DISAGREEMENT = "one class only, always predicted"
POSITIVE_ABSENT = "positive class absent"
NOT_PROBABILITIES = "scores outside 0 to 1"


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure; None is undefined and `reason` says why, never zero.

    `left_out` counts the classes a mean leaves out because theirs is undefined.
    `resamples` tells how many a bootstrapped interval rests on. A defined figure may
    lack an interval: where all resamples agree, they say nothing about chance.
    """

    value: float | None
    reason: str = ""
    low: float | None = None
    high: float | None = None
    method: Method | None = None
    left_out: int = 0
    resamples: int = 0


@dataclass(frozen=True, slots=True)
class Options:
    """How figures are read off a confusion.

    `undefined_as_zero` counts an undefined precision, recall, F, MCC or κ as 0, as
    scikit-learn does by default. `resamples` of 0 leaves bootstrapped intervals out.
    """

    beta: float = 1.0
    undefined_as_zero: bool = False
    confidence: float = 0.95
    resamples: int = 1_000
    seed: int = 0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.beta) and self.beta > 0):
            raise Invalid("Beta must be above 0.", {"beta": "Must be above 0."})
        if not 0 < self.confidence < 1:
            message = "Must be between 0 and 1."
            raise Invalid("Confidence lies between 0 and 1.", {"confidence": message})


DEFAULTS = Options()


def proportion(part: int, whole: int, reason: str, options: Options) -> Metric:
    """Divide two counts of rows, with Wilson's interval."""
    if not whole:
        return undefined(reason, options)
    bounds = wilson(part, whole, options.confidence)
    return Metric(part / whole, low=bounds.low, high=bounds.high, method="wilson")


def undefined(reason: str, options: Options) -> Metric:
    return Metric(0.0 if options.undefined_as_zero else None, reason)


def defined(value: float, reason: str, options: Options) -> Metric:
    """Wrap a number, where NaN stands for undefined."""
    return undefined(reason, options) if math.isnan(value) else Metric(value)
