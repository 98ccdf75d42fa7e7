"""Series: one experiment's values, and how filters name them."""

from dataclasses import dataclass

from experiments_ui.charts.figure import Floats, Plain, trace

# Told apart by shape as well as by hue.
_SYMBOLS = (
    "circle",
    "square",
    "diamond",
    "triangle-up",
    "cross",
    "triangle-down",
    "x",
    "pentagon",
    "star",
    "hexagon",
)
_DASHES = ("solid", "solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Values of one experiment, NaN where it has none.

    `hue` is the experiment's identity, 0 to 9. `term` is what a filter calls these
    values, such as "b.eval.tone.score"; "" where none can.
    """

    name: str
    hue: int
    values: Floats
    term: str = ""


def symbol(hue: int) -> str:
    return _SYMBOLS[hue % len(_SYMBOLS)]


def dash(hue: int) -> str:
    return _DASHES[hue % len(_DASHES)]


def line(name: str, hue: int, **more: object) -> Plain:
    """Return a line in an experiment's hue and dashes."""
    shape = more.pop("shape", "linear")
    return trace(
        "scatter",
        name,
        paint=f"hue-{hue % 10}",
        mode="lines",
        line={"shape": shape, "dash": dash(hue), "width": 2},
        **more,  # type: ignore[arg-type]  # marks go through as they are
    )
