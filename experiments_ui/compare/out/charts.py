"""The charts of a report: how the chosen metric is distributed, and how it changed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.utils.safestring import SafeString

from experiments_ui.analysis.verdicts import tolerance
from experiments_ui.compare.lineup import Comparison
from experiments_ui.compare.out.drawings import (
    Bar,
    Floats,
    bars,
    edges,
    edges_around_zero,
)
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.shown import shown, signed


@dataclass(frozen=True, slots=True)
class Panel:
    """One experiment's picture; `note` says what is not drawn."""

    hue: int
    name: str
    picture: SafeString
    note: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Panels over one axis, whose ends are told in words."""

    title: str
    low: str
    high: str
    panels: list[Panel]


def charts(comparison: Comparison) -> list[Chart]:
    """Return the charts of the chosen metric; none for labels."""
    metric = comparison.metric
    if metric is None or metric.is_label:
        return []
    found = [_distribution(comparison, metric), _changes(comparison, metric)]
    return [one for one in found if one]


def _distribution(comparison: Comparison, metric: Metric) -> Chart | None:
    values = [
        side.numbers(metric)[comparison.scope.within(side.first >= 0)]
        for side in comparison.sides
    ]
    ends = edges(np.concatenate(values))
    if ends is None:
        return None
    counted = [_counted(one, ends) for one in values]
    tallest = max(int(one.max()) for one in counted)
    panels = []
    for index, counts in enumerate(counted):
        drawn = _bars(counts, ends, metric, ["bar"] * len(counts))
        blank = int(np.count_nonzero(np.isnan(values[index])))
        name = comparison.sides[index].experiment.name
        label = f"Distribution of {metric.label} for {name}"
        note = f"{blank:,} without a value" if blank else ""
        picture = bars(drawn, tallest=tallest, label=label)
        panels.append(Panel(index, name, picture, note))
    low, high = shown(float(ends[0]), metric), shown(float(ends[-1]), metric)
    return Chart(f"Distribution of {metric.label}", low, high, panels)


def _changes(comparison: Comparison, metric: Metric) -> Chart | None:
    within = comparison.scope.within(comparison.judged.present)
    base = comparison.sides[0].numbers(metric)[within]
    changes = [side.numbers(metric)[within] - base for side in comparison.sides[1:]]
    moved = [one[np.abs(one) > tolerance(metric.epsilon)] for one in changes]
    ends = edges_around_zero(np.concatenate(moved)) if moved else None
    if ends is None:
        return None
    counted = [_counted(one, ends) for one in moved]
    tallest = max(int(one.max()) for one in counted)
    tones = _tones(ends, metric)
    panels = []
    for index, counts in enumerate(counted):
        name = comparison.sides[index + 1].experiment.name
        tied = np.count_nonzero(np.abs(changes[index]) <= tolerance(metric.epsilon))
        drawn = _bars(counts, ends, metric, tones)
        label = f"Changes of {metric.label} from the baseline to {name}"
        picture = bars(drawn, tallest=tallest, label=label)
        panels.append(Panel(index + 1, name, picture, f"{tied:,} ties not drawn"))
    low, high = signed(float(ends[0]), metric), signed(float(ends[-1]), metric)
    return Chart(f"Change of {metric.label} by example", low, high, panels)


def _counted(values: Floats, ends: Floats) -> npt.NDArray[np.int64]:
    return np.histogram(values[np.isfinite(values)], ends)[0].astype(np.int64)


def _bars(
    counts: npt.NDArray[np.int64], ends: Floats, metric: Metric, tones: Sequence[str]
) -> list[Bar]:
    texts = [shown(end, metric) for end in ends.tolist()]
    return [
        Bar(count, tones[place], f"{texts[place]} to {texts[place + 1]}: {count:,}")
        for place, count in enumerate(counts.tolist())
    ]


def _tones(ends: Floats, metric: Metric) -> list[str]:
    """Return for each bin of changes whether it got better or worse."""
    if metric.goal == "none":
        return ["bar"] * (len(ends) - 1)
    better = metric.goal == "maximize"
    middles = (ends[:-1] + ends[1:]) / 2
    return [
        "bar better" if (middle > 0) == better else "bar worse"
        for middle in middles.tolist()
    ]
