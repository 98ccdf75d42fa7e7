"""What is wrong with a filter, so that it can be shown where it is wrong."""

from collections.abc import Iterable
from dataclasses import dataclass

from experiments_ui.analysis.filters import InvalidFilter
from experiments_ui.compare.filters.names import Name, did_you_mean, names_of
from experiments_ui.compare.lineup import Comparison

# Letters of a long filter that are shown around the mistake.
_AROUND = 160


@dataclass(frozen=True, slots=True)
class Mistake:
    """A filter that cannot be read, cut where it fails.

    `at` is the failing character, a blank at the end of the text; `caret` counts
    the characters before it, or is None where the failure has no place.
    """

    message: str
    before: str = ""
    at: str = ""
    after: str = ""
    caret: int | None = None


@dataclass(frozen=True, slots=True)
class Stranger:
    """A name that nothing has, and the known one that may have been meant."""

    name: str
    meant: str


def mistake_of(text: str, refused: InvalidFilter | None) -> Mistake | None:
    """Return how a refused filter is shown, or None for one that was read."""
    if refused is None:
        return None
    if refused.position is None:
        return Mistake(refused.message)
    place = min(max(refused.position - 1, 0), len(text))
    start = max(0, place - _AROUND)
    return Mistake(
        message=refused.message,
        before=("…" if start else "") + text[start:place],
        at=text[place : place + 1].strip() or " ",
        after=text[place + 1 : place + _AROUND],
        caret=place,
    )


def strangers(comparison: Comparison) -> list[Stranger]:
    """Return the names of a filter that nothing has; it counts them as missing."""
    unknown = comparison.scope.unknown
    names: Iterable[Name] = (
        names_of(comparison.dataset, comparison.sides) if unknown else ()
    )
    return [Stranger(name, did_you_mean(name, names)) for name in unknown]
