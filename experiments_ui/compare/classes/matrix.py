"""A confusion as a table of links, written by a function: it has up to 40,000 cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from urllib.parse import quote_plus

import numpy as np
import numpy.typing as npt
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from experiments_ui.analysis.classification import Confusion, collapse
from experiments_ui.compare.classes.chosen import Chosen
from experiments_ui.compare.classes.rows_links import (
    RowsLinks,
    absent,
    predicted,
    predicted_not_in,
    truth_is,
    truth_not_in,
    unknown,
)
from experiments_ui.compare.diffs.escaping import escaped

Counts = npt.NDArray[np.int64]

# Mistakes are a few per cent of a class: their scale ends at a fifth of it.
_STRETCH = 5
# Beyond so many cells with rows, addresses are put together when a cell is looked at:
# 40,000 of them would be 7 MB.
MOST_LINKS = 10_000
_AND = quote_plus(" AND ")
_SIZES = ((12, "large"), (40, "medium"), (10_000, "small"))


@dataclass(frozen=True, slots=True)
class Axis:
    """One line or column: its name, the condition of its rows, and its class."""

    name: str
    condition: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """What a table shows: a line per true class, a column per prediction.

    `parts` are the counts of what is compared; with two, their difference is shown.
    `folded` says that the last line and class column hold several classes.
    """

    lines: Sequence[Axis]
    columns: Sequence[Axis]
    parts: tuple[Counts, ...]
    folded: bool

    @property
    def counts(self) -> Counts:
        first, *second = self.parts
        return second[0] - first if second else first


def grid(
    tables: tuple[Confusion, ...],
    chosen: Chosen,
    *,
    sides: tuple[int, ...],
    is_whole: bool,
) -> Grid:
    """Lay the chosen classes out; `sides` are the letters that made the tables."""
    folds = [collapse(each, chosen.places) for each in tables]
    labels = [tables[0].labels[place] for place in chosen.places]
    rest = chosen.folded > 0
    # Classes without a row are folded too, but say nothing.
    keep = [*range(len(labels) + rest), -2, -1]
    parts = tuple(each.counts[: len(labels) + rest][:, keep] for each in folds)
    other = f"{chosen.folded:,} other classes"
    lines = [Axis(name, truth_is(name), name) for name in labels]
    columns = [
        Axis(name, _either(sides, [predicted(i, name) for i in sides]), name)
        for name in labels
    ]
    if rest:
        others = [predicted_not_in(i, labels) for i in sides]
        lines.append(Axis(other, truth_not_in(labels)))
        columns.append(Axis(other, _either(sides, others)))
    columns += [
        Axis("unknown label", _either(sides, [unknown(i) for i in sides])),
        Axis(
            "no prediction",
            _either(sides, [absent(i, is_whole=is_whole) for i in sides]),
        ),
    ]
    return Grid(lines, columns, parts, rest)


def _either(sides: tuple[int, ...], conditions: list[str]) -> str:
    if len(sides) == 1:
        return conditions[0]
    return "(" + " OR ".join(f"({one})" for one in conditions) + ")"


def table(shown: Grid, links: RowsLinks, *, caption: str, one_url: str) -> SafeString:
    """Return the table; every cell that counts a row opens its rows.

    `one_url` ends where the name of a class is to follow.
    """
    writer = _Writer(shown, prefix=escape(links.prefix), one_url=escape(one_url))
    size = next(name for most, name in _SIZES if len(shown.columns) <= most)
    kind = "changes" if len(shown.parts) > 1 else "counts"
    return _safe(
        f'<table class="confusion confusion-{size} confusion-{kind}" data-confusion'
        f' data-rows="{writer.prefix}">'
        f'<caption class="hidden-text">{escape(caption)}</caption>'
        f"{writer.head()}<tbody>{''.join(writer.lines())}</table>"
    )


class _Writer:
    """Writes each name and condition once, and puts cells together of these."""

    def __init__(self, shown: Grid, *, prefix: str, one_url: str) -> None:
        self._shown, self.prefix, self._one_url = shown, prefix, one_url
        self._is_dense = int(np.count_nonzero(shown.counts)) > MOST_LINKS
        self._ways = [_AND + quote_plus(one.condition) for one in shown.columns]
        self._classes = len(shown.columns) - 2
        self._support = shown.parts[-1].sum(axis=1).tolist()

    def head(self) -> str:
        names = "".join(
            f'<th scope="col"{"" if one.label else " class=aside"}{self._way(way)}>'
            f"<span>{escaped(one.name)}</span>"
            for one, way in zip(self._shown.columns, self._ways, strict=True)
        )
        corner = '<td class="corner"><span>true ↓</span> <span>predicted →</span>'
        return (
            f'<thead><tr>{corner}{names}<th scope="col" class="aside"><span>rows</span>'
        )

    def _way(self, way: str) -> str:
        return f' data-way="{way}"' if self._is_dense else ""

    def lines(self) -> list[str]:
        rows = zip(
            self._shown.lines,
            self._shown.counts.tolist(),
            self._support,
            strict=True,
        )
        return [self._line(place, *row) for place, row in enumerate(rows)]

    def _line(self, place: int, line: Axis, counts: list[int], support: int) -> str:
        way = quote_plus(line.condition)
        name = escaped(line.name)
        if line.label:
            url = self._one_url + quote_plus(line.label)
            name = f'<a href="{url}" tabindex="-1">{name}</a>'
        cells = [
            self._cell(place, column, count, support, way) if count else "<td>"
            for column, count in enumerate(counts)
        ]
        head = f'<tr{self._way(way)}><th scope="row">{name}'
        return f'{head}{"".join(cells)}<td class="total">{support:,}'

    def _cell(self, line: int, column: int, count: int, support: int, way: str) -> str:
        is_mixed = self._shown.folded and line == column == self._classes - 1
        link = (
            "<a>"
            if self._is_dense
            else f'<a href="{self.prefix}{way}{self._ways[column]}">'
        )
        if len(self._shown.parts) == 2:
            return self._change(line, column, count, support, link)
        tone = "m" if is_mixed else "r" if line == column else "w"
        share = count / support
        level = round(9 * share) if tone != "w" else ceil(9 * _STRETCH * share)
        return f'<td class="{tone} q{min(9, level)}">{link}{count:,}</a>'

    def _change(
        self, line: int, column: int, count: int, support: int, link: str
    ) -> str:
        is_mixed = self._shown.folded and line == column == self._classes - 1
        before, after = (int(part[line, column]) for part in self._shown.parts)
        tone = "m" if is_mixed else "g" if (count > 0) == (line == column) else "b"
        level = min(9, ceil(9 * _STRETCH * abs(count) / max(1, support)))
        text = f"+{count:,}" if count > 0 else f"−{-count:,}"
        return (
            f'<td class="{tone} q{level}" data-was="{before}" data-is="{after}">'
            f"{link}{text}</a>"
        )


def _safe(markup: str) -> SafeString:
    # Names went through `escaped`, addresses through `quote_plus` and `escape`.
    return mark_safe(markup)  # noqa: S308 -- see the line above
