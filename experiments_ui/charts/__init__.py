"""Charts: figures for Plotly as plain values, each also in words and as a table."""

from experiments_ui.charts.axes import Axis
from experiments_ui.charts.changes import changes
from experiments_ui.charts.curves import (
    Curve,
    Reliability,
    calibration,
    precision_recall,
    roc,
    thresholds,
)
from experiments_ui.charts.estimates import (
    Estimate,
    Moment,
    Trade,
    Trend,
    tradeoff,
    trend,
)
from experiments_ui.charts.figure import Figure, empty
from experiments_ui.charts.pairs import paired_scatter
from experiments_ui.charts.series import Series
from experiments_ui.charts.spread import cumulative, distributions

__all__ = [
    "Axis",
    "Curve",
    "Estimate",
    "Figure",
    "Moment",
    "Reliability",
    "Series",
    "Trade",
    "Trend",
    "calibration",
    "changes",
    "cumulative",
    "distributions",
    "empty",
    "paired_scatter",
    "precision_recall",
    "roc",
    "thresholds",
    "tradeoff",
    "trend",
]
