"""How each experiment of a dataset changed against the baseline, with verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from experiments_ui.analysis.contrast import Contrast, LabelContrast
from experiments_ui.analysis.findings import Finding, effect_of_interest, findings
from experiments_ui.columns.cache import derived
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.queries.contrasts import against, labels_against
from experiments_ui.experiments.queries.sides import Side, sides
from experiments_ui.experiments.shown import Delta, delta, signed, signed_span
from experiments_ui.web.templatetags.shown import count, number, percent

Tone = Literal["good", "bad", "changed", "open"]

_TONES: Mapping[str, Tone] = {"better": "good", "worse": "bad", "changed": "changed"}


@dataclass(frozen=True, slots=True)
class Judged:
    """One metric of one experiment against the baseline, judged among all shown."""

    metric: Metric
    contrast: Contrast | LabelContrast
    finding: Finding

    @property
    def tone(self) -> Tone:
        return _TONES.get(self.finding.verdict, "open")

    @property
    def change(self) -> float | None:
        """The mean change; of labels, the share that changed."""
        found = self.contrast
        if isinstance(found, Contrast):
            return found.delta
        return found.changed / found.n if found.n else None

    def delta(self, *, is_rate: bool) -> Delta | None:
        """Return how the change is drawn; labels have none that could be."""
        if isinstance(self.contrast, LabelContrast):
            return None
        return delta(self.contrast.delta, self.metric, is_rate=is_rate)

    def interval(self, *, is_rate: bool) -> str:
        """Return the 95 % interval of the change; of labels, how many changed."""
        found = self.contrast
        if isinstance(found, LabelContrast):
            return f"{count(found.changed)} of {count(found.n)} changed"
        ends = signed_span(found.low, found.high, self.metric, is_rate=is_rate)
        return ends.removesuffix(" points")

    def explained(self, *, is_rate: bool) -> str:
        """Return the verdict in words, what it is about, and the test behind it."""
        found, finding = self.contrast, self.finding
        words: str = finding.verdict
        if finding.rows_needed is not None:
            words += f": {count(finding.rows_needed)} more examples"
        parts = [words, f"{count(found.n)} examples have both"]
        if found.missing:
            parts.append(f"{count(found.missing)} have not")
        parts += [self._change_text(is_rate=is_rate), found.test or "no test"]
        if found.p_value is not None:
            parts.append(f"p {_p(found.p_value)}")
        if finding.p_adjusted is not None:
            parts.append(f"{_p(finding.p_adjusted)} after Holm's correction")
        return ", ".join(part for part in parts if part)

    def _change_text(self, *, is_rate: bool) -> str:
        found = self.contrast
        if isinstance(found, LabelContrast):
            return f"{percent(found.changed / found.n)} changed" if found.n else ""
        text = signed(found.delta, self.metric, is_rate=is_rate)
        ends = signed_span(found.low, found.high, self.metric, is_rate=is_rate)
        return f"{text} ({ends})" if ends else text


JudgedBy = Mapping[tuple[int, str], Judged]


@dataclass(frozen=True, slots=True)
class _Kept:
    judged: dict[tuple[int, str], Judged]

    @property
    def nbytes(self) -> int:
        return 900 * len(self.judged)


def judged_against(
    base: Experiment, others: Sequence[Experiment], metrics: Sequence[Metric]
) -> JudgedBy:
    """Judge experiments against the baseline, by their number and a metric's key.

    Pairs are example by example, with repeats averaged; Holm's correction is over all
    of them. Warm, this is two queries and no computing.
    """
    if not metrics:
        return {}
    columns = list(dict.fromkeys(metric.column for metric in metrics))
    lined_up = sides([base, *others], columns)
    return derived(
        ("judged", tuple(one.experiment.frame_id for one in lined_up), tuple(metrics)),
        tuple(side.stamp for side in lined_up),
        lambda: _Kept(_judged(lined_up[0], lined_up[1:], metrics)),
    ).judged


def _judged(
    base: Side, others: Sequence[Side], metrics: Sequence[Metric]
) -> dict[tuple[int, str], Judged]:
    places = [(side, metric) for side in others for metric in metrics]
    contrasts = [_contrast(base, side, metric) for side, metric in places]
    found = findings(
        contrasts,
        goals=[metric.goal for _, metric in places],
        of_interest=[
            _interest(one, metric)
            for one, (_, metric) in zip(contrasts, places, strict=True)
        ],
    )
    return {
        (side.experiment.pk, metric.key): Judged(metric, one, finding)
        for (side, metric), one, finding in zip(places, contrasts, found, strict=True)
    }


def _contrast(base: Side, side: Side, metric: Metric) -> Contrast | LabelContrast:
    if metric.is_label:
        return labels_against(base, side, metric)
    return against(base, side, metric)


def _interest(contrast: Contrast | LabelContrast, metric: Metric) -> float | None:
    if isinstance(contrast, LabelContrast):
        return None
    return effect_of_interest(contrast, has_unit=bool(metric.unit))


def _p(p_value: float) -> str:
    return "< 0.0001" if p_value < 0.0001 else f"= {number(p_value, 4)}"
