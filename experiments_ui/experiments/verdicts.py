"""Whether an experiment is better: each metric's change, its limits, and the words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from experiments_ui.analysis.contrast import Contrast, LabelContrast
from experiments_ui.analysis.findings import (
    LEVEL,
    Finding,
    effect_of_interest,
    findings,
    word_for,
)
from experiments_ui.columns.cache import derived
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.queries.contrasts import (
    EVERYTHING,
    Scope,
    against,
    labels_against,
)
from experiments_ui.experiments.queries.sides import Side
from experiments_ui.experiments.shown import Delta, delta, signed, signed_span
from experiments_ui.web.templatetags.shown import MISSING, count, number

Tone = Literal["good", "bad", "changed", "open"]

_TONES: Mapping[str, Tone] = {"better": "good", "worse": "bad", "changed": "changed"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One metric of one candidate against the baseline, judged among all shown.

    `index` is the candidate's place among the sides. `contrast` is of labels where
    the metric is a label; `family` counts the verdicts it was corrected with.
    """

    index: int
    metric: Metric
    contrast: Contrast | LabelContrast
    finding: Finding
    family: int

    @property
    def was_corrected(self) -> str:
        """What the verdict would be, were it the only one; empty if the same."""
        found = self.contrast
        if self.tone != "open" or found.p_value is None or found.p_value >= LEVEL:
            return ""
        return word_for(found, self.metric.goal)

    @property
    def tone(self) -> Tone:
        return _TONES.get(self.finding.verdict, "open")

    @property
    def is_rate(self) -> bool:
        found = self.contrast
        return (
            isinstance(found, Contrast)
            and found.kind == "binary"
            and (not self.metric.unit)
        )

    @property
    def change(self) -> float | None:
        """The change of the figure; of labels, the share that changed."""
        found = self.contrast
        if isinstance(found, Contrast):
            return found.delta
        return found.changed / found.n if found.n else None

    @property
    def delta(self) -> Delta | None:
        """How the change is drawn; labels have none that could be."""
        found = self.contrast
        if isinstance(found, LabelContrast):
            return None
        return delta(found.delta, self.metric, is_rate=self.is_rate)

    @property
    def words(self) -> str:
        """The verdict as it is read: ``too few rows: 240 more to see 5 points``."""
        finding = self.finding
        if finding.verdict != "too few rows" or finding.rows_needed is None:
            return finding.verdict
        return f"too few rows: {finding.rows_needed:,} more to see {self.of_interest}"

    @property
    def of_interest(self) -> str:
        """The smallest change worth finding, in words."""
        effect = self.finding.of_interest
        if effect is None:
            return MISSING
        found = self.contrast
        if isinstance(found, Contrast) and found.is_share and not self.metric.unit:
            return f"{effect * 100:.3g} points"
        return signed(effect, self.metric).removeprefix("+")

    @property
    def interval(self) -> str:
        """The 95 % interval of the change; of labels, how many changed."""
        found = self.contrast
        if isinstance(found, LabelContrast):
            return f"{count(found.changed)} of {count(found.n)} changed"
        return signed_span(found.low, found.high, self.metric, is_rate=self.is_rate)

    @property
    def counted(self) -> str:
        """How many examples the change is about, and how many it is not."""
        missing = self.contrast.missing
        told = f"n {count(self.contrast.n)}"
        return f"{told} · {count(missing)} missing" if missing else told

    @property
    def explained(self) -> str:
        """The test and its numbers, for those who ask."""
        found, finding = self.contrast, self.finding
        parts = [found.test or "no test: too few values"]
        if found.p_value is not None:
            parts.append(f"p = {p_text(found.p_value)}")
        if finding.p_adjusted is not None:
            corrected = f"Holm's correction over {self.family}"
            parts.append(f"{p_text(finding.p_adjusted)} after {corrected}")
        if self.detectable:
            parts.append(f"would show {self.detectable} four times in five")
        return ", ".join(parts)

    @property
    def detectable(self) -> str:
        """The least change that so many examples show four times in five, uncorrected.

        Empty where no variance is known.
        """
        found = self.contrast
        if isinstance(found, LabelContrast) or found.detectable is None:
            return ""
        least = signed(found.detectable, self.metric, is_rate=self.is_rate)
        return f"{least.removeprefix('+')}{' points' if self.is_rate else ''}"


# By a candidate's place, from 1, and a metric's key.
Verdicts = Mapping[tuple[int, str], Verdict]


@dataclass(frozen=True, slots=True)
class _Kept:
    verdicts: Verdicts

    @property
    def nbytes(self) -> int:
        return 900 * len(self.verdicts)


def verdicts_among(
    sides: Sequence[Side], metrics: Sequence[Metric], scope: Scope = EVERYTHING
) -> Verdicts:
    """Judge every side but the first, the baseline, by every metric; cached.

    Pairs are example by example, with repeats averaged. Holm's correction is over all
    of them.
    """
    frames = tuple(side.experiment.frame_id for side in sides)
    return derived(
        ("verdicts", frames, tuple(metrics), scope.key),
        (scope.stamp, tuple(side.stamp for side in sides)),
        lambda: _Kept(_verdicts(sides, metrics, scope)),
    ).verdicts


def _verdicts(
    sides: Sequence[Side], metrics: Sequence[Metric], scope: Scope
) -> Verdicts:
    places = [(index, one) for index in range(1, len(sides)) for one in metrics]
    contrasts = [
        _contrast(sides[0], sides[index], metric, scope) for index, metric in places
    ]
    found = findings(
        contrasts,
        goals=[metric.goal for _, metric in places],
        of_interest=[
            _interest(one, metric)
            for one, (_, metric) in zip(contrasts, places, strict=True)
        ],
    )
    tested = sum(one.p_value is not None for one in contrasts)
    return {
        (index, metric.key): Verdict(index, metric, one, finding, tested)
        for (index, metric), one, finding in zip(places, contrasts, found, strict=True)
    }


def _contrast(
    base: Side, side: Side, metric: Metric, scope: Scope
) -> Contrast | LabelContrast:
    if metric.is_label:
        return labels_against(base, side, metric, scope)
    return against(base, side, metric, scope)


def _interest(contrast: Contrast | LabelContrast, metric: Metric) -> float | None:
    if isinstance(contrast, LabelContrast):
        return None
    return effect_of_interest(contrast, has_unit=bool(metric.unit))


def p_text(p_value: float) -> str:
    """Return a p value as it is read; a tiny one by its bound."""
    return "< 0.0001" if p_value < 0.0001 else number(p_value, 4)
