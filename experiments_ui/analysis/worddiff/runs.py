"""The longest common subsequence of two token sequences, as runs."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, takewhile
from operator import eq
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

Pairs = list[tuple[int, int]]

# Pairs of tokens whose search costs less than making it smaller would.
SMALL = 4_000_000


class Match(NamedTuple):
    """Tokens equal on both sides: where they begin on each, and how many."""

    base: int
    other: int
    size: int


class Run(NamedTuple):
    """Neighbouring tokens that are equal on both sides, or that differ."""

    base_start: int
    base_end: int
    other_start: int
    other_end: int
    equal: bool = False

    def is_empty(self) -> bool:
        return self.base_start == self.base_end and self.other_start == self.other_end


class Budget:
    """What comparisons may still cost together, in pairs of tokens."""

    def __init__(self, cells: int) -> None:
        self._left = cells

    def spend(self, cells: int) -> bool:
        """Take off the cost, or answer that it is too much."""
        if cells > self._left:
            return False
        self._left -= cells
        return True


def align(
    base: Sequence[str],
    other: Sequence[str],
    *,
    budget: Budget,
    by_anchors: bool = False,
) -> list[Run] | None:
    """Cover both sequences by runs, equal and changed in turn.

    Returns None if the budget does not suffice. With anchors, sequences beyond it
    are first cut wherever both have a token that neither repeats.
    """
    start = _shared(base, other)
    limit = min(len(base), len(other)) - start
    end = _shared(islice(reversed(base), limit), islice(reversed(other), limit))
    base_end, other_end = len(base) - end, len(other) - end
    matches = _matched(
        base[start:base_end], other[start:other_end], budget, by_anchors=by_anchors
    )
    if matches is None:
        return None
    equal = [
        Run(0, start, 0, start, equal=True),
        *(_run(match, offset=start) for match in matches),
        Run(base_end, len(base), other_end, len(other), equal=True),
    ]
    return list(_with_changes(equal))


def _run(match: Match, *, offset: int) -> Run:
    left, right = match.base + offset, match.other + offset
    return Run(left, left + match.size, right, right + match.size, equal=True)


def _shared(base: Iterable[str], other: Iterable[str]) -> int:
    """Count the equal tokens at the start."""
    return sum(1 for _ in takewhile(bool, map(eq, base, other)))


def _matched(
    base: Sequence[str], other: Sequence[str], budget: Budget, *, by_anchors: bool
) -> list[Match] | None:
    """Match equal tokens, in one order on both sides.

    Tokens that the other side lacks can match none, so they are left out of a long
    search: texts without a word in common cost nothing.
    """
    if len(base) * len(other) <= SMALL:
        return _common(base, other, budget)
    both = set(base).intersection(other)
    base_places = [place for place, key in enumerate(base) if key in both]
    other_places = [place for place, key in enumerate(other) if key in both]
    base_keys = [base[place] for place in base_places]
    other_keys = [other[place] for place in other_places]
    matches = _common(base_keys, other_keys, budget)
    if matches is None and by_anchors:
        matches = _common_between_anchors(base_keys, other_keys, budget)
    if matches is None:
        return None
    return [
        part
        for match in matches
        for part in _unbroken(
            base_places[match.base : match.base + match.size],
            other_places[match.other : match.other + match.size],
        )
    ]


def _common(
    base: Sequence[str], other: Sequence[str], budget: Budget
) -> list[Match] | None:
    if not budget.spend(len(base) * len(other)):
        return None
    if not base or not other:
        return []
    return [
        Match(code.src_start, code.dest_start, code.src_end - code.src_start)
        for code in LCSseq.opcodes(base, other)
        if code.tag == "equal"
    ]


def _common_between_anchors(
    base: Sequence[str], other: Sequence[str], budget: Budget
) -> list[Match] | None:
    matches: list[Match] = []
    left = right = 0
    end = (len(base), len(other))
    for base_place, other_place in [*_anchors(base, other), end]:
        between = _common(base[left:base_place], other[right:other_place], budget)
        if between is None:
            return None
        matches += [
            Match(match.base + left, match.other + right, match.size)
            for match in between
        ]
        matches.append(Match(base_place, other_place, 1))
        left, right = base_place + 1, other_place + 1
    return matches[:-1]


def _anchors(base: Sequence[str], other: Sequence[str]) -> Pairs:
    """Pair the tokens that occur once on each side, as many as keep their order."""
    base_counts, other_counts = Counter(base), Counter(other)
    places = {key: place for place, key in enumerate(other) if other_counts[key] == 1}
    pairs = [
        (place, places[key])
        for place, key in enumerate(base)
        if base_counts[key] == 1 and key in places
    ]
    return _longest_rise(pairs)


def _longest_rise(pairs: Pairs) -> Pairs:
    """Choose the most pairs whose second member rises, by patience sorting."""
    tops: list[int] = []
    holders: list[int] = []
    before: list[int] = []
    for place, (_, value) in enumerate(pairs):
        pile = bisect_left(tops, value)
        before.append(holders[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [value]
        holders[pile : pile + 1] = [place]
    chosen: Pairs = []
    place = holders[-1] if holders else -1
    while place >= 0:
        chosen.append(pairs[place])
        place = before[place]
    return chosen[::-1]


def _unbroken(base_places: list[int], other_places: list[int]) -> Iterator[Match]:
    """Split a match wherever a token was left out on either side."""
    size = len(base_places)
    left, right = base_places[0], other_places[0]
    if base_places[-1] - left == other_places[-1] - right == size - 1:
        yield Match(left, right, size)
        return
    for left, right in zip(base_places, other_places, strict=True):
        yield Match(left, right, 1)


def _with_changes(equal: list[Run]) -> Iterator[Run]:
    """Put the changes between the equal runs, and join those without one between."""
    base_place = other_place = 0
    pending: Run | None = None
    for run in equal:
        change = Run(base_place, run.base_start, other_place, run.other_start)
        base_place, other_place = run.base_end, run.other_end
        if pending and change.is_empty():
            pending = _joined(pending, run)
            continue
        if pending and not pending.is_empty():
            yield pending
        if not change.is_empty():
            yield change
        pending = run
    if pending and not pending.is_empty():
        yield pending


def _joined(first: Run, last: Run) -> Run:
    return Run(
        first.base_start,
        last.base_end,
        first.other_start,
        last.other_end,
        equal=first.equal,
    )


def merge_islands(
    runs: list[Run], base_letters: Sequence[int], other_letters: Sequence[int]
) -> list[Run]:
    """Join two changes around an equal run that has no more letters than either.

    A lone "the" between two rewritten phrases is chance: one change reads better.
    The letters are counted up to each token.
    """

    def weight(run: Run) -> int:
        return max(
            base_letters[run.base_end] - base_letters[run.base_start],
            other_letters[run.other_end] - other_letters[run.other_start],
        )

    merged: list[Run] = []
    for run in runs:
        merged.append(run)
        while _ends_with_island(merged, weight):
            last, _, first = merged.pop(), merged.pop(), merged.pop()
            merged.append(_joined(first, last))
    return merged


def _ends_with_island(runs: list[Run], weight: Callable[[Run], int]) -> bool:
    if len(runs) < 3 or runs[-1].equal or not runs[-2].equal:
        return False
    island = weight(runs[-2])
    return island <= weight(runs[-3]) and island <= weight(runs[-1])
