"""What the drawer says about reviewing a row, and what a mark does to the page."""

from dataclasses import dataclass
from datetime import datetime

from experiments_ui.accounts.models import User
from experiments_ui.compare.actions.reviews import clear_review, set_review
from experiments_ui.compare.grid.reviewing import (
    MARKS,
    Mark,
    candidates_to_review,
    mark_of,
    marks_of,
    pairs_of,
)
from experiments_ui.compare.lineup import Comparison
from experiments_ui.errors import Invalid


@dataclass(frozen=True, slots=True)
class CandidateReview:
    """One candidate whose change in this row can be reviewed."""

    number: int
    name: str
    hue: int
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A mark that can be given, with its key; `current` if all candidates have it."""

    mark: Mark
    key: str
    current: bool


@dataclass(frozen=True, slots=True)
class ReviewBox:
    """The review of one row: what it is, and what it could be."""

    position: int
    candidates: list[CandidateReview]
    choices: list[Choice]
    marks: list[Mark]


def review_box(comparison: Comparison, position: int) -> ReviewBox:
    """Return the review of a row; without candidates there is nothing to review."""
    sides, known = comparison.sides, comparison.reviewed
    candidates = [
        CandidateReview(
            number=sides[place].experiment.pk,
            name=sides[place].experiment.name,
            hue=place,
            mark=mark_of(known, place, position),
        )
        for place in candidates_to_review(sides, comparison.judged, position)
    ]
    given = {one.mark for one in candidates}
    choices = [
        Choice(mark, str(key), given == {mark}) for key, mark in enumerate(MARKS, 1)
    ]
    return ReviewBox(position, candidates, choices, marks_of(known, position))


def mark(
    comparison: Comparison,
    position: int,
    *,
    opinion: str,
    candidate: int | None,
    by: User,
    now: datetime,
) -> None:
    """Give the changes of a row an opinion; an empty one takes it back.

    It is about the experiment with the number `candidate`, or about all whose change
    in this row can be reviewed.

    Raises:
        Invalid: There is no such row or change.
    """
    sides = comparison.sides
    if not 0 <= position < len(sides[0].first):
        raise Invalid("The comparison has no such row.", {"position": "range"})
    places = [
        place
        for place in candidates_to_review(sides, comparison.judged, position)
        if candidate in (None, sides[place].experiment.pk)
    ]
    pairs = pairs_of(sides, position, places)
    if opinion:
        set_review(comparison.dataset, pairs, opinion=opinion, by=by, now=now)
    else:
        clear_review(comparison.dataset, pairs)
