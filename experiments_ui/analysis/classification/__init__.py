"""What labels and scores say about a classifier, from counts to intervals."""

from experiments_ui.analysis.classification.calibration import (
    Bin,
    Calibration,
    calibration,
)
from experiments_ui.analysis.classification.comparison import (
    Delta,
    Differences,
    Transition,
    Transitions,
    correctness,
    delta,
    differences,
    transitions,
)
from experiments_ui.analysis.classification.confusion import Confusion, confusion
from experiments_ui.analysis.classification.extraction import (
    Extractor,
    Rule,
    extractor,
)
from experiments_ui.analysis.classification.figures import (
    Binary,
    ClassFigures,
    binary,
    per_class,
)
from experiments_ui.analysis.classification.labels import (
    Coded,
    Rules,
    encode,
    normalise,
)
from experiments_ui.analysis.classification.metric import Metric, Options
from experiments_ui.analysis.classification.ordering import (
    Collapsed,
    ConfusedPair,
    collapse,
    most_confused,
    neighbours,
)
from experiments_ui.analysis.classification.overall import Averages, Overall, overall
from experiments_ui.analysis.classification.thresholds import (
    AtThresholds,
    Curve,
    Scored,
    at_threshold,
    at_thresholds,
    auc,
    average_precision,
    precision_recall,
    roc,
    scored,
)

__all__ = [
    "AtThresholds",
    "Averages",
    "Bin",
    "Binary",
    "Calibration",
    "ClassFigures",
    "Coded",
    "Collapsed",
    "ConfusedPair",
    "Confusion",
    "Curve",
    "Delta",
    "Differences",
    "Extractor",
    "Metric",
    "Options",
    "Overall",
    "Rule",
    "Rules",
    "Scored",
    "Transition",
    "Transitions",
    "at_threshold",
    "at_thresholds",
    "auc",
    "average_precision",
    "binary",
    "calibration",
    "collapse",
    "confusion",
    "correctness",
    "delta",
    "differences",
    "encode",
    "extractor",
    "most_confused",
    "neighbours",
    "normalise",
    "overall",
    "per_class",
    "precision_recall",
    "roc",
    "scored",
    "transitions",
]
