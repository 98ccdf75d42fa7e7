"""A comparison in sentences: what each candidate is, and what the numbers are about."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments_ui.analysis.contrast import Contrast
from experiments_ui.compare.lineup import Comparison
from experiments_ui.compare.verdicts import Verdict, verdicts_of
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.shown import signed

LETTERS = "abcdefghij"

# How a sentence names each verdict, and in this order.
_SAID = {
    "worse": "worse on",
    "better": "better on",
    "changed": "changed on",
    "no evidence": "no evidence of a change on",
    "too few rows": "too few rows to judge",
}
# What was found out has its numbers said; the others' stand in the table.
_TOLD = ("worse", "better", "changed")
_GOALS = {
    "maximize": "higher is better",
    "minimize": "lower is better",
    "none": "neither way is better",
}


@dataclass(frozen=True, slots=True)
class Named:
    """A metric in a sentence, with its change in brackets where there is one."""

    label: str
    change: str


@dataclass(frozen=True, slots=True)
class Clause:
    """Some metrics of which the same is said."""

    said: str
    metrics: list[Named]


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said of one candidate."""

    index: int
    candidate: str
    clauses: list[Clause]


def sentences(comparison: Comparison) -> list[Sentence]:
    """Return a sentence for each candidate: what got worse is said first."""
    verdicts = verdicts_of(comparison)
    return [
        Sentence(
            index,
            side.experiment.name,
            _clauses([verdicts[index, one.key] for one in in_order(comparison)]),
        )
        for index, side in enumerate(comparison.sides)
        if index
    ]


def in_order(comparison: Comparison) -> list[Metric]:
    """Return the visible metrics, the chosen one first."""
    return sorted(comparison.visible, key=lambda one: one != comparison.metric)


def change_of(verdict: Verdict) -> str:
    """Return a change with its sign and unit; of labels, how many changed."""
    found = verdict.contrast
    if not isinstance(found, Contrast):
        return f"{found.changed:,} of {found.n:,} labels changed"
    points = " points" if verdict.is_rate and found.delta is not None else ""
    return signed(found.delta, verdict.metric, is_rate=verdict.is_rate) + points


def statistic_of(metric: Metric) -> str:
    """Return what stands for many values: labels are only counted."""
    if metric.is_label:
        return "count"
    return "median" if metric.unit == "ms" else "mean"


def goal_of(metric: Metric) -> str:
    """Return a metric's goal and epsilon in words."""
    if metric.is_label:
        return "labels: same or changed"
    ties = f", changes up to {metric.epsilon:g} are ties" if metric.epsilon else ""
    return _GOALS[metric.goal] + ties


def counted(comparison: Comparison) -> int:
    """Return how many examples the numbers are about: those in scope that ran."""
    within = comparison.scope.within(comparison.judged.present)
    return int(np.count_nonzero(within))


def left_out(comparison: Comparison) -> list[str]:
    """Return what no number of this comparison is about, in sentences."""
    return [*_narrowed(comparison), *_lost(comparison)]


def _narrowed(comparison: Comparison) -> list[str]:
    ran = int(np.count_nonzero(comparison.judged.present))
    told = []
    if outside := ran - counted(comparison):
        told.append(f"{outside:,} of {ran:,} examples are outside the filter.")
    if comparison.scope.unknown:
        names = ", ".join(f"“{one}”" for one in comparison.scope.unknown)
        told.append(f"The filter names what nothing has: {names}.")
    hidden = [one.label for one in comparison.metrics if not comparison.is_visible(one)]
    if hidden:
        told.append(f"Metrics that are not shown: {', '.join(hidden)}.")
    return told


def _lost(comparison: Comparison) -> list[str]:
    told = []
    for side in comparison.sides:
        name, lost = side.experiment.name, side.experiment.unmatched_count
        if lost:
            told.append(f"{lost:,} runs of {name} name examples the dataset lacks.")
        if side.most_repeats > 1:
            told.append(
                f"{name} ran examples up to {side.most_repeats} times: scores are "
                "means of the repeats, texts are those of the first."
            )
    return told


def _clauses(verdicts: Sequence[Verdict]) -> list[Clause]:
    return [
        Clause(said, [_named(one) for one in such])
        for word, said in _SAID.items()
        if (such := [one for one in verdicts if one.finding.verdict == word])
    ]


def _named(verdict: Verdict) -> Named:
    found = verdict.contrast
    if verdict.finding.verdict not in _TOLD or not isinstance(found, Contrast):
        return Named(verdict.metric.label, "")
    interval = f"; {verdict.interval}" if verdict.interval else ""
    return Named(verdict.metric.label, change_of(verdict) + interval)
