"""How one example fared in the last experiments of its dataset, compared or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import isnan

from experiments_ui.compare.lineup import Comparison
from experiments_ui.experiments import queries
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.queries.sides import Side, sides
from experiments_ui.experiments.shown import shown

_MOST = 20
# The sparkline's box, and the room its dots need at the edges.
_WIDTH, _HEIGHT, _EDGE = 240, 36, 4


@dataclass(frozen=True, slots=True)
class Past:
    """One experiment's run of the example; `letter` if it is compared here."""

    number: int
    name: str
    created_at: datetime
    value: str
    letter: str
    x: float
    y: float | None


@dataclass(frozen=True, slots=True)
class History:
    """The chosen metric of one example, the oldest experiment first.

    `flips` counts how often its value changed from one experiment to the next;
    `line` joins the dots of those that have a value.
    """

    metric: str
    past: list[Past]
    flips: int
    left_out: int
    line: str


def history(comparison: Comparison, position: int) -> History | None:
    """Return the example's values in the dataset's last experiments.

    None without a score to follow, or with only one experiment. Three queries, and
    the columns of experiments that nobody has looked at yet.
    """
    metric = comparison.metric
    if metric is None or metric.is_label:
        return None
    every = sorted(
        queries.experiments_of(comparison.dataset),
        key=lambda one: (one.created_at, one.pk),
    )
    last = _last(every, comparison)
    if len(last) < 2:
        return None
    found = sides(last, [metric.column])
    values = [_at(side, position, comparison) for side in found]
    known = [value for value in values if value is not None]
    past = [
        _past(comparison, side, value, place, values)
        for place, (side, value) in enumerate(zip(found, values, strict=True))
    ]
    return History(
        metric=metric.label,
        past=past,
        flips=sum(a != b for a, b in pairwise(known)),
        left_out=len(every) - len(last),
        line=" ".join(f"{one.x},{one.y}" for one in past if one.y is not None),
    )


def _last(every: Sequence[Experiment], comparison: Comparison) -> list[Experiment]:
    """Return the last experiments, and those compared however old they are."""
    recent = {one.pk for one in every[-_MOST:]}
    compared = {side.experiment.pk for side in comparison.sides}
    return [one for one in every if one.pk in recent or one.pk in compared]


def _at(side: Side, position: int, comparison: Comparison) -> float | None:
    assert comparison.metric is not None  # noqa: S101 -- asked above
    if position >= len(side.first):
        return None
    value = float(side.numbers(comparison.metric)[position])
    return None if isnan(value) else value


def _past(
    comparison: Comparison,
    side: Side,
    value: float | None,
    place: int,
    values: Sequence[float | None],
) -> Past:
    assert comparison.metric is not None  # noqa: S101 -- asked above
    experiment = side.experiment
    letters = {
        one.experiment.pk: "abcdefghij"[index]
        for index, one in enumerate(comparison.sides)
    }
    step = (_WIDTH - 2 * _EDGE) / max(1, len(values) - 1)
    return Past(
        number=experiment.pk,
        name=experiment.name,
        created_at=experiment.created_at,
        value=shown(value, comparison.metric),
        letter=letters.get(experiment.pk, ""),
        x=round(_EDGE + place * step, 1),
        y=_height(value, values),
    )


def _height(value: float | None, values: Sequence[float | None]) -> float | None:
    """Return where a value is drawn: the least at the bottom, equal ones halfway."""
    if value is None:
        return None
    known = [one for one in values if one is not None]
    low, high = min(known), max(known)
    share = (value - low) / (high - low) if high > low else 0.5
    return round(_HEIGHT - _EDGE - share * (_HEIGHT - 2 * _EDGE), 1)
