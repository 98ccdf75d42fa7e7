"""Labels by position as codes: what is true, and what each experiment predicted."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.classification import extractor
from experiments_ui.analysis.filters import (
    Booleans,
    Codes,
    Column,
    Numbers,
)
from experiments_ui.columns.cache import derived
from experiments_ui.compare.classes.reading import Kind, Reading
from experiments_ui.compare.queries.classification import all_outputs, outputs_at
from experiments_ui.datasets.models import Dataset
from experiments_ui.datasets.queries import example_columns
from experiments_ui.experiments.queries.columns import RunColumns
from experiments_ui.experiments.queries.sides import Side

Integers = npt.NDArray[np.int32]
Read = Callable[[object], str | None]

# Up to as many different outputs are read one for all that equal it.
_FEW_OUTPUTS = 5_000


@dataclass(frozen=True, slots=True, eq=False)
class LabelColumn:
    """A code per position, an index into the sorted labels; -1 is no label."""

    codes: Integers
    labels: tuple[str, ...]

    @property
    def nbytes(self) -> int:
        return int(self.codes.nbytes) + sum(len(text) + 60 for text in self.labels)


def truths(dataset: Dataset, reading: Reading, size: int) -> LabelColumn:
    """Return what is true at each position; cached."""
    key = ("class truth", dataset.pk, reading)
    return derived(key, (dataset.revision, size), lambda: _truths(dataset, reading))


def _truths(dataset: Dataset, reading: Reading) -> LabelColumn:
    columns = example_columns(dataset)
    column = columns.get(reading.truth)
    if column is None:
        return LabelColumn(np.full(columns.length, -1, np.int32), ())
    return coded(column, reading.normaliser(kind_of(column)))


def kind_of(column: Column | None) -> Kind:
    """Say how the labels of a column are written, for predictions to be read alike."""
    match column:
        case Numbers():
            return "number"
        case Booleans():
            return "boolean"
        case _:
            return "text"


def true_kind(dataset: Dataset, reading: Reading) -> Kind:
    return kind_of(example_columns(dataset).get(reading.truth))


def predictions(side: Side, reading: Reading, kind: Kind) -> LabelColumn:
    """Return what an experiment predicted at each position; cached.

    It is the first run's of each example. The first time outputs are read from the
    database: one of each where few differ, or else all of them.

    Raises:
        Invalid: The path or the pattern cannot be read.
    """
    key = ("class prediction", side.experiment.frame_id, reading, kind)
    return derived(key, side.stamp, lambda: read_predictions(side, reading, kind))


def read_predictions(side: Side, reading: Reading, kind: Kind) -> LabelColumn:
    """Do what `predictions` does, and keep nothing."""
    read = reading.normaliser(kind)
    extract = extractor(reading.rule)
    if reading.source == "column":
        column = RunColumns(side.experiment).get(reading.expression)
        if column is None:
            return LabelColumn(np.full(len(side.first), -1, np.int32), ())
        found = coded(column, read)
        # -1, which is no run, reaches the -1 at the end.
        by_run = np.append(found.codes, np.int32(-1))
        return LabelColumn(by_run[side.first], found.labels)

    def label(output: str | None) -> str | None:
        return None if output is None else read(extract(output, {}))

    kinds, places = _different(side)
    if len(kinds) <= _FEW_OUTPUTS:
        outputs = outputs_at(side.experiment, kinds.tolist())
        names = [label(outputs.get(sequence)) for sequence in kinds.tolist()]
        return _numbered([*names, None], places)
    runs = [label(one) for one in all_outputs(side.experiment, side.shape.length)]
    return _numbered([*runs, None], side.first)


def _different(side: Side) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """Return a run of each different output, and by position which of these it is."""
    there = np.flatnonzero(side.first >= 0)
    _, chosen, places = np.unique(
        side.marks[there], return_index=True, return_inverse=True
    )
    # Those without a run reach what stands behind the last.
    by_position = np.full(len(side.first), -1, np.int64)
    by_position[there] = places
    return side.first[there[chosen]], by_position


def coded(column: Column, read: Read) -> LabelColumn:
    """Return any column as labels; each different value is read once."""
    match column:
        case Codes(codes=codes, labels=labels):
            return _numbered([*map(read, labels), None], codes)
        case Booleans(values=values):
            return _numbered([read(False), read(True), None], values)  # noqa: FBT003 -- the values
        case Numbers(values=numbers):
            different, places = np.unique(numbers, return_inverse=True)
            return _numbered([read(one) for one in different.tolist()], places)
        case _:
            return _numbered(_read_once(column.values, read), None)


def _read_once(values: Sequence[object], read: Read) -> list[str | None]:
    seen: dict[str, str | None] = {}

    def name(value: object) -> str | None:
        if not isinstance(value, str):
            return read(value)
        if value not in seen:
            seen[value] = read(value)
        return seen[value]

    return [name(value) for value in values]


def _numbered(
    names: Sequence[str | None], places: npt.NDArray[np.integer] | None
) -> LabelColumn:
    """Number names in their order; `places` index into them, or each stands for one."""
    labels = in_order(names)
    number: dict[str | None, int] = {name: code for code, name in enumerate(labels)}
    number[None] = -1
    codes = np.array([number[name] for name in names], np.int32)
    return LabelColumn(codes if places is None else codes[places], labels)


def in_order(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if name is not None}))
