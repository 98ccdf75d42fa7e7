"""Every metric of a report: each experiment's figures, and its verdict beside them."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from experiments_ui.analysis.contrast import Contrast
from experiments_ui.compare.lineup import Comparison
from experiments_ui.compare.out.drawings import Span, interval_strip, span_around_zero
from experiments_ui.compare.out.words import change_of, goal_of, in_order, statistic_of
from experiments_ui.compare.verdicts import Verdict, Verdicts, verdicts_of
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.queries.contrasts import SideFigures, figures
from experiments_ui.experiments.shown import shown, span


@dataclass(frozen=True, slots=True)
class Line:
    """One experiment in a card; the baseline's has no verdict.

    `counted` is of what `n` says: the baseline's own values, a candidate's pairs.
    """

    hue: int
    name: str
    value: str
    value_interval: str
    change: str
    picture: SafeString | str
    verdict: Verdict | None
    wins: str
    n: int
    missing: int


@dataclass(frozen=True, slots=True)
class Card:
    """One metric of all experiments."""

    label: str
    goal: str
    statistic: str
    is_chosen: bool
    lines: list[Line]


def cards(comparison: Comparison) -> list[Card]:
    """Return a card for each visible metric, the chosen one first."""
    verdicts = verdicts_of(comparison)
    return [_card(comparison, verdicts, one) for one in in_order(comparison)]


def _card(comparison: Comparison, verdicts: Verdicts, metric: Metric) -> Card:
    axis = _axis(comparison, verdicts, metric)
    found = [figures(one, metric, comparison.scope) for one in comparison.sides]
    is_rate = all(one.is_rate or not one.summary.n for one in found)
    lines = [
        _line(
            comparison,
            index,
            metric,
            own=own,
            verdict=verdicts.get((index, metric.key)),
            axis=axis,
            is_rate=is_rate,
        )
        for index, own in enumerate(found)
    ]
    is_chosen = metric == comparison.metric
    statistic = statistic_of(metric).capitalize()
    return Card(metric.label, goal_of(metric), statistic, is_chosen, lines)


def _axis(comparison: Comparison, verdicts: Verdicts, metric: Metric) -> Span | None:
    ends: list[float | None] = []
    for index in range(1, len(comparison.sides)):
        found = verdicts[index, metric.key].contrast
        if isinstance(found, Contrast):
            ends += [found.low, found.high, found.delta]
    return span_around_zero(ends)


def _line(
    comparison: Comparison,
    index: int,
    metric: Metric,
    *,
    own: SideFigures,
    verdict: Verdict | None,
    axis: Span | None,
    is_rate: bool,
) -> Line:
    ends, summary = own.interval, own.summary
    name = comparison.sides[index].experiment.name
    value, around = "", ""
    if not metric.is_label:
        value = shown(own.value, metric, is_rate=is_rate)
    if ends and not metric.is_label:
        around = span(ends.low, ends.high, metric, is_rate=is_rate)
    return Line(
        hue=index,
        name=name,
        value=value,
        value_interval=around,
        change=change_of(verdict) if verdict else "",
        picture=_picture(verdict, axis, name) if verdict else "",
        verdict=verdict,
        wins=_wins(verdict),
        n=verdict.contrast.n if verdict else summary.n,
        missing=verdict.contrast.missing if verdict else summary.missing,
    )


def _picture(verdict: Verdict, axis: Span | None, name: str) -> SafeString | str:
    found = verdict.contrast
    if axis is None or not isinstance(found, Contrast):
        return ""
    if found.delta is None or found.low is None or found.high is None:
        return ""
    label = f"{verdict.metric.label} of {name}: {verdict.interval}"
    return interval_strip(
        axis, delta=found.delta, low=found.low, high=found.high, label=label
    )


def _wins(verdict: Verdict | None) -> str:
    """Return wins, losses and ties; where no way is better, what changed."""
    if verdict is None:
        return ""
    found = verdict.contrast
    if not isinstance(found, Contrast):
        return f"{found.changed:,} changed, {found.unchanged:,} same"
    if verdict.metric.goal == "none":
        return f"{found.n - found.ties:,} changed, {found.ties:,} same"
    return f"{found.wins:,} won, {found.losses:,} lost, {found.ties:,} tied"
