"""The head of each column: who it is, and its numbers beside the baseline's."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments_ui.analysis.summaries import (
    Histogram,
    Paired,
    Summary,
    histogram,
    paired,
    summarize,
)
from experiments_ui.columns.cache import derived
from experiments_ui.compare.sides import Side
from experiments_ui.experiments.metrics import Metric
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


@dataclass(frozen=True, slots=True)
class _Figures:
    """A metric of one side, summed up."""

    summary: Summary
    histogram: Histogram
    is_rate: bool

    @property
    def nbytes(self) -> int:
        return 1_000


@dataclass(frozen=True, slots=True)
class _Pair:
    paired: Paired

    @property
    def nbytes(self) -> int:
        return 300


def heads(
    sides: Sequence[Side], metrics: Sequence[Metric], chosen: Metric | None
) -> list[Head]:
    """Return the heads in the order of the sides; the first is the baseline."""
    return [_head(sides, index, metrics, chosen) for index in range(len(sides))]


def _head(
    sides: Sequence[Side],
    index: int,
    metrics: Sequence[Metric],
    chosen: Metric | None,
) -> Head:
    side, base = sides[index], sides[0]
    experiment = side.experiment
    is_scored = chosen is not None and not chosen.is_label
    first = None
    if chosen is not None and is_scored:
        first = _metric(base, side, chosen, is_base=index == 0)
    return Head(
        number=experiment.pk,
        name=experiment.name,
        hue=index,
        letter="abcdefghij"[index],
        is_baseline=index == 0,
        meta=_meta(side, metrics),
        chosen=first,
        others=[
            _metric(base, side, one, is_base=index == 0)
            for one in metrics
            if not one.is_label and one != chosen
        ],
        bars=_bars(figures(side, chosen).histogram) if chosen and is_scored else [],
        bars_label=f"distribution of {chosen.label}" if chosen else "",
        win_bar=_win_bar(base, side, chosen)
        if chosen and index and is_scored
        else None,
        unmatched=experiment.unmatched_count,
    )


def figures(side: Side, metric: Metric) -> _Figures:
    """Return a metric of one experiment over all its examples; cached."""
    key = ("figures", side.experiment.frame_id, metric)
    stamp = (side.shape.revision, len(side.first))
    return derived(key, stamp, lambda: _figures(side, metric))


def against(base: Side, side: Side, metric: Metric) -> Paired:
    """Return a candidate's metric against the baseline's, example by example."""
    key = ("paired", base.experiment.frame_id, side.experiment.frame_id, metric)
    stamp = (base.shape.revision, side.shape.revision, len(base.first))
    return derived(key, stamp, lambda: _Pair(_paired(base, side, metric))).paired


def _figures(side: Side, metric: Metric) -> _Figures:
    # Only examples this experiment ran count: a row it never saw is not missing.
    values = side.numbers(metric)[side.first >= 0]
    summary = summarize(values, quantiles=metric.unit == "ms")
    known = values[~np.isnan(values)]
    is_rate = bool(len(known)) and bool(((known == 0) | (known == 1)).all())
    return _Figures(summary, histogram(values, _BARS), is_rate and not metric.unit)


def _paired(base: Side, side: Side, metric: Metric) -> Paired:
    both = (base.first >= 0) & (side.first >= 0)
    return paired(
        base.numbers(metric)[both], side.numbers(metric)[both], direction=metric.goal
    )


def _metric(base: Side, side: Side, metric: Metric, *, is_base: bool) -> HeadMetric:
    own = figures(side, metric)
    is_rate = own.is_rate and figures(base, metric).is_rate
    pair = None if is_base else against(base, side, metric)
    return HeadMetric(
        # The change beside it is the mean change, so this is the mean as well.
        label=f"mean {metric.label.lower()}" if metric.unit else metric.label,
        goal=metric.goal,
        value=shown(own.summary.mean, metric, is_rate=is_rate),
        delta=None if pair is None else delta(pair.delta, metric, is_rate=is_rate),
        n=own.summary.n,
        missing=own.summary.missing,
    )


def _win_bar(base: Side, side: Side, metric: Metric) -> WinBar | None:
    pair = against(base, side, metric)
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


def _meta(side: Side, metrics: Sequence[Metric]) -> str:
    """Return the line under a name: runs, median latency, cost."""
    parts = [f"{side.shape.length:,} runs"]
    for metric in metrics:
        summary = figures(side, metric).summary if metric.unit else None
        if summary is None or not summary.n:
            continue
        if metric.unit == "ms":
            parts.append(f"p50 {milliseconds(summary.p50)}")
        if metric.unit == "usd":
            parts.append(usd(summary.total))
    return " · ".join(part for part in parts if part != MISSING)
