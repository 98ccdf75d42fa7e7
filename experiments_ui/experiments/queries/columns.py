"""The columns of an experiment's runs as a filter reads them."""

from collections.abc import Sequence
from functools import cached_property

import orjson
from django.db.models import QuerySet

from experiments_ui.analysis.filters import (
    Booleans,
    Codes,
    Column,
    Numbers,
    Texts,
    Values,
)
from experiments_ui.columns import read as column_reader
from experiments_ui.columns.models import Kind
from experiments_ui.columns.vectors import Vector
from experiments_ui.experiments import run_ids
from experiments_ui.experiments.models import Experiment, Run

_OWN_TEXTS = frozenset({"output", "error", "example_id"})


class RunColumns:
    """Columns by name, one element per run in order of arrival.

    Vectors come from the cache; texts are read from the rows when first asked for.
    """

    def __init__(self, experiment: Experiment) -> None:
        self._experiment = experiment
        self._shape = column_reader.describe([experiment.frame_id])[experiment.frame_id]
        self.length = self._shape.length

    def get(self, name: str) -> Column | None:
        """Return a column, or None for a name no run has."""
        if name == "id":
            number = self._experiment.pk
            return Texts([run_ids.encode(number, i) for i in range(self.length)])
        if name in _OWN_TEXTS:
            return Texts(self._texts(name))
        if name.startswith("annotation."):
            name = f":{name}"
        shape = self._shape.columns.get(name)
        if shape is None:
            return None
        if shape.kind == Kind.TEXT:
            return Values([row.get(name) for row in self._extra])
        vector = column_reader.vectors({self._experiment.frame_id: [name]})[
            self._experiment.frame_id
        ][name]
        return self._spilled(name, vector) if shape.spills else as_column(vector)

    def _spilled(self, name: str, vector: Vector) -> Column:
        """Return exact values where some did not fit the vector."""
        held = vector.values_at(range(self.length))
        pairs = zip(self._extra, held, strict=True)
        return Values([row.get(name, value) for row, value in pairs])

    def _texts(self, name: str) -> Sequence[str | None]:
        return list(self._rows().values_list(name, flat=True))

    @cached_property
    def _extra(self) -> list[dict[str, object]]:
        texts = self._rows().values_list("extra", flat=True)
        return [{} if text == "{}" else orjson.loads(text) for text in texts]

    def _rows(self) -> QuerySet[Run]:
        return Run.objects.filter(
            experiment=self._experiment, sequence__lt=self.length
        ).order_by("sequence")


def as_column(vector: Vector) -> Column:
    """Return a vector as the filter's kind of column, sharing its memory."""
    if vector.kind == Kind.CODE:
        return Codes(vector.values, vector.labels)
    if vector.kind == Kind.BOOLEAN:
        return Booleans(vector.values)
    return Numbers(vector.numbers())
