"""A candidate against the baseline by one metric: the change, its limits and its test.

The unit is the example: repetitions are averaged before, which clusters them.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.changes import Changes, Floats, changes_of
from experiments_ui.analysis.paired_tests import paired_t_of
from experiments_ui.analysis.power import detectable_effect, rule_of_three
from experiments_ui.analysis.proportions import PairedCounts, mcnemar, newcombe_paired
from experiments_ui.analysis.several import stuart_maxwell
from experiments_ui.analysis.sign_flips import sign_flip
from experiments_ui.analysis.summaries import by_direction
from experiments_ui.analysis.verdicts import Direction

Codes = npt.NDArray[np.int32]

# From so many pairs on the mean change is near enough to normal.
_MANY = 30
# Changes that vary less than this share of the means vary by rounding alone.
_ROUNDING = 1e-13
# A test over more labels than this takes a matrix too large for a page.
MOST_LABELS = 200


@dataclass(frozen=True, slots=True)
class Contrast:
    """One metric of a pair; None is undefined, never zero.

    `n` counts examples with a score on both sides, and all but `missing`, `only_base`
    and `only_candidate` is about them; `missing` counts all others, those two included.
    `delta` is the mean of candidate less baseline, whatever the direction, and `low`
    and `high` bound it. `gained` and `lost` count scores gone from 0 to 1 and from 1
    to 0, where `kind` is binary. `detectable` is the mean change that this n shows
    four times in five. `is_share` holds where all paired scores lie from 0 to 1.
    """

    kind: Literal["binary", "number"]
    n: int
    missing: int
    only_base: int
    only_candidate: int
    wins: int
    losses: int
    ties: int
    is_share: bool = False
    base_mean: float | None = None
    candidate_mean: float | None = None
    delta: float | None = None
    stdev: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    test: str | None = None
    detectable: float | None = None
    gained: int | None = None
    lost: int | None = None

    @property
    def nbytes(self) -> int:
        return 700


@dataclass(frozen=True, slots=True)
class LabelContrast:
    """Labels of a pair, counted as in a `Contrast`; no p value is undefined."""

    n: int
    missing: int
    only_base: int
    only_candidate: int
    changed: int
    unchanged: int
    p_value: float | None = None
    test: str | None = None

    @property
    def nbytes(self) -> int:
        return 300


@dataclass(frozen=True, slots=True)
class _Inference:
    low: float | None
    high: float | None
    p_value: float | None
    test: str


def contrast(
    base: Floats,
    candidate: Floats,
    *,
    direction: Direction,
    epsilon: float = 0.0,
    confidence: float = 0.95,
) -> Contrast:
    """Compare two columns of scores, aligned by example; about 10 ns a row.

    Scores of 0 and 1 get McNemar's mid-p and the interval of Newcombe for pairs. Other
    scores get Student's t for pairs from 30 pairs on, and sign flips below. Where all
    changes are one number the rule of three bounds what other examples may show.

    Args:
        base: One score per example, of any finite size; NaN and infinite are missing.
        candidate: The scores of the same examples.
        direction: Which way is better; it decides wins and losses only.
        epsilon: The largest change that is still a tie; it decides ties only.
        confidence: Of the interval; `detectable` is for tests at 5 % in any case.
    """
    changes = changes_of(base, candidate, epsilon=epsilon)
    wins, losses = by_direction(changes.rises, changes.falls, direction)
    is_binary = bool(changes.n) and changes.is_binary
    gained, lost = _discordant(changes) if is_binary else (None, None)
    spread = _spread(changes, base, candidate)
    tested = _infer(changes, base, candidate, spread, confidence)
    return Contrast(
        kind="binary" if is_binary else "number",
        n=changes.n,
        missing=changes.rows - changes.n,
        only_base=changes.only_base,
        only_candidate=changes.only_candidate,
        wins=wins,
        losses=losses,
        ties=changes.n - changes.rises - changes.falls,
        is_share=bool(changes.n) and changes.is_share,
        base_mean=changes.base_mean,
        candidate_mean=changes.candidate_mean,
        delta=changes.mean,
        stdev=changes.stdev if spread is None else 0.0,
        low=None if tested is None else tested.low,
        high=None if tested is None else tested.high,
        p_value=None if tested is None else tested.p_value,
        test=None if tested is None else tested.test,
        detectable=_detectable(changes, spread),
        gained=gained,
        lost=lost,
    )


def _discordant(changes: Changes) -> tuple[int, int]:
    """Return how many binary scores rose and fell, whatever epsilon is."""
    apart = round(changes.total)
    changed = round(changes.squares + changes.total * changes.total / changes.n)
    return (changed + apart) // 2, (changed - apart) // 2


def _infer(
    changes: Changes,
    base: Floats,
    candidate: Floats,
    spread: float | None,
    confidence: float,
) -> _Inference | None:
    delta, stdev = changes.mean, changes.stdev
    if delta is None or stdev is None:
        return None
    if changes.is_binary:
        return _infer_binary(changes, confidence)
    if spread is not None:
        return _infer_constant(changes.n, delta, spread, confidence)
    if changes.n >= _MANY:
        t = paired_t_of(changes.n, delta, stdev, confidence=confidence)
        return _Inference(t.low, t.high, t.p_value, "paired t")
    flips = sign_flip(candidate - base, confidence=confidence)
    if flips is None:
        return None
    return _Inference(flips.low, flips.high, flips.p_value, "sign-flip permutation")


def _infer_binary(changes: Changes, confidence: float) -> _Inference:
    gained, lost = _discordant(changes)
    both = round(changes.candidate_total) - gained
    counts = PairedCounts(both, gained, lost, changes.n - both - gained - lost)
    bounds = newcombe_paired(counts, confidence)
    p_value = mcnemar(gained, lost).mid_p
    return _Inference(
        bounds.low, bounds.high, p_value, "McNemar mid-p, Newcombe interval"
    )


def _infer_constant(
    n: int, delta: float, spread: float, confidence: float
) -> _Inference:
    """Bound a change that all examples share: flips decide, the rule of three bounds.

    At most so large a share of other examples changes otherwise, by up to the spread.
    """
    p_value = 2.0 ** (1 - n) if delta else 1.0
    test = "sign-flip permutation, rule of three"
    if delta and p_value > 1 - confidence:
        return _Inference(None, None, p_value, test)
    half = rule_of_three(n, level=1 - confidence) * spread
    return _Inference(delta - half, delta + half, p_value, test)


def _spread(changes: Changes, base: Floats, candidate: Floats) -> float | None:
    """Return how far another example may lie off, where all changes are one number.

    That is the change itself, or with no change at all the range of scores and 0.
    """
    delta, stdev = changes.mean, changes.stdev
    if delta is None or stdev is None or stdev > _ROUNDING * _size(changes):
        return None
    if changes.is_binary:
        return 1.0
    if delta:
        return abs(delta)
    known = base[np.isfinite(base) & np.isfinite(candidate)]
    return max(0.0, float(known.max())) - min(0.0, float(known.min()))


def _size(changes: Changes) -> float:
    return max(abs(changes.base_mean or 0.0), abs(changes.candidate_mean or 0.0))


def _detectable(changes: Changes, spread: float | None) -> float | None:
    if spread is not None:
        return rule_of_three(changes.n) * spread
    if changes.stdev is None:
        return None
    return detectable_effect(changes.stdev, changes.n)


def label_contrast(base_codes: Codes, candidate_codes: Codes) -> LabelContrast:
    """Compare labels coded by one dictionary, aligned by example; -1 is missing.

    Tests whether both sides give each label equally often: by Stuart and Maxwell, or
    McNemar's mid-p where changes are between two labels. No p value with fewer than two
    pairs, or where changes involve more than 200 labels.
    """
    has_base, has_candidate = base_codes >= 0, candidate_codes >= 0
    both = has_base & has_candidate
    moved = both & (base_codes != candidate_codes)
    n, changed = int(np.count_nonzero(both)), int(np.count_nonzero(moved))
    p_value, test = None, None
    if n >= 2:
        p_value, test = _test_labels(base_codes[moved], candidate_codes[moved])
    return LabelContrast(
        n=n,
        missing=len(base_codes) - n,
        only_base=int(np.count_nonzero(has_base)) - n,
        only_candidate=int(np.count_nonzero(has_candidate)) - n,
        changed=changed,
        unchanged=n - changed,
        p_value=p_value,
        test=test,
    )


def _test_labels(before: Codes, after: Codes) -> tuple[float | None, str]:
    labels, places = np.unique(np.concatenate((before, after)), return_inverse=True)
    size = len(labels)
    if not size:
        return 1.0, "Stuart-Maxwell"
    if size > MOST_LABELS:
        return None, f"no test of more than {MOST_LABELS} labels"
    cells = places[: len(before)] * size + places[len(before) :]
    table = np.bincount(cells, minlength=size * size).reshape(size, size)
    if size == 2:
        return mcnemar(int(table[0, 1]), int(table[1, 0])).mid_p, "McNemar mid-p"
    result = stuart_maxwell(table)
    return (1.0 if result is None else result.p_value), "Stuart-Maxwell"
