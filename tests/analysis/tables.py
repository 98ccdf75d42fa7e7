"""Small tables for the filter tests."""

from dataclasses import dataclass, field

import numpy as np

from experiments_ui.analysis import filters


@dataclass
class Table:
    length: int
    columns: dict[str, filters.Column] = field(default_factory=dict)

    def get(self, name):
        return self.columns.get(name)


def make_table(**columns) -> Table:
    sizes = {
        len(column.codes if isinstance(column, filters.Codes) else column.values)
        for column in columns.values()
    }
    return Table(sizes.pop(), columns)


def numbers(*values) -> filters.Numbers:
    return filters.Numbers(
        np.array([np.nan if v is None else v for v in values], float)
    )


def codes(*labels) -> filters.Codes:
    known = tuple(dict.fromkeys(label for label in labels if label is not None))
    places = [-1 if label is None else known.index(label) for label in labels]
    return filters.Codes(np.array(places, np.int32), known)
