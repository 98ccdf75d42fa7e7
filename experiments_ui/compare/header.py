"""The head of each column: who it is, and its numbers beside the baseline's."""

from collections.abc import Sequence
from dataclasses import dataclass

from experiments_ui.analysis.summaries import Histogram
from experiments_ui.compare.lineup import Comparison
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.queries.contrasts import Scope, against, figures
from experiments_ui.experiments.queries.sides import Side
from experiments_ui.experiments.shown import Delta, delta, shown
from experiments_ui.web.templatetags.shown import MISSING, milliseconds, usd

_BARS = 10
_BAR_WIDTH, _HEIGHT = 8, 20


@dataclass(frozen=True, slots=True)
class HeadMetric:
    label: str
    goal: str
    value: str
    delta: Delta | None
    n: int
    missing: int


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
    return [_head(comparison, index) for index in range(len(comparison.sides))]


def _head(comparison: Comparison, index: int) -> Head:
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
        chosen=_metric(comparison, index, scored) if scored else None,
        others=[
            _metric(comparison, index, one)
            for one in metrics
            if not one.is_label and one != chosen
        ],
        bars=_bars(figures(side, scored, scope).histogram) if scored else [],
        bars_label=f"distribution of {chosen.label}" if chosen else "",
        win_bar=_win_bar(comparison, index, scored) if scored and index else None,
        unmatched=experiment.unmatched_count,
    )


def _metric(comparison: Comparison, index: int, metric: Metric) -> HeadMetric:
    base, side, scope = comparison.sides[0], comparison.sides[index], comparison.scope
    own = figures(side, metric, scope)
    is_rate = own.is_rate and figures(base, metric, scope).is_rate
    pair = against(base, side, metric, scope) if index else None
    return HeadMetric(
        # The change beside it is the mean change, so this is the mean as well.
        label=f"mean {metric.label.lower()}" if metric.unit else metric.label,
        goal=metric.goal,
        value=shown(own.summary.mean, metric, is_rate=is_rate),
        delta=None if pair is None else delta(pair.delta, metric, is_rate=is_rate),
        n=own.summary.n,
        missing=own.summary.missing,
    )


def _win_bar(comparison: Comparison, index: int, metric: Metric) -> WinBar | None:
    pair = against(
        comparison.sides[0], comparison.sides[index], metric, comparison.scope
    )
    if not pair.n or metric.goal == "none":
        return None
    return WinBar(
        wins=pair.wins,
        ties=pair.ties,
        losses=pair.losses,
        win_percent=100 * pair.wins / pair.n,
        loss_percent=100 * pair.losses / pair.n,
    )


def _bars(counted: Histogram) -> list[Bar]:
    tallest = max(counted.counts, default=0)
    if not tallest:
        return []
    step = 81 / max(len(counted.counts), _BARS)
    bars = []
    for index, count in enumerate(counted.counts):
        height = max(1.0, _HEIGHT * count / tallest) if count else 0.0
        low, high = counted.edges[index], counted.edges[index + 1]
        label = f"{low:.2f} to {high:.2f}: {count:,}"
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
