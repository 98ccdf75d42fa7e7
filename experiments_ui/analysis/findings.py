"""What may be said of several contrasts at once, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from experiments_ui.analysis.contrast import Contrast, LabelContrast
from experiments_ui.analysis.power import (
    rows_for_rule_of_three,
    rows_needed,
    rule_of_three,
)
from experiments_ui.analysis.several import holm
from experiments_ui.analysis.verdicts import Direction

Word = Literal["better", "worse", "changed", "no evidence", "too few rows"]

LEVEL = 0.05
# Five points, or five per cent.
_OF_INTEREST = 0.05
# With fewer examples not even changes of one sign reach 5 %.
_FEWEST = 6


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict on one contrast among others.

    `rows_needed` is how many more examples would show the effect of interest four times
    in five, where there are too few and their variance is known.
    """

    verdict: Word
    p_adjusted: float | None
    rows_needed: int | None
    of_interest: float | None


def effect_of_interest(contrast: Contrast, *, has_unit: bool) -> float | None:
    """Return the smallest change worth finding; None where the baseline's mean is 0.

    Five points for scores from 0 to 1, else five per cent of the baseline's mean.
    """
    if contrast.is_share and not has_unit:
        return _OF_INTEREST
    return abs(contrast.base_mean or 0.0) * _OF_INTEREST or None


def findings(
    contrasts: Sequence[Contrast | LabelContrast],
    *,
    goals: Sequence[Direction],
    of_interest: Sequence[float | None] | None = None,
) -> list[Finding]:
    """Judge contrasts that are shown together, with Holm's correction over them all.

    Args:
        contrasts: Those without a p value count for nothing in the correction.
        goals: The direction of each.
        of_interest: The smallest change of each that is worth finding; without it
            what `effect_of_interest` says of scores without a unit.
    """
    if of_interest is None:
        of_interest = [_default_interest(contrast) for contrast in contrasts]
    tested = [one.p_value for one in contrasts if one.p_value is not None]
    adjusted = iter(holm(tested))
    return [
        _finding(
            contrast,
            None if contrast.p_value is None else next(adjusted),
            goal,
            effect,
        )
        for contrast, goal, effect in zip(contrasts, goals, of_interest, strict=True)
    ]


def _default_interest(contrast: Contrast | LabelContrast) -> float | None:
    if isinstance(contrast, LabelContrast):
        return None
    return effect_of_interest(contrast, has_unit=False)


def _finding(
    contrast: Contrast | LabelContrast,
    p_adjusted: float | None,
    goal: Direction,
    effect: float | None,
) -> Finding:
    if p_adjusted is not None and p_adjusted < LEVEL:
        return Finding(word_for(contrast, goal), p_adjusted, None, effect)
    if _shows(contrast, effect):
        return Finding("no evidence", p_adjusted, None, effect)
    return Finding("too few rows", p_adjusted, _more(contrast, effect), effect)


def word_for(contrast: Contrast | LabelContrast, goal: Direction) -> Word:
    """Return what a change is called that counts as real."""
    if isinstance(contrast, LabelContrast) or goal == "none" or not contrast.delta:
        return "changed"
    return "better" if (contrast.delta > 0) == (goal == "maximize") else "worse"


def _shows(contrast: Contrast | LabelContrast, effect: float | None) -> bool:
    """Return whether a comparison of this size would have shown the effect."""
    if contrast.n < _FEWEST:
        return False
    if isinstance(contrast, LabelContrast) or effect is None:
        return contrast.p_value is not None
    return contrast.detectable is not None and contrast.detectable <= effect


def _more(contrast: Contrast | LabelContrast, effect: float | None) -> int | None:
    if isinstance(contrast, LabelContrast) or not effect or contrast.n < 2:
        return None
    if contrast.stdev is None or contrast.detectable is None:
        return None
    needed = _FEWEST
    if contrast.detectable > effect:
        needed = max(
            needed, _needed(contrast.n, contrast.stdev, contrast.detectable, effect)
        )
    return max(1, needed - contrast.n)


def _needed(n: int, stdev: float, detectable: float, effect: float) -> int:
    if stdev:
        return rows_needed(effect, stdev, level=LEVEL)
    # All changes are one number, and what is detectable came from the rule of three.
    spread = detectable / rule_of_three(n, level=LEVEL)
    return rows_for_rule_of_three(effect / spread, level=LEVEL)
