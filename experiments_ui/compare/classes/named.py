"""What filters may name once a dataset has settings: truth, prediction and outcome."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from experiments_ui.analysis.filters import Codes
from experiments_ui.compare.classes.coding import (
    OUTCOMES,
    coding_of,
    reading_of,
)
from experiments_ui.compare.classes.labels import truths
from experiments_ui.compare.classes.reading import Reading
from experiments_ui.datasets.models import Dataset
from experiments_ui.experiments.queries.sides import Side

TRUTH, PREDICTION, OUTCOME = "truth", "prediction", "outcome"
_NAMED = re.compile(rf"\b(?:{TRUTH}|{PREDICTION}|{OUTCOME})\b")


@dataclass(frozen=True, slots=True)
class NamedClasses:
    """A name in filters; `place` is the side that it is of, None for the examples."""

    name: str
    place: int | None
    labels: tuple[str, ...]


def class_column(name: str, sides: Sequence[Side]) -> Codes | None:
    """Return ``truth``, ``a.prediction`` or ``b.outcome``, if that is asked for.

    They stand before columns of these names: with settings, they mean these settings'.
    """
    letter, _, rest = name.rpartition(".")
    place = "abcdefghij".find(letter) if len(letter) == 1 else -1
    is_truth = name == TRUTH
    of_run = rest in (PREDICTION, OUTCOME) and 0 <= place < len(sides)
    dataset = sides[0].experiment.dataset
    if dataset is None or not (is_truth or of_run):
        return None
    reading = reading_of(dataset)
    if reading is None:
        return None
    if is_truth:
        found = truths(dataset, reading, len(sides[0].first))
        return Codes(found.codes, found.labels)
    # Only the side that is asked about is read.
    coding = coding_of(dataset, [sides[place]], reading)
    if rest == OUTCOME:
        return Codes(coding.outcomes(0), OUTCOMES)
    return Codes(coding.predicted[0], coding.labels)


def class_names(dataset: Dataset, sides: Sequence[Side]) -> Iterator[NamedClasses]:
    """Yield what a filter may name, each with the labels it may have."""
    reading = reading_of(dataset)
    if reading is None:
        return
    labels = truths(dataset, reading, len(sides[0].first)).labels
    yield NamedClasses(TRUTH, None, labels)
    for place in range(len(sides)):
        letter = "abcdefghij"[place]
        yield NamedClasses(f"{letter}.{PREDICTION}", place, labels)
        yield NamedClasses(f"{letter}.{OUTCOME}", place, OUTCOMES)


def class_stamp(text: str, dataset: Dataset | None) -> Reading | None:
    """Return what the classes that a filter names depend on besides their runs."""
    if dataset is None or not _NAMED.search(text):
        return None
    return reading_of(dataset)
