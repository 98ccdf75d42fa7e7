"""What settings would make of real runs, before they are saved."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from experiments_ui.compare.classes.coding import NONE, RIGHT, UNKNOWN, WRONG
from experiments_ui.compare.classes.labels import (
    LabelColumn,
    read_predictions,
    true_kind,
    truths,
)
from experiments_ui.compare.classes.reading import Reading
from experiments_ui.compare.lineup import Comparison
from experiments_ui.compare.queries.classification import outputs_at
from experiments_ui.experiments.queries.sides import Side
from experiments_ui.web.texts import shortened

SAMPLE = 2_000
NO_TRUTH = "no truth"
_ROWS = 12
_EACH = 3
_WORDS = 160
# Problems first: they are what one looks for.
_OUTCOMES = (NONE, UNKNOWN, NO_TRUTH, WRONG, RIGHT)


@dataclass(frozen=True, slots=True)
class PreviewRow:
    position: int
    truth: str | None
    output: str
    prediction: str | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Some rows, and how many of the sample there are of each kind.

    `looked_at` runs of `total` were read; `classes` counts the different true labels.
    """

    experiment: str
    rows: list[PreviewRow]
    counts: list[tuple[str, int]]
    looked_at: int
    total: int
    classes: int
    labels: tuple[str, ...]


def preview(comparison: Comparison, reading: Reading) -> Preview:
    """Read the first 2,000 runs of the baseline, one query for their outputs.

    Raises:
        Invalid: The path or the pattern cannot be read.
    """
    side = comparison.sides[0]
    ran = np.flatnonzero(side.first >= 0)
    sample = _sampled(side, ran[:SAMPLE])
    truth = truths(comparison.dataset, reading, len(side.first))
    kind = true_kind(comparison.dataset, reading)
    found = read_predictions(sample, reading, kind)
    outcomes = [
        (int(position), _outcome(truth, found, int(position)))
        for position in ran[:SAMPLE]
    ]
    counts = Counter(outcome for _, outcome in outcomes)
    return Preview(
        experiment=side.experiment.name,
        rows=_rows(side, outcomes, truth, found),
        counts=[(name, counts[name]) for name in reversed(_OUTCOMES)],
        looked_at=len(outcomes),
        total=len(ran),
        classes=len(truth.labels),
        labels=truth.labels,
    )


def _sampled(side: Side, positions: npt.NDArray[np.int64]) -> Side:
    """Return a side as if it had run nothing but these examples."""
    first = np.full_like(side.first, -1)
    first[positions] = side.first[positions]
    return replace(side, first=first)


def _named(column: LabelColumn, position: int) -> str | None:
    code = int(column.codes[position])
    return None if code < 0 else column.labels[code]


def _outcome(truth: LabelColumn, found: LabelColumn, position: int) -> str:
    true, said = _named(truth, position), _named(found, position)
    if true is None:
        return NO_TRUTH
    if said is None:
        return NONE
    if said == true:
        return RIGHT
    return WRONG if said in truth.labels else UNKNOWN


def _rows(
    side: Side,
    outcomes: list[tuple[int, str]],
    truth: LabelColumn,
    found: LabelColumn,
) -> list[PreviewRow]:
    """Return a few rows of each outcome, filled up with the first ones."""
    chosen: list[tuple[int, str]] = []
    for wanted in _OUTCOMES:
        chosen += [one for one in outcomes if one[1] == wanted][:_EACH]
    chosen += [one for one in outcomes[:_ROWS] if one not in chosen]
    chosen = chosen[:_ROWS]
    sequences = [int(side.first[position]) for position, _ in chosen]
    outputs = outputs_at(side.experiment, sequences)
    return [
        PreviewRow(
            position=position,
            truth=_named(truth, position),
            output=shortened(outputs.get(sequence) or "", most=_WORDS),
            prediction=_named(found, position),
            outcome=outcome,
        )
        for (position, outcome), sequence in zip(chosen, sequences, strict=True)
    ]
