"""The rows that a selection shows as one table, read in bounded memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import orjson
import pyarrow as pa

from experiments_ui.analysis.verdicts import Verdict
from experiments_ui.arrow.columns import (
    Batch,
    Column,
    Floats,
    Integers,
    KindName,
    Nulls,
    Strings,
    column_of_values,
    kind_of,
)
from experiments_ui.arrow.schemas import merge_kinds
from experiments_ui.compare.grid.order import Positions, order
from experiments_ui.compare.grid.texts import Texts, texts
from experiments_ui.compare.lineup import Comparison
from experiments_ui.datasets.queries import columns_of
from experiments_ui.errors import Conflict
from experiments_ui.experiments.metrics import Metric

# Runs read at once while they are short, and letters that a batch should not exceed.
_RUNS_AT_ONCE = 10_000
_MOST_ROWS = 2_000
_FIRST_ROWS = 100
_BATCH_LETTERS = 8 * 2**20

_WORDS = pa.array([one.name.lower() for one in Verdict], pa.large_string())


@dataclass(frozen=True, slots=True)
class Table:
    """A comparison's rows as columns.

    `kinds` has every column in order: position, id and fields of the example, then for
    each experiment, under its name, output, error, visible metrics, their changes to
    the baseline, and what the chosen metric makes of the row. `fields` gives columns
    by the example's field; `parts`, for each experiment, by the part.
    """

    comparison: Comparison
    kinds: dict[str, KindName]
    fields: dict[str, str]
    parts: list[dict[str, str]]

    def batches(self) -> Iterator[Batch]:
        """Return all rows in the selection's order; three queries a batch.

        Raises:
            Invalid: The selection's sort or group is none; at once, not on the way.
            Conflict: Meanwhile a field was changed to a kind that does not fit.
        """
        return self._read(order(self.comparison).positions)

    def _read(self, positions: Positions) -> Iterator[Batch]:
        sides = self.comparison.sides
        start, size = 0, _FIRST_ROWS
        while start < len(positions):
            chosen = positions[start : start + size]
            found = texts(sides, chosen.tolist())
            yield self._batch(chosen, found)
            start += len(chosen)
            most = min(_MOST_ROWS, _RUNS_AT_ONCE // len(sides))
            size = _next_size(len(chosen), _letters(found), most=most)
        if not len(positions):
            yield self._batch(positions, Texts({}, {}))

    def _batch(self, positions: Positions, found: Texts) -> Batch:
        columns = self._examples(positions, found)
        for index in range(len(self.comparison.sides)):
            columns |= self._side(index, positions, found)
        return Batch(len(positions), {name: columns[name] for name in self.kinds})

    def _examples(self, positions: Positions, found: Texts) -> dict[str, Column]:
        examples = [found.examples.get(one) for one in positions.tolist()]
        ids = [one.external_id if one else None for one in examples]
        columns: dict[str, Column] = {
            "position": Integers(positions.astype(np.int64)),
            "example_id": _strings(ids),
        }
        for name, column in self.fields.items():
            values = [one.fields.get(name) if one else None for one in examples]
            columns[column] = _fitting(values, name=name, kind=self.kinds[column])
        return columns

    def _side(
        self, index: int, positions: Positions, found: Texts
    ) -> dict[str, Column]:
        names, comparison = self.parts[index], self.comparison
        runs = [found.runs.get((index, one)) for one in positions.tolist()]
        columns: dict[str, Column] = {
            names["output"]: _strings([one.output if one else None for one in runs]),
            names["error"]: _strings([one.error if one else None for one in runs]),
        }
        for metric in comparison.visible:
            columns |= self._metric(index, metric, positions)
        if "verdict" in names:
            codes = comparison.judged.verdicts[index - 1][positions]
            columns[names["verdict"]] = Strings(_WORDS.take(pa.array(codes)))
        return columns

    def _metric(
        self, index: int, metric: Metric, positions: Positions
    ) -> dict[str, Column]:
        names, sides = self.parts[index], self.comparison.sides
        if metric.is_label:
            return {names[metric.column]: self._labels(index, metric, positions)}
        values = sides[index].numbers(metric)[positions]
        columns: dict[str, Column] = {names[metric.column]: Floats(values)}
        if index:
            change = values - sides[0].numbers(metric)[positions]
            columns[names[f"{metric.column}.delta"]] = Floats(change)
        return columns

    def _labels(self, index: int, metric: Metric, positions: Positions) -> Column:
        column = self.comparison.sides[index].columns.get(metric.column)
        if column is None or not column.labels:
            return Nulls(len(positions))
        codes = column.values[positions].astype(np.int64)
        labels = pa.array(column.labels, pa.large_string())
        return Strings(labels.take(pa.array(codes, mask=codes < 0)))


def table(comparison: Comparison) -> Table:
    """Return the table of a comparison; nothing is read yet.

    Raises:
        InvalidFilter: The filter cannot be read; a file would not say that it was not
            applied.
    """
    if comparison.filter_error:
        raise comparison.filter_error
    names = _Names()
    kinds: dict[str, KindName] = {
        names.take("position"): "integer",
        names.take("example_id"): "string",
    }
    fields = {}
    for name, kind in columns_of(comparison.dataset).items():
        fields[name] = names.take(name)
        kinds[fields[name]] = kind
    parts = []
    for index, side in enumerate(comparison.sides):
        wanted = _parts(comparison, index)
        taken = {one: names.take(f"{side.experiment.name}.{one}") for one in wanted}
        kinds |= {taken[one]: kind for one, kind in wanted.items()}
        parts.append(taken)
    return Table(comparison, kinds, fields, parts)


def _parts(comparison: Comparison, index: int) -> dict[str, KindName]:
    """Return what the table tells of one experiment, and the kind of each part."""
    wanted: dict[str, KindName] = {"output": "string", "error": "string"}
    for metric in comparison.visible:
        wanted[metric.column] = "string" if metric.is_label else "float"
        if index and not metric.is_label:
            wanted[f"{metric.column}.delta"] = "float"
    if index and comparison.metric:
        wanted["verdict"] = "string"
    return wanted


@dataclass(slots=True)
class _Names:
    """Gives every column a name of its own, whatever people called their things."""

    taken: set[str] = field(default_factory=set)

    def take(self, name: str) -> str:
        free, number = name, 1
        while free in self.taken:
            number += 1
            free = f"{name} ({number})"
        self.taken.add(free)
        return free


def _next_size(size: int, letters: int, *, most: int) -> int:
    """Return how many rows to read next: long texts make it less, short ones more."""
    fitting = size * _BATCH_LETTERS // max(letters, 1)
    return max(1, min(most, 2 * size, fitting))


def _letters(found: Texts) -> int:
    runs = sum(
        len(one.output or "") + len(one.error or "") for one in found.runs.values()
    )
    return runs + sum(len(orjson.dumps(one.fields)) for one in found.examples.values())


def _strings(values: Sequence[str | None]) -> Column:
    return Strings(pa.array(values, pa.large_string()))


def _fitting(values: list[object], *, name: str, kind: KindName) -> Column:
    column = column_of_values(values, name=name)
    if merge_kinds(kind_of(column), kind) == kind:
        return column
    if kind == "float" and {type(v) for v in values} <= {int, float, type(None)}:
        # Integers that floats skip, from another upload than the floats.
        return Floats(np.array(values, dtype=np.float64))
    raise Conflict(f"The column '{name}' was changed while it was read; read it again.")
