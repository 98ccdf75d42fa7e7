"""What an experiment can be measured by: scores, labels, latency, tokens and cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from experiments_ui.columns.models import Kind, Role
from experiments_ui.columns.read import ColumnShape

Goal = Literal["maximize", "minimize", "none"]
Unit = Literal["", "ms", "usd", "tokens"]

_NUMERIC = frozenset({Kind.FLOAT, Kind.INTEGER, Kind.BOOLEAN})
_OWN: dict[str, tuple[str, Unit]] = {
    "latency": ("Latency", "ms"),
    "latency_ms": ("Latency", "ms"),
    "token_count": ("Tokens", "tokens"),
    "total_cost": ("Cost", "usd"),
}


@dataclass(frozen=True, slots=True)
class Metric:
    """One column to compare by. `key` stands for it in addresses and keys.

    A label metric has no numbers: its rows can only be the same or flipped.
    `epsilon` is the largest difference that still counts as the same.
    """

    key: str
    label: str
    column: str
    goal: Goal
    unit: Unit
    is_label: bool
    epsilon: float = 0.0


def metrics_in(shapes: Iterable[ColumnShape]) -> list[Metric]:
    """Return the metrics among columns: scores first, then labels, then the rest.

    A label column is a metric of its own only where its evaluator gave no score.
    """
    columns = [shape for shape in shapes if shape.kind != Kind.TEXT]
    numeric = {shape.name for shape in columns if shape.kind in _NUMERIC}
    found = [_metric(shape) for shape in columns if _counts(shape, numeric)]
    return sorted((one for one in found if one), key=_order)


def _counts(shape: ColumnShape, numeric: set[str]) -> bool:
    if shape.role == Role.LABEL:
        return shape.name.removesuffix(".label") + ".score" not in numeric
    return shape.role in (Role.SCORE, Role.METRIC) and shape.name in numeric


def _metric(shape: ColumnShape) -> Metric | None:
    if shape.role == Role.METRIC:
        label, unit = _OWN[shape.name]
        return Metric(shape.name, label, shape.name, "minimize", unit, is_label=False)
    name = _evaluator(shape.name)
    is_label = shape.role == Role.LABEL
    goal: Goal = "none" if is_label else "maximize"
    return Metric(shape.name, name, shape.name, goal, "", is_label=is_label)


def _order(metric: Metric) -> tuple[bool, bool]:
    return metric.unit != "", metric.is_label


def _evaluator(column: str) -> str:
    """Return who gave the verdict: ``eval.tone.score`` is by ``tone``."""
    name = column.rpartition(".")[0]
    return name.removeprefix("eval.").removeprefix(":annotation.")
