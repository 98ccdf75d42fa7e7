"""One kind of judge in the catalogue."""

from dataclasses import dataclass
from typing import Literal

Direction = Literal["MAXIMIZE", "MINIMIZE", "NONE"]


@dataclass(frozen=True, slots=True)
class Family:
    """A judge to start from; `choices` are labels and scores in order of display.

    The template never asks for an explanation: that is added when it runs.
    """

    column_name: str
    display_name: str
    group: str
    summary: str
    template: str
    choices: tuple[tuple[str, float], ...]
    direction: Direction = "MAXIMIZE"
    data_granularity: Literal["SPAN", "TRACE", "SESSION"] = "SPAN"
