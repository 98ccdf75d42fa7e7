"""Two texts compared by word; very long ones by passage first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from experiments_ui.analysis.worddiff.runs import (
    Budget,
    Run,
    align,
    merge_islands,
)
from experiments_ui.analysis.worddiff.tokens import (
    MAX_CHARACTERS,
    Tokens,
    count_words,
    letters,
    passages,
    tokenize,
)

# Pairs of words compared in one diff: 12.5 MB of memory, some 50 ms of CPU.
MAX_CELLS = 100_000_000

Kind = Literal["same", "removed", "added"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text that one side has, or both; `same` quotes the other side.

    `pieces` are its words, which joined give the text; None where it was compared
    by passage.
    """

    kind: Kind
    text: str
    pieces: tuple[str, ...] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Diff:
    """The changes from one text to another.

    The `same` and `added` segments joined are the other text, to the blank.
    `similarity` runs from 0 to 1: the share of words kept, or of letters where
    the texts were so long that they were compared by passage. `fell_back` says
    that some part was too large to compare, and is shown as replaced.
    """

    segments: tuple[Segment, ...]
    similarity: float
    fell_back: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """One stretch of the comparison: its segments and the letters they share."""

    segments: list[Segment]
    shared_letters: int = 0
    fell_back: bool = False


def diff(base: Tokens, other: Tokens, *, ignore_case: bool = False) -> Diff:
    """Compare two texts, both cut up with or both without their blanks."""
    if base.by_word and other.by_word:
        runs = align(
            _keys(base, ignore_case=ignore_case),
            _keys(other, ignore_case=ignore_case),
            budget=Budget(MAX_CELLS),
        )
        if runs is not None:
            return Diff(
                segments=_with_lead(other.lead, _segments(base, other, runs)),
                similarity=_similarity(base, other, runs),
            )
    return _diff_passages(base, other, ignore_case=ignore_case)


def _keys(tokens: Tokens, *, ignore_case: bool) -> tuple[str, ...]:
    return tokens.folded if ignore_case else tokens.keys


def _similarity(base: Tokens, other: Tokens, runs: list[Run]) -> float:
    total = base.word_count + other.word_count
    return 2 * _shared_words(base, runs) / total if total else 1.0


def _shared_words(base: Tokens, runs: list[Run]) -> int:
    equal = [run for run in runs if run.equal]
    if not base.blanks_count:
        return sum(run.base_end - run.base_start for run in equal)
    return sum(count_words(base.keys[run.base_start : run.base_end]) for run in equal)


def _segments(base: Tokens, other: Tokens, runs: list[Run]) -> list[Segment]:
    return list(
        _told(
            base, other, merge_islands(runs, base.letters_before, other.letters_before)
        )
    )


def _told(base: Tokens, other: Tokens, runs: list[Run]) -> Iterator[Segment]:
    kept = ""
    for run in runs:
        removed = base.pieces[run.base_start : run.base_end]
        added = other.pieces[run.other_start : run.other_end]
        if run.equal:
            kept = added[-1]
            yield _segment("same", added)
            continue
        if removed:
            # The other text may end here, and so lack the blank between the words.
            glued = kept and not kept[-1].isspace()
            gap = _gap(base, run) if glued else ""
            yield _segment("removed", (gap, *removed) if gap else removed)
        if added:
            yield _segment("added", added)


def _segment(kind: Kind, pieces: tuple[str, ...]) -> Segment:
    return Segment(kind, "".join(pieces), pieces)


def _gap(base: Tokens, run: Run) -> str:
    """Return the base's blanks before a run."""
    before = base.pieces[run.base_start - 1] if run.base_start else ""
    return before[len(before.rstrip()) :]


def _with_lead(lead: str, segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Put the other text's leading blanks in front."""
    if not lead:
        return tuple(segments)
    if segments and segments[0].kind == "same":
        first = segments[0]
        pieces = first.pieces and (lead, *first.pieces)
        return (Segment("same", lead + first.text, pieces), *segments[1:])
    return (Segment("same", lead), *segments)


def _diff_passages(base: Tokens, other: Tokens, *, ignore_case: bool) -> Diff:
    """Compare by passage, then by word within each change."""
    left = passages(base.text, blanks_count=base.blanks_count)
    right = passages(other.text, blanks_count=base.blanks_count)
    runs = align(
        _keys(left, ignore_case=ignore_case),
        _keys(right, ignore_case=ignore_case),
        budget=Budget(MAX_CELLS),
        by_anchors=True,
    )
    if runs is None or not any(run.equal for run in runs):
        return _replaced(left, right)
    budget = Budget(MAX_CELLS)
    parts = [
        _part(left, right, run, budget, ignore_case=ignore_case)
        for run in merge_islands(runs, left.letters_before, right.letters_before)
    ]
    segments = _joined(segment for part in parts for segment in part.segments)
    shared = sum(part.shared_letters for part in parts)
    total = letters(base.text) + letters(other.text)
    return Diff(
        segments=_with_lead(right.lead, segments),
        similarity=shared / total if total else 1.0,
        fell_back=any(part.fell_back for part in parts),
    )


def _replaced(base: Tokens, other: Tokens) -> Diff:
    """Give up on two texts, unless one of them is blank: then there is no doubt."""
    segments = _replacement("".join(base.pieces), "".join(other.pieces))
    return Diff(
        segments=_with_lead(other.lead, segments),
        similarity=0.0 if segments else 1.0,
        fell_back=len(segments) == 2,
    )


def _replacement(old: str, new: str) -> list[Segment]:
    both = (Segment("removed", old), Segment("added", new))
    return [segment for segment in both if segment.text]


def _part(
    base: Tokens, other: Tokens, run: Run, budget: Budget, *, ignore_case: bool
) -> _Part:
    """Compare one run of passages by word, as far as the budget goes."""
    old = "".join(base.pieces[run.base_start : run.base_end])
    new = "".join(other.pieces[run.other_start : run.other_end])
    if run.equal:
        return _Part([Segment("same", new)], letters(old) + letters(new))
    if not old or not new:
        return _Part(_replacement(old, new))
    refined = _refined(
        old, new, budget, ignore_case=ignore_case, blanks_count=base.blanks_count
    )
    return refined or _Part(_replacement(old, new), fell_back=True)


def _refined(
    old: str, new: str, budget: Budget, *, ignore_case: bool, blanks_count: bool
) -> _Part | None:
    if max(len(old), len(new)) > MAX_CHARACTERS:
        return None
    base = tokenize(old, blanks_count=blanks_count)
    other = tokenize(new, blanks_count=blanks_count)
    base_keys = _keys(base, ignore_case=ignore_case)
    runs = align(base_keys, _keys(other, ignore_case=ignore_case), budget=budget)
    if runs is None:
        return None
    shared = sum(
        letters("".join(base.pieces[run.base_start : run.base_end]))
        + letters("".join(other.pieces[run.other_start : run.other_end]))
        for run in runs
        if run.equal
    )
    return _Part(_segments(base, other, runs), shared)


def _joined(segments: Iterable[Segment]) -> list[Segment]:
    """Join neighbours of one kind."""
    return [
        Segment(kind, "".join(segment.text for segment in group))
        for kind, group in groupby(segments, key=lambda segment: segment.kind)
    ]
