"""The place that answers whether to ship a candidate: every metric, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments_ui.analysis.contrast import Contrast
from experiments_ui.analysis.magnitudes import (
    QuantileChange,
    Ratio,
    mean_ratio,
    quantile_change,
)
from experiments_ui.analysis.several import ChiSquare, cochran_q, friedman
from experiments_ui.columns.cache import derived
from experiments_ui.compare.lineup import Comparison
from experiments_ui.compare.verdicts import Verdict, Verdicts, p_text, verdicts_of
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.queries.contrasts import figures, paired_numbers
from experiments_ui.experiments.shown import (
    Delta,
    delta,
    shown,
    signed,
    signed_span,
    span,
)
from experiments_ui.web.templatetags.shown import count, number, percent

_QUANTILES = ((0.5, "p50"), (0.95, "p95"))
# The drawing of intervals: half its width, and how much of that the widest fills.
_HALF, _FILLED = 80, 0.9


@dataclass(frozen=True, slots=True)
class Answer:
    """What may be said of one candidate, metric by metric."""

    index: int
    name: str
    number: int
    better: list[str]
    worse: list[str]
    changed: list[str]
    open: list[str]


@dataclass(frozen=True, slots=True)
class Whisker:
    """An interval as it is drawn around no change; lengths in a box 160 wide."""

    start: float
    width: float
    middle: float
    label: str


@dataclass(frozen=True, slots=True)
class Tail:
    """A quantile, or the ratio of means, and how it changed."""

    label: str
    value: str
    delta: Delta | None
    interval: str
    title: str


@dataclass(frozen=True, slots=True)
class Card:
    """One metric of one candidate."""

    index: int
    verdict: Verdict
    value: str
    delta: Delta | None
    whisker: Whisker | None
    tails: list[Tail]
    wins: int
    losses: int
    ties: int
    only_base: int
    only_candidate: int


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One metric over all candidates; `several` tells whether they differ at all."""

    metric: Metric
    base_value: str
    base_interval: str
    base_n: str
    several: str
    several_title: str
    cards: list[Card]


@dataclass(frozen=True, slots=True)
class VerdictPage:
    answers: list[Answer]
    rows: list[MetricRow]
    family: int


def build(comparison: Comparison) -> VerdictPage:
    """Return the verdicts of all visible metrics; what is computed is cached."""
    verdicts = verdicts_of(comparison)
    return VerdictPage(
        answers=answers(comparison, verdicts),
        rows=[_row(comparison, verdicts, metric) for metric in comparison.visible],
        family=next((one.family for one in verdicts.values()), 0),
    )


def answers(comparison: Comparison, verdicts: Verdicts) -> list[Answer]:
    """Return what may be said of each candidate, in the order of the sides."""
    return [
        _answer(comparison, verdicts, index)
        for index in range(1, len(comparison.sides))
    ]


def _answer(comparison: Comparison, verdicts: Verdicts, index: int) -> Answer:
    by_tone: dict[str, list[str]] = {"good": [], "bad": [], "changed": [], "open": []}
    for metric in comparison.visible:
        by_tone[verdicts[index, metric.key].tone].append(metric.label)
    experiment = comparison.sides[index].experiment
    return Answer(
        index=index,
        name=experiment.name,
        number=experiment.pk,
        better=by_tone["good"],
        worse=by_tone["bad"],
        changed=by_tone["changed"],
        open=by_tone["open"],
    )


def _row(comparison: Comparison, verdicts: Verdicts, metric: Metric) -> MetricRow:
    own = figures(comparison.sides[0], metric, comparison.scope)
    found = [verdicts[i, metric.key] for i in range(1, len(comparison.sides))]
    widest = _widest(found)
    bounds, several = own.interval, _several(comparison, metric)
    return MetricRow(
        metric=metric,
        base_value=""
        if metric.is_label
        else shown(own.value, metric, is_rate=own.is_rate),
        base_interval=span(bounds.low, bounds.high, metric, is_rate=own.is_rate)
        if bounds
        else "",
        base_n=f"n {count(own.summary.n)}",
        several=_several_words(several),
        several_title=_several_title(several),
        cards=[_card(comparison, verdict, widest) for verdict in found],
    )


def _card(comparison: Comparison, verdict: Verdict, widest: float) -> Card:
    side, metric = comparison.sides[verdict.index], verdict.metric
    own, contrast = figures(side, metric, comparison.scope), verdict.contrast
    scored = contrast if isinstance(contrast, Contrast) else None
    return Card(
        index=verdict.index,
        verdict=verdict,
        value="" if metric.is_label else shown(own.value, metric, is_rate=own.is_rate),
        delta=verdict.delta,
        whisker=_whisker(verdict, widest),
        tails=_tails(comparison, verdict) if metric.unit and scored else [],
        wins=scored.wins if scored else 0,
        losses=scored.losses if scored else 0,
        ties=scored.ties if scored else 0,
        only_base=contrast.only_base,
        only_candidate=contrast.only_candidate,
    )


def _widest(verdicts: Sequence[Verdict]) -> float:
    """Return the farthest end of any interval: all are drawn on one scale."""
    ends = [
        abs(end)
        for one in verdicts
        if isinstance(one.contrast, Contrast)
        for end in (one.contrast.low, one.contrast.high, one.contrast.delta)
        if end is not None
    ]
    return max(ends, default=0.0)


def _whisker(verdict: Verdict, widest: float) -> Whisker | None:
    found = verdict.contrast
    if not isinstance(found, Contrast) or found.delta is None or not widest:
        return None
    if found.low is None or found.high is None:
        return None
    scale = _FILLED * _HALF / widest
    start, middle, end = (
        round(_HALF + value * scale, 2)
        for value in (found.low, found.delta, found.high)
    )
    change = signed(found.delta, verdict.metric, is_rate=verdict.is_rate)
    label = f"change {change}, 95 % interval {verdict.interval}"
    return Whisker(start, round(end - start, 2), middle, label)


@dataclass(frozen=True, slots=True)
class _Magnitudes:
    quantiles: tuple[QuantileChange | None, ...]
    ratio: Ratio | None

    @property
    def nbytes(self) -> int:
        return 800


def _magnitudes(comparison: Comparison, verdict: Verdict) -> _Magnitudes:
    """Return how the middle, the tail and the mean changed; cached."""
    base, side = comparison.sides[0], comparison.sides[verdict.index]
    frames = base.experiment.frame_id, side.experiment.frame_id

    def compute() -> _Magnitudes:
        pair = paired_numbers(base, side, verdict.metric, comparison.scope)
        return _Magnitudes(
            tuple(quantile_change(*pair, share) for share, _ in _QUANTILES),
            mean_ratio(*pair),
        )

    return derived(
        ("magnitudes", frames, verdict.metric, comparison.scope.key),
        (base.stamp, side.stamp, comparison.scope.stamp),
        compute,
    )


def _tails(comparison: Comparison, verdict: Verdict) -> list[Tail]:
    metric, found = verdict.metric, _magnitudes(comparison, verdict)
    tails = [
        Tail(
            label=label,
            value=shown(one.candidate, metric),
            delta=delta(one.delta, metric),
            interval=signed_span(one.low, one.high, metric),
            title=f"95 % interval of the change, {one.method}",
        )
        for (_, label), one in zip(_QUANTILES, found.quantiles, strict=True)
        # The middle of a duration is what its card is about.
        if one is not None and (label != "p50" or metric.unit != "ms")
    ]
    if found.ratio is not None:
        tails.append(_ratio(found.ratio))
    return tails


def _ratio(ratio: Ratio) -> Tail:
    low, high = (_signed_percent(end - 1) for end in (ratio.low, ratio.high))
    return Tail(
        label="of the baseline's mean",
        value=percent(ratio.ratio),
        delta=None,
        interval=f"{low} to {high}",
        title="95 % interval of the relative change of the mean",
    )


def _signed_percent(change: float) -> str:
    return f"{'−' if change < 0 else '+'}{percent(abs(change))}"


@dataclass(frozen=True, slots=True)
class _Several:
    name: str
    result: ChiSquare | None

    @property
    def nbytes(self) -> int:
        return 300


def _several(comparison: Comparison, metric: Metric) -> _Several | None:
    """Test whether three experiments or more differ at all in a score; cached."""
    sides, scope = comparison.sides, comparison.scope
    if len(sides) < 3 or metric.is_label:
        return None

    def compute() -> _Several:
        all_ran = scope.within(np.logical_and.reduce([s.first >= 0 for s in sides]))
        scores = np.stack([side.numbers(metric)[all_ran] for side in sides], axis=1)
        if all(figures(side, metric, scope).is_rate for side in sides):
            return _Several("Cochran's Q", cochran_q(scores))
        return _Several("Friedman's test", friedman(scores))

    return derived(
        (
            "several",
            tuple(side.experiment.frame_id for side in sides),
            metric,
            scope.key,
        ),
        (scope.stamp, tuple(side.stamp for side in sides)),
        compute,
    )


def _several_words(several: _Several | None) -> str:
    if several is None or several.result is None:
        return ""
    if several.result.p_value < 0.05:
        return "they differ"
    return "no evidence that any differ"


def _several_title(several: _Several | None) -> str:
    if several is None or several.result is None:
        return ""
    found = several.result
    return (
        f"{several.name} over all {found.degrees + 1}: χ² {number(found.statistic)}, "
        f"{found.degrees} degrees of freedom, p = {p_text(found.p_value)}, uncorrected"
    )
