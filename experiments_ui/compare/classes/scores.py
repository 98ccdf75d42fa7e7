"""Figures of the runs' scores: curves, calibration, and the choice of a threshold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from experiments_ui import charts
from experiments_ui.analysis.classification import (
    Calibration,
    Metric,
    Scored,
    at_threshold,
    auc,
    average_precision,
    calibration,
    precision_recall,
    roc,
    scored,
)
from experiments_ui.analysis.filters.kinds import split
from experiments_ui.analysis.summaries import wilson
from experiments_ui.charts.marks import literal, named
from experiments_ui.compare.classes.measures import Measures
from experiments_ui.compare.classes.rows_links import RowsLinks, letter, truth_is
from experiments_ui.compare.classes.shown import Shown, decimals, figure
from experiments_ui.compare.filters.columns import CompareColumns
from experiments_ui.errors import NotFound

CHARTS: Mapping[str, str] = {
    "roc": "ROC",
    "precision-recall": "Precision and recall",
    "calibration": "Calibration",
}
_STEPS = 100


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure as JSON; the tag is the same for the same content."""

    body: bytes
    tag: str


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One experiment's scores as a whole."""

    name: str
    hue: int
    n: int
    unusable: int
    figures: list[Shown]


@dataclass(frozen=True, slots=True)
class Count:
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class ThresholdRow:
    """One experiment's figures where scores of at least the threshold are positive."""

    name: str
    hue: int
    counts: list[Count]
    figures: list[Shown]


@dataclass(frozen=True, slots=True)
class Slider:
    """The thresholds to choose from, as a range of equal steps."""

    low: float
    high: float
    step: float
    value: float


class Scores:
    """The scores of a comparison's experiments for its positive class."""

    HEADS = ("AUC", "Average precision", "Brier score", "Log loss", "ECE")
    COUNTS = ("true positive", "false positive", "false negative", "true negative")
    AT = ("Precision", "Recall", "Specificity", "F1", "Accuracy", "MCC")

    def __init__(self, measures: Measures) -> None:
        self._measures = measures
        self._sides = measures.comparison.sides
        self._column = measures.reading.score

    @cached_property
    def rows(self) -> list[Scored]:
        places = range(len(self._sides))
        return [self._measures.once("scored", self._scored, i) for i in places]

    def _scored(self, place: int) -> Scored:
        coding, mask = self._measures.coding, self._measures.rows(place)
        positive = self._measures.positive
        known = positive in coding.labels
        code = coding.labels.index(positive) if known else len(coding.labels)
        values = self._values(place)
        return scored(coding.truth[mask], values[mask], code)

    def _values(self, place: int) -> npt.NDArray[np.float64]:
        columns = CompareColumns(self._sides, self._measures.comparison.reviewed)
        found = split(columns.get(f"{letter(place)}.{self._column}")).numbers
        return np.full(columns.length, np.nan) if found is None else found

    def listed(self) -> list[ScoreRow]:
        """Return the figures of each experiment's scores."""
        return [
            ScoreRow(
                name=side.experiment.name,
                hue=place,
                n=rows.n,
                unusable=rows.unusable,
                figures=[figure(one) for one in self._whole(rows)],
            )
            for place, (side, rows) in enumerate(
                zip(self._sides, self.rows, strict=True)
            )
        ]

    def _whole(self, rows: Scored) -> list[Metric]:
        found = calibration(rows)
        areas = [auc(rows, self._measures.options), average_precision(rows)]
        return [*areas, found.brier, found.log_loss, found.ece]

    def slider(self, threshold: float | None) -> Slider:
        """Return thresholds from 0 to 1, or over the scores if they go beyond."""
        values = np.concatenate([rows.scores for rows in self.rows] or [np.zeros(0)])
        low, high = 0.0, 1.0
        if len(values) and (values.min() < 0 or values.max() > 1):
            low, high = float(values.min()), float(values.max())
        step = (high - low) / _STEPS or 0.01
        middle = low + step * (_STEPS // 2)
        return Slider(low, high, step, middle if threshold is None else threshold)

    def at(self, threshold: float, links: RowsLinks) -> list[ThresholdRow]:
        """Return each experiment's figures at a threshold."""
        return [
            ThresholdRow(
                name=side.experiment.name,
                hue=place,
                counts=self._counts(
                    place, at_threshold(rows, threshold), threshold, links
                ),
                figures=_at(at_threshold(rows, threshold)),
            )
            for place, (side, rows) in enumerate(
                zip(self._sides, self.rows, strict=True)
            )
        ]

    def _counts(
        self,
        place: int,
        counts: tuple[int, int, int, int],
        threshold: float,
        links: RowsLinks,
    ) -> list[Count]:
        term = named(letter(place), self._column)
        above, below = (f"{term} {sign} {literal(threshold)}" for sign in (">=", "<"))
        true = truth_is(self._measures.positive)
        false = f"NOT {true}"
        ways = ((true, above), (false, above), (true, below), (false, below))
        return [
            Count(count, links.to(f"{part} AND {score}"))
            for count, (part, score) in zip(counts, ways, strict=True)
        ]

    def draw(self, name: str) -> Drawn:
        """Return a chart as JSON.

        Raises:
            NotFound: There is no such chart.
        """
        if name not in CHARTS:
            raise NotFound("There is no such chart of classes.")
        body = self._figure(name).to_json()
        return Drawn(body, f'"{blake2b(body, digest_size=16).hexdigest()}"')

    def _figure(self, name: str) -> charts.Figure:
        if name == "roc":
            return charts.roc(self._curves(name))
        if name == "precision-recall":
            shares = [rows.positives / rows.n for rows in self.rows if rows.n]
            same = len(set(shares)) == 1
            return charts.precision_recall(
                self._curves(name), prevalence=shares[0] if same else None
            )
        return charts.calibration([self._reliability(i) for i in range(len(self.rows))])

    def _curves(self, name: str) -> Sequence[charts.Curve]:
        is_roc = name == "roc"
        return [
            charts.Curve(
                name=side.experiment.name,
                hue=place,
                x=points.x,
                y=points.y,
                thresholds=points.thresholds,
                area=(auc if is_roc else average_precision)(rows).value,
                term=named(letter(place), self._column),
            )
            for place, (side, rows) in enumerate(
                zip(self._sides, self.rows, strict=True)
            )
            for points in [(roc if is_roc else precision_recall)(rows)]
        ]

    def _reliability(self, place: int) -> charts.Reliability:
        found: Calibration = calibration(self.rows[place])
        bounds = [
            None if one.share is None else wilson(round(one.share * one.n), one.n)
            for one in found.bins
        ]
        edges = [0.0, *(one.high for one in found.bins)]
        return charts.Reliability(
            name=self._sides[place].experiment.name,
            hue=place,
            edges=np.array(edges),
            predicted=_floats([one.mean_score for one in found.bins]),
            observed=_floats([one.share for one in found.bins]),
            counts=np.array([one.n for one in found.bins], np.int64),
            low=_floats([one.low if one else None for one in bounds]),
            high=_floats([one.high if one else None for one in bounds]),
            error=found.ece.value,
            term=named(letter(place), self._column),
        )


def _floats(values: Sequence[float | None]) -> npt.NDArray[np.float64]:
    return np.array([np.nan if one is None else one for one in values], np.float64)


def _at(counts: tuple[int, int, int, int]) -> list[Shown]:
    tp, fp, fn, tn = counts
    spread = float(tp + fp) * (tp + fn) * (fp + tn) * (fn + tn)
    return [
        _share(tp, tp + fp, "nothing scores that much"),
        _share(tp, tp + fn, "no positives"),
        _share(tn, tn + fp, "no negatives"),
        _share(2 * tp, 2 * tp + fp + fn, "neither true nor predicted rows"),
        _share(tp + tn, tp + fp + fn + tn, "no rows"),
        _share(tp * tn - fp * fn, spread**0.5, "one class only"),
    ]


def _share(part: float, whole: float, why: str) -> Shown:
    return Shown(decimals(part / whole)) if whole else Shown("undefined", why=why)
