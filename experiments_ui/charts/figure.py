"""A figure: what Plotly draws, the same in words, and the same as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Plain = dict[str, Any]

# What a click opens: a number is a row's, a text is a filter's, None opens nothing.
Mark = int | str | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a figure's table; its mark makes it a link."""

    text: str
    mark: Mark = None


Row = tuple[str | Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """Traces and layout without colours: those are the page's to give.

    A trace's `meta.paint` names the token of its colour ("hue-3", "up", "text-3"), and
    `customdata` holds a Mark for each of its points. Annotations and shapes carry the
    token as their `name`. A figure without traces is empty, and its notes say why.
    """

    title: str
    description: str
    data: tuple[Plain, ...] = ()
    layout: Mapping[str, Any] | None = None
    table: Table = Table()
    notes: tuple[str, ...] = ()

    def to_plotly(self) -> Plain:
        """Return the part that Plotly reads."""
        return {"data": list(self.data), "layout": dict(self.layout or {})}

    def to_json(self) -> bytes:
        """Return everything as JSON; numbers that are missing become null."""
        whole = {
            "title": self.title,
            "description": self.description,
            "notes": self.notes,
            **self.to_plotly(),
            "table": {
                "head": self.table.head,
                "rows": [[_cell(one) for one in row] for row in self.table.rows],
            },
        }
        return orjson.dumps(whole, option=orjson.OPT_SERIALIZE_NUMPY)


def empty(title: str, why: str) -> Figure:
    """Return the figure of nothing, which says why there is nothing."""
    return Figure(title=title, description=why, notes=(why,))


def trace(
    kind: str, name: str, *, paint: str, marks: Sequence[Mark] = (), **more: Any
) -> Plain:
    """Return a trace; `name` is what a person wrote, so its markup is taken away."""
    made: Plain = {"type": kind, "name": plain_text(name), "meta": {"paint": paint}}
    if marks:
        made["customdata"] = list(marks)
    return made | more


def guide(x: Sequence[float], y: Sequence[float], **more: Any) -> Plain:
    """Return a thin dotted line to read others by; it is in no legend and no hover."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "y": list(y),
        "hoverinfo": "skip",
        "showlegend": False,
        "line": {"dash": "dot", "width": 1},
        "meta": {"paint": "line-control"},
    } | more


def note_at(x: float, y: float, text: str, *, paint: str, **more: Any) -> Plain:
    """Return words inside the plot, at shares of its width and height."""
    return {
        "x": x,
        "y": y,
        "xref": "paper",
        "yref": "paper",
        "text": plain_text(text),
        "name": paint,
        "showarrow": False,
    } | more


def plain_text(text: str) -> str:
    """Return text that Plotly draws as it is, where it would read tags in it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def rounded(values: Floats) -> list[float | None]:
    """Return numbers to seven digits, which is finer than a screen; NaN as None."""
    return [float(f"{one:.7g}") if np.isfinite(one) else None for one in values]


def _cell(cell: str | Cell) -> object:
    if isinstance(cell, str):
        return cell
    return cell.text if cell.mark is None else [cell.text, cell.mark]
