"""Links from counts to the rows that they count."""

from urllib.parse import quote_plus

from django.urls import reverse

from experiments_ui.compare.classes.coding import NONE, RIGHT, UNKNOWN, WRONG
from experiments_ui.compare.filters.conditions import both, equals, literal
from experiments_ui.compare.lineup import Comparison


class RowsLinks:
    """Addresses of the Rows place, narrowed by conditions about classes.

    A filter of the comparison stays: what a link opens is what was counted under it.
    """

    def __init__(self, comparison: Comparison, *, slug: str) -> None:
        selection = comparison.selection.but(only="all", where="")
        where = "" if comparison.filter_error else comparison.selection.where.strip()
        self._kept = where
        self._place = f"{reverse('compare', args=[slug])}?{selection.query}&filter="

    def to(self, condition: str) -> str:
        return self._place + quote_plus(both(self._kept, condition))

    @property
    def prefix(self) -> str:
        """What a link begins with, up to a condition in `quote_plus`."""
        return self.to("x")[:-1]


def letter(place: int) -> str:
    return "abcdefghij"[place]


def truth_is(label: str) -> str:
    return equals("truth", label)


def predicted(place: int, label: str) -> str:
    return equals(f"{letter(place)}.prediction", label)


def outcome(place: int, what: str) -> str:
    return equals(f"{letter(place)}.outcome", what)


def unknown(place: int) -> str:
    return outcome(place, UNKNOWN)


def absent(place: int, *, is_whole: bool) -> str:
    """Return the condition of no prediction; `is_whole` if it ran every example."""
    name = f"{letter(place)}.prediction"
    return equals(name, None) if is_whole else outcome(place, NONE)


def truth_not_in(labels: list[str]) -> str:
    return f"truth NOT IN ({_listed(labels)})"


def predicted_not_in(place: int, labels: list[str]) -> str:
    """Return the condition of another class: a known one, unlike an unknown label."""
    mine = letter(place)
    known = f"{mine}.outcome IN ({literal(RIGHT)}, {literal(WRONG)})"
    return f"{mine}.prediction NOT IN ({_listed(labels)}) AND {known}"


def _listed(labels: list[str]) -> str:
    return ", ".join(map(literal, labels))
