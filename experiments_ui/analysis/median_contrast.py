"""Durations of a candidate against the baseline: how their middle changed.

A few requests that hang for a minute move a mean by more than all others together;
the median is what most calls take.
"""

from dataclasses import replace

import numpy as np

from experiments_ui.analysis.changes import Floats, present
from experiments_ui.analysis.contrast import Contrast, contrast
from experiments_ui.analysis.distributions import normal_cdf, two_sided_z
from experiments_ui.analysis.magnitudes import change_error, quantile_with_error
from experiments_ui.analysis.power import detectable_effect
from experiments_ui.analysis.proportions import Interval
from experiments_ui.analysis.verdicts import Direction

# The errors of two medians are told by their order statistics from so many pairs on.
_MANY = 30


def median_interval(values: Floats, confidence: float = 0.95) -> Interval | None:
    """Bound the median of what is present; None with fewer than 30 values.

    By the two order statistics that hold it so often whatever the distribution, their
    places from the normal approximation of the binomial.
    """
    known = present(values)
    n = len(known)
    if n < _MANY:
        return None
    reach = two_sided_z(confidence) * n**0.5 / 2
    low, high = int((n - 1) / 2 - reach), min(n - 1, int((n - 1) / 2 + reach) + 1)
    ordered = np.partition(known, (low, high))
    return Interval(float(ordered[low]), float(ordered[high]), "median")


def median_contrast(
    base: Floats,
    candidate: Floats,
    *,
    direction: Direction,
    epsilon: float = 0.0,
    confidence: float = 0.95,
) -> Contrast:
    """Compare two columns by their medians; means, delta and limits are of medians.

    The change of the median, its error from order statistics (McKean and Schrader
    1984) and the normal distribution. Below 30 pairs the mean change is tested as
    `contrast` does, and the means are means. Arguments are those of `contrast`.
    """
    found = contrast(
        base, candidate, direction=direction, epsilon=epsilon, confidence=confidence
    )
    if found.n < _MANY or found.kind == "binary":
        return found
    both = np.isfinite(base) & np.isfinite(candidate)
    one, two = base[both], candidate[both]
    (before, first), (after, second) = (quantile_with_error(v, 0.5) for v in (one, two))
    together = float(np.mean((one <= before) & (two <= after)))
    delta, error = after - before, change_error(first, second, together, 0.5)
    if not error:
        return found
    half = two_sided_z(confidence) * error
    stdev = error * found.n**0.5
    return replace(
        found,
        base_mean=before,
        candidate_mean=after,
        delta=delta,
        stdev=stdev,
        low=delta - half,
        high=delta + half,
        p_value=2 * normal_cdf(-abs(delta) / error),
        test="change of the median",
        detectable=detectable_effect(stdev, found.n, level=1 - confidence),
    )
