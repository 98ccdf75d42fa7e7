"""What became of each example under each candidate, by the chosen metric."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.verdicts import (
    Verdict,
    classify,
    classify_labels,
    disagree,
)
from experiments_ui.columns.cache import derived
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.queries.sides import Side, common_codes

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Verdicts over all positions of the dataset.

    Attributes:
        present: Where any experiment has a run.
        changed: Where a candidate regressed, improved or flipped.
        verdicts: One vector of Verdict codes per candidate.
        gains: Per candidate, how much better than the baseline: below zero is worse.
        worst: The least gain over the candidates; NaN where there is none.
    """

    present: Mask
    regressed: Mask
    improved: Mask
    changed: Mask
    disagree: Mask
    errors: Mask
    verdicts: tuple[npt.NDArray[np.int8], ...]
    gains: tuple[Numbers, ...]
    worst: Numbers

    @property
    def nbytes(self) -> int:
        masks = (
            self.present,
            self.regressed,
            self.improved,
            self.changed,
            self.disagree,
            self.errors,
        )
        arrays = (*masks, *self.verdicts, *self.gains, self.worst)
        return sum(int(array.nbytes) for array in arrays)


def judge(sides: Sequence[Side], metric: Metric | None) -> Judged:
    """Return the verdicts of candidates against the first side; cached."""
    key = ("judged", metric, tuple(side.experiment.frame_id for side in sides))
    stamp = tuple(side.stamp for side in sides)
    return derived(key, stamp, lambda: _judge(sides, metric))


def _judge(sides: Sequence[Side], metric: Metric | None) -> Judged:
    base, *candidates = sides
    size = len(base.first)
    verdicts = tuple(_verdicts(base, one, metric) for one in candidates)
    gains = tuple(_gain(base, one, metric) for one in candidates)
    regressed, improved, flipped = (
        _any([one == verdict for one in verdicts], size)
        for verdict in (Verdict.REGRESSED, Verdict.IMPROVED, Verdict.FLIPPED)
    )
    return Judged(
        present=_any([side.first >= 0 for side in sides], size),
        regressed=regressed,
        improved=improved,
        changed=regressed | improved | flipped,
        disagree=_differ(sides, metric, verdicts),
        errors=_any([side.errored for side in sides], size),
        verdicts=verdicts,
        gains=gains,
        worst=np.fmin.reduce(gains) if gains else np.full(size, np.nan),
    )


def _verdicts(
    base: Side, candidate: Side, metric: Metric | None
) -> npt.NDArray[np.int8]:
    if metric is None:
        return np.full(len(base.first), Verdict.ABSENT, np.int8)
    if metric.is_label:
        return classify_labels(*common_codes(base, candidate, metric))
    after = candidate.numbers(metric)
    return classify(
        base.numbers(metric),
        after,
        direction=metric.goal,
        epsilon=metric.epsilon,
        # What has a value counts in the header, so a row says the same: the failed
        # run may be one of several, and a failed one takes its time too.
        errored=candidate.errored & np.isnan(after),
    )


def _gain(base: Side, candidate: Side, metric: Metric | None) -> Numbers:
    if metric is None or metric.is_label:
        return np.full(len(base.first), np.nan)
    change = candidate.numbers(metric) - base.numbers(metric)
    return -change if metric.goal == "minimize" else change


def _differ(
    sides: Sequence[Side],
    metric: Metric | None,
    verdicts: Sequence[npt.NDArray[np.int8]],
) -> Mask:
    """Mark where experiments disagree: by score, by label, or else by output."""
    size = len(sides[0].first)
    if metric is None:
        marks = [np.where(side.marks == 0, np.nan, side.marks) for side in sides]
        return disagree(np.stack(marks))
    if metric.is_label:
        return _any([one == Verdict.FLIPPED for one in verdicts], size)
    return disagree(
        np.stack([side.numbers(metric) for side in sides]), epsilon=metric.epsilon
    )


def _any(masks: Sequence[Mask], size: int) -> Mask:
    if not masks:
        return np.zeros(size, np.bool_)
    found = masks[0].copy()
    for mask in masks[1:]:
        found |= mask
    return found
