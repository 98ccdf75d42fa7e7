"""Which changes of a comparison somebody has reviewed, and which a mark is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.verdicts import Verdict
from experiments_ui.columns.cache import derived
from experiments_ui.compare.judging import Judged
from experiments_ui.compare.models import Opinion
from experiments_ui.compare.queries.reviews import Pair, Reviews, reviews_of
from experiments_ui.datasets.models import Dataset
from experiments_ui.experiments.queries.sides import Side

Codes = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]

UNREVIEWED = -1
_CHANGES = (Verdict.REGRESSED, Verdict.IMPROVED, Verdict.FLIPPED)
# By a verdict's code: looking up costs a third of asking what is among them.
_IS_CHANGE = np.array([one in _CHANGES for one in Verdict])


@dataclass(frozen=True, slots=True, eq=False)
class Reviewed:
    """For each candidate the codes of opinions by position, -1 for none.

    `stamp` changes whenever a review of the dataset does.
    """

    opinions: tuple[Codes, ...]
    stamp: tuple[Any, ...]

    @property
    def nbytes(self) -> int:
        return sum(int(one.nbytes) for one in self.opinions)

    def of_rows(self) -> Codes:
        """Return each row's opinion: of its first candidate that has one."""
        found = np.full_like(self.opinions[0], UNREVIEWED) if self.opinions else None
        if found is None:
            return np.empty(0, np.int8)
        for codes in self.opinions:
            np.copyto(found, codes, where=found < 0)
        return found


@dataclass(frozen=True, slots=True)
class Mark:
    """An opinion as it is drawn; the icon tells it apart without its colour."""

    opinion: str
    label: str
    icon: str


_ICONS = {
    Opinion.EXPECTED: "check",
    Opinion.REGRESSION: "arrow-down",
    Opinion.BAD_REFERENCE: "file-text",
    Opinion.JUDGE_WRONG: "scale",
}
MARKS = tuple(Mark(one.value, one.label, _ICONS[one]) for one in Opinion)


def reviewed(dataset: Dataset, sides: Sequence[Side]) -> Reviewed:
    """Return what is reviewed of the candidates; one query while nothing changes."""
    known = reviews_of(dataset)
    key = ("reviewed", tuple(side.experiment.frame_id for side in sides))
    stamp = (known.stamp, tuple(side.stamp for side in sides))
    return derived(key, stamp, lambda: _reviewed(known, sides))


def _reviewed(known: Reviews, sides: Sequence[Side]) -> Reviewed:
    base, *candidates = sides
    there = known.positions < len(base.first)
    positions = known.positions[there]
    same_base = known.bases[there] == base.marks[positions]
    opinions = []
    for side in candidates:
        hits = same_base & (known.candidates[there] == side.marks[positions])
        hits &= side.first[positions] >= 0
        codes = np.full(len(side.first), UNREVIEWED, np.int8)
        codes[positions[hits]] = known.opinions[there][hits]
        opinions.append(codes)
    return Reviewed(tuple(opinions), known.stamp)


def unreviewed(judged: Judged, found: Reviewed) -> Mask:
    """Mark the rows with a change that nobody has reviewed."""
    open_ = np.zeros(len(judged.changed), np.bool_)
    for verdicts, opinions in zip(judged.verdicts, found.opinions, strict=True):
        open_ |= _IS_CHANGE[verdicts] & (opinions < 0)
    return open_


def candidates_to_review(
    sides: Sequence[Side], judged: Judged, position: int
) -> list[int]:
    """Return the places of the candidates that a mark on a row is about.

    Those judged better, worse or flipped, and those with another output than the
    baseline unless they are judged the same. The first candidate's place is 1.
    """
    base, *candidates = sides
    found = []
    for place, side in enumerate(candidates, 1):
        verdict = judged.verdicts[place - 1][position]
        is_other = side.marks[position] != base.marks[position]
        if side.first[position] < 0 or base.first[position] < 0:
            continue
        if verdict in _CHANGES or (is_other and verdict != Verdict.SAME):
            found.append(place)
    return found


def pairs_of(sides: Sequence[Side], position: int, places: Sequence[int]) -> list[Pair]:
    """Return the pairs of outputs of some candidates in one row."""
    before = int(sides[0].marks[position])
    return [
        Pair(position, before, int(sides[place].marks[position])) for place in places
    ]


def marks_of(found: Reviewed, position: int) -> list[Mark]:
    """Return the different marks of one row, in the order of the candidates."""
    codes = [int(one[position]) for one in found.opinions]
    return [MARKS[code] for code in dict.fromkeys(codes) if code >= 0]


def mark_of(found: Reviewed, place: int, position: int) -> Mark | None:
    """Return the mark of one candidate in one row."""
    code = int(found.opinions[place - 1][position])
    return MARKS[code] if code >= 0 else None
