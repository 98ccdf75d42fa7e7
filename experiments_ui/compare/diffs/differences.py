"""What differs between an output and its base: a glimpse for the grid, or all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from operator import eq
from typing import Self

from experiments_ui.analysis import jsondiff
from experiments_ui.analysis.jsondiff import PathChange
from experiments_ui.analysis.worddiff import (
    Fold,
    Segment,
    Tokens,
    diff,
    fold,
    tokenize,
    window,
)
from experiments_ui.compare.selection import DiffMode, Selection

# Letters of a text that a cell of the grid shows at most; the drawer shows all.
CELL_LETTERS = 700
# Changed paths that a cell shows at most.
CELL_PATHS = 5
# Stretches that the drawer marks; what follows them is shown without marks.
MOST_PIECES = 4_000
# Below this share of common words, marks would only hide the text.
REWRITTEN = 0.3
# Words of unchanged text kept before the first change, and letters of one long word.
_LEAD_WORDS = 10
_LEAD_LETTERS = 60
_CONTEXT_IN_DRAWER = 25
# The base's window is longer: what was cut off it must not look deleted.
_BASE_LETTERS = CELL_LETTERS + CELL_LETTERS // 2

BY_WORD = "compared by word: not JSON of up to 200 kB on both sides"
FELL_BACK = "too much to compare word by word: what was not is shown as replaced"
UNMARKED = f"only the first {MOST_PIECES:,} stretches are marked"


@dataclass(frozen=True, slots=True)
class Options:
    """How differences are told; see `Selection` for what the switches mean."""

    mode: DiffMode = "changes"
    blanks_count: bool = False
    case_folds: bool = False

    @classmethod
    def of(cls, selection: Selection) -> Self:
        return cls(selection.diff, selection.blanks_count, selection.case_folds)


class Base:
    """What the outputs of one row are compared with, cut up once for all of them.

    `name` ends a sentence such as "Same text as the baseline".
    """

    def __init__(self, text: str, options: Options, name: str = "the baseline") -> None:
        self.text = text
        self.options = options
        self.name = name
        self._tokens: dict[tuple[int, int], Tokens] = {}

    def tokens(self, start: int, stop: int) -> Tokens:
        key = (start, stop)
        if key not in self._tokens:
            self._tokens[key] = self.cut(self.text[start:stop])
        return self._tokens[key]

    def cut(self, text: str) -> Tokens:
        return tokenize(text, blanks_count=self.options.blanks_count)

    def folded(self, text: str) -> str:
        return text.casefold() if self.options.case_folds else text

    @cached_property
    def words(self) -> list[str]:
        """The text cut at its blanks: cheaper than tokens, to find the first change."""
        return self.folded(self.text).split()

    @cached_property
    def document(self) -> jsondiff.Document | None:
        return jsondiff.parse(self.text)


@dataclass(frozen=True, slots=True)
class Difference:
    """What to show of one output.

    `same` is said where nothing differs that counts. `pieces` tell the changes by
    word, or `changes` by path. `skipped` counts the words left out in front, `more`
    the letters or paths left out behind. `rewritten` is a word for texts with so little
    in common that marks would only hide them. `similarity` is None where no words were
    compared. `notes` say what was done otherwise than asked.
    """

    same: str = ""
    pieces: Sequence[Segment | Fold] = ()
    changes: Sequence[PathChange] = ()
    skipped: int = 0
    more: int = 0
    similarity: float | None = None
    rewritten: str = ""
    notes: tuple[str, ...] = ()


def glimpse(base: Base, text: str) -> Difference:
    """Return what the grid shows: the first changes, or with "full" the beginning."""
    if base.text == text:
        return Difference(same=f"Same text as {base.name}")
    if base.options.mode == "json" and (by_path := _by_path(base, text)):
        return by_path
    whole = base.options.mode == "full"
    before, after = (0, 0) if whole else _starts(base, text)
    if after == len(text) and before == len(base.text):
        return Difference(same=_other_writing(base, text), similarity=1.0)
    return _window(base, text, before, after)


def whole(base: Base, text: str) -> Difference:
    """Return what the drawer shows: all, however long; bounded by `worddiff`."""
    if base.text == text:
        return Difference(same=f"Same text as {base.name}")
    if base.options.mode == "json" and (by_path := _by_path(base, text)):
        return by_path
    found = diff(
        base.tokens(0, len(base.text)),
        base.cut(text),
        ignore_case=base.options.case_folds,
    )
    same = "" if _has_changes(found.segments) else _other_writing(base, text)
    folds = base.options.mode in ("changes", "json")
    pieces: Sequence[Segment | Fold] = found.segments
    if folds:
        pieces = fold(found.segments, context_words=_CONTEXT_IN_DRAWER)
    notes = (
        BY_WORD if base.options.mode == "json" else "",
        FELL_BACK if found.fell_back else "",
        UNMARKED if len(pieces) > MOST_PIECES else "",
    )
    return Difference(
        same=same,
        pieces=_capped(pieces),
        similarity=None if found.fell_back else found.similarity,
        notes=tuple(note for note in notes if note),
    )


def _by_path(base: Base, text: str) -> Difference | None:
    """Compare as JSON; None unless both are."""
    before = base.document
    after = jsondiff.parse(text) if before is not None else None
    if before is None or after is None:
        return None
    changes = jsondiff.diff(before, after)
    if base.options.case_folds:
        changes = tuple(one for one in changes if not _differs_in_case(one))
    same = "" if changes else f"Same JSON as {base.name}, written differently"
    return Difference(same=same, changes=changes)


def _differs_in_case(change: PathChange) -> bool:
    before, after = change.before, change.after
    both = isinstance(before, str) and isinstance(after, str)
    return both and str(before).casefold() == str(after).casefold()


def _starts(base: Base, text: str) -> tuple[int, int]:
    """Return where to read in both texts: a little before their first difference.

    Both ends, where nothing differs that counts.
    """
    if base.options.blanks_count:
        return _starts_by_letter(base, text)
    words = base.folded(text).split()
    same = sum(1 for _ in takewhile(bool, map(eq, base.words, words)))
    if same == len(words) == len(base.words):
        return len(base.text), len(text)
    kept = max(0, same - _LEAD_WORDS)
    before, after = _place(base.text, kept), _place(text, kept)
    # Scripts without blanks: the difference is inside of one very long word.
    common = _common(base.text[before:], text[after:])
    shift = common - _LEAD_LETTERS if common > 3 * _LEAD_LETTERS else 0
    return before + shift, after + shift


def _starts_by_letter(base: Base, text: str) -> tuple[int, int]:
    left, right = base.folded(base.text), base.folded(text)
    if left == right:
        return len(base.text), len(text)
    if len(left) != len(base.text) or len(right) != len(text):
        left, right = base.text, text
    start = max(0, _common(left, right) - _LEAD_LETTERS)
    blank = right.find(" ", start, start + _LEAD_LETTERS) if start else -1
    return (blank + 1, blank + 1) if blank >= 0 else (start, start)


def _place(text: str, words: int) -> int:
    """Return where a text goes on after some words."""
    rest = text.split(None, words) if words else []
    return len(text) - len(rest[words]) if len(rest) > words else 0


def _common(left: str, right: str) -> int:
    """Count the equal letters at the start, by halving."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _window(base: Base, text: str, before: int, after: int) -> Difference:
    clipped = window(text[after : after + CELL_LETTERS + 1], CELL_LETTERS)
    found = diff(
        base.tokens(before, before + _BASE_LETTERS),
        base.cut(clipped),
        ignore_case=base.options.case_folds,
    )
    more = len(text) - after - len(clipped)
    is_all = not (more or after) and len(base.text) <= _BASE_LETTERS
    if is_all and not _has_changes(found.segments):
        return Difference(same=_other_writing(base, text), similarity=1.0)
    segments = _without_end(found.segments) if more else found.segments
    similarity = _kept(clipped, segments) if more else found.similarity
    return Difference(
        pieces=segments if base.options.mode == "full" else fold(segments),
        skipped=len(text[:after].split()),
        more=more,
        similarity=similarity,
        rewritten=_rewritten(base, similarity),
        notes=(BY_WORD,) if base.options.mode == "json" else (),
    )


def _without_end(segments: Sequence[Segment]) -> Sequence[Segment]:
    """Leave out a deletion at the end of a window: it may go on behind it."""
    is_cut = len(segments) > 1 and segments[-1].kind == "removed"
    return segments[:-1] if is_cut else segments


def _rewritten(base: Base, similarity: float) -> str:
    if similarity >= REWRITTEN or base.options.mode == "full":
        return ""
    return "little in common" if base.options.mode == "expected" else "rewritten"


def _kept(text: str, segments: Sequence[Segment]) -> float:
    """Return the share of a text that is not new; the base's window is longer."""
    return sum(len(one.text) for one in segments if one.kind == "same") / len(text)


def _has_changes(segments: Sequence[Segment]) -> bool:
    return any(one.kind != "same" for one in segments)


def _other_writing(base: Base, text: str) -> str:
    left, right = base.text, text
    if left.casefold() == right.casefold():
        other = "case"
    elif "".join(left.split()) == "".join(right.split()):
        other = "blanks"
    else:
        other = "blanks and case"
    return f"Same words as {base.name}, other {other}"


def _capped(pieces: Sequence[Segment | Fold]) -> Sequence[Segment | Fold]:
    """Join the text behind MOST_PIECES pieces, as a browser draws marks slowly."""
    if len(pieces) <= MOST_PIECES:
        return pieces
    kept = ("same", "added")
    rest = "".join(one.text for one in pieces[MOST_PIECES:] if one.kind in kept)
    return (*pieces[:MOST_PIECES], Segment("same", rest))
