"""The head of each column: who it is, and its numbers beside the baseline's."""

from collections.abc import Sequence
from dataclasses import dataclass

from experiments_ui.analysis.contrast import Contrast
from experiments_ui.analysis.summaries import Histogram
from experiments_ui.compare.lineup import Comparison
from experiments_ui.compare.verdicts import Verdict, Verdicts, verdicts_of
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.queries.contrasts import Scope, figures
from experiments_ui.experiments.queries.sides import Side
from experiments_ui.experiments.shown import Delta, shown, span
from experiments_ui.web.templatetags.shown import MISSING, milliseconds, usd

_BARS = 10
# What a figure is of, where it is not the mean of a score.
_LABELS = {"ms": "{} p50", "tokens": "{} mean", "usd": "{} mean"}
_BAR_WIDTH, _HEIGHT = 8, 20


@dataclass(frozen=True, slots=True)
class HeadMetric:
    """One metric in a head; the baseline's own has no delta and no verdict."""

    label: str
    goal: str
    value: str
    interval: str
    delta: Delta | None
    n: int
    missing: int
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    label: str


@dataclass(frozen=True, slots=True)
class WinBar:
    """Wins, ties and losses against the baseline, and their shares in per cent."""

    wins: int
    ties: int
    losses: int
    win_percent: float
    loss_percent: float

    @property
    def loss_start(self) -> float:
        return 100 - self.loss_percent


@dataclass(frozen=True, slots=True)
class Head:
    """One experiment's column head."""

    number: int
    name: str
    hue: int
    letter: str
    is_baseline: bool
    meta: str
    chosen: HeadMetric | None
    others: list[HeadMetric]
    bars: list[Bar]
    bars_label: str
    win_bar: WinBar | None
    unmatched: int


def heads(comparison: Comparison) -> list[Head]:
    """Return the heads in the order of the sides; the first is the baseline."""
    verdicts = verdicts_of(comparison)
    return [_head(comparison, verdicts, i) for i in range(len(comparison.sides))]


def _head(comparison: Comparison, verdicts: Verdicts, index: int) -> Head:
    side, chosen, scope = comparison.sides[index], comparison.metric, comparison.scope
    metrics, experiment = comparison.visible, side.experiment
    scored = None if chosen is None or chosen.is_label else chosen
    return Head(
        number=experiment.pk,
        name=experiment.name,
        hue=index,
        letter="abcdefghij"[index],
        is_baseline=index == 0,
        meta=_meta(side, metrics, scope),
        chosen=_metric(comparison, verdicts, index, chosen) if chosen else None,
        others=[
            _metric(comparison, verdicts, index, one)
            for one in metrics
            if not one.is_label and one != chosen
        ],
        bars=_bars(figures(side, scored, scope).histogram, scored) if scored else [],
        bars_label=f"distribution of {chosen.label}" if chosen else "",
        win_bar=_win_bar(verdicts.get((index, scored.key))) if scored else None,
        unmatched=experiment.unmatched_count,
    )


def _metric(
    comparison: Comparison, verdicts: Verdicts, index: int, metric: Metric
) -> HeadMetric:
    base, side = comparison.sides[0], comparison.sides[index]
    own = figures(side, metric, comparison.scope)
    is_rate = own.is_rate and figures(base, metric, comparison.scope).is_rate
    verdict = verdicts.get((index, metric.key))
    bounds = own.interval
    return HeadMetric(
        label=_LABELS.get(metric.unit, "{}").format(metric.label),
        goal=metric.goal,
        value="" if metric.is_label else shown(own.value, metric, is_rate=is_rate),
        interval=span(bounds.low, bounds.high, metric, is_rate=is_rate)
        if bounds
        else "",
        delta=verdict.delta if verdict else None,
        n=own.summary.n,
        missing=own.summary.missing,
        verdict=verdict,
    )


def _win_bar(verdict: Verdict | None) -> WinBar | None:
    found = verdict.contrast if verdict else None
    if verdict is None or not isinstance(found, Contrast):
        return None
    if not found.n or verdict.metric.goal == "none":
        return None
    return WinBar(
        wins=found.wins,
        ties=found.ties,
        losses=found.losses,
        win_percent=100 * found.wins / found.n,
        loss_percent=100 * found.losses / found.n,
    )


def _bars(counted: Histogram, metric: Metric) -> list[Bar]:
    tallest = max(counted.counts, default=0)
    if not tallest:
        return []
    step = 81 / max(len(counted.counts), _BARS)
    bars = []
    for index, count in enumerate(counted.counts):
        height = max(1.0, _HEIGHT * count / tallest) if count else 0.0
        low, high = counted.edges[index], counted.edges[index + 1]
        label = f"{shown(low, metric)} to {shown(high, metric)}: {count:,}"
        width = _BAR_WIDTH * step * _BARS / 81
        bars.append(Bar(index * step, _HEIGHT - height, width, height, label))
    return bars


def _meta(side: Side, metrics: Sequence[Metric], scope: Scope) -> str:
    """Return the line under a name: runs, median latency, cost."""
    parts = [f"{side.shape.length:,} runs"]
    for metric in metrics:
        summary = figures(side, metric, scope).summary if metric.unit else None
        if summary is None or not summary.n:
            continue
        if metric.unit == "ms":
            parts.append(f"p50 {milliseconds(summary.p50)}")
        if metric.unit == "usd":
            parts.append(usd(summary.total))
    return " · ".join(part for part in parts if part != MISSING)
