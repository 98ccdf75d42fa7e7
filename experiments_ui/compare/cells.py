"""Cells of the grid, written by a function: a template per cell costs 22 times more.

Everything a user wrote goes through `escape` here, and nowhere else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import takewhile

from django.utils.safestring import SafeString, mark_safe

from experiments_ui.analysis.worddiff import Fold, Segment, Tokens, diff, fold, tokenize
from experiments_ui.analysis.worddiff import window as clipped
from experiments_ui.compare.selection import DiffMode
from experiments_ui.experiments.shown import Delta

# Letters of a text that a cell of the grid shows at most; the drawer shows all.
CELL_LETTERS = 700
# Letters of unchanged text kept before the first change.
_LEAD_LETTERS = 60
# Below this share of common words, marks would only hide the text.
_REWRITTEN = 0.3

_WORDS = {"better": "better by ", "worse": "worse by ", "changed": "changed by "}
_ARROWS = {"up": "delta-up", "down": "delta-down", "same": "delta-same"}


@dataclass(frozen=True, slots=True)
class Chip:
    """A label; `tone` is "good", "bad" or none."""

    text: str
    tone: str
    title: str


@dataclass(frozen=True, slots=True)
class Score:
    """A metric's value in a cell; `share` is its tenths of the usual range."""

    name: str
    text: str
    share: int | None
    delta: Delta | None


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows; `output` is None where a run has none."""

    hue: int
    chip: Chip | None
    score: Score | None
    others: Sequence[Score]
    note: str
    output: str | None
    error: str | None


def missing_cell(hue: int) -> SafeString:
    return _safe(
        f'<div class="cell cell-missing" role="cell" data-column="{hue + 1}">'
        '<span class="faint">no run</span></div>'
    )


def cell(content: Cell, *, base: "Base | None", mode: DiffMode) -> SafeString:
    """Return a cell; `base` is what its output is compared with, if anything."""
    chip = _chip(content.chip) if content.chip else ""
    score = _score(content.score) if content.score else ""
    note = f'<span class="cell-note">{escape(content.note)}</span>'
    kind, text = _body(content, base, mode)
    return _safe(
        f'<div class="cell{kind} hue-{content.hue}" role="cell" '
        f'data-column="{content.hue + 1}">'
        f'<div class="cell-head">{chip}{score}{note}</div>'
        f"{text}{_foot(content.others)}</div>"
    )


class Base:
    """The baseline's output of one row; cut into words once for all candidates."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens: dict[tuple[int, int], Tokens] = {}

    def tokens(self, start: int, stop: int) -> Tokens:
        key = (start, stop)
        if key not in self._tokens:
            self._tokens[key] = tokenize(self.text[start:stop])
        return self._tokens[key]


def _body(content: Cell, base: Base | None, mode: DiffMode) -> tuple[str, str]:
    if content.error is not None:
        chip = '<span class="chip chip-bad">error</span> '
        return " cell-error", _text(chip + escape(clipped(content.error, CELL_LETTERS)))
    if content.output is None:
        return "", _text('<span class="faint">no output</span>')
    if base is None or mode == "plain":
        return "", _text(escape(clipped(content.output, CELL_LETTERS)))
    if base.text == content.output:
        return "", '<div class="cell-text is-same">Same text as the baseline</div>'
    return "", _text(grid_diff(base, content.output, mode=mode))


def grid_diff(base: Base, text: str, *, mode: DiffMode) -> str:
    """Return a marked-up diff: the beginning, or the first change and what follows."""
    start = _first_change(base.text, text) if mode == "changes" else 0
    stop = start + CELL_LETTERS
    found = diff(base.tokens(start, stop), tokenize(text[start:stop]))
    if mode == "changes" and found.similarity < _REWRITTEN:
        chip = '<span class="chip chip-outline">rewritten</span> '
        return chip + escape(clipped(text, CELL_LETTERS))
    lead = _gap(text[:start]) if start else ""
    pieces = fold(found) if mode == "changes" else found.segments
    tail = "…" if len(text) > stop else ""
    return lead + marked_up(pieces) + tail


def marked_up(pieces: Iterable[Segment | Fold]) -> str:
    """Return a diff as HTML: `ins`, `del`, and a sign where words are left out."""
    return "".join(_piece(one) for one in pieces)


def _piece(piece: Segment | Fold) -> str:
    if isinstance(piece, Fold):
        if piece.kind == "removed":
            return f'<del class="gap">−{piece.words} words</del>'
        return f'<span class="gap" title="{piece.words} words unchanged">⋯</span> '
    if piece.kind == "same":
        return escape(piece.text)
    tag = "ins" if piece.kind == "added" else "del"
    return f"<{tag}>{escape(piece.text)}</{tag}>"


def _gap(text: str) -> str:
    count = len(text.split())
    return f'<span class="gap" title="{count} words unchanged">⋯</span> '


def _first_change(before: str, after: str) -> int:
    """Return where to start reading: some words before the first difference."""
    same = sum(1 for _ in takewhile(_equal, zip(before, after, strict=False)))
    if same <= 2 * _LEAD_LETTERS:
        return 0
    start = same - _LEAD_LETTERS
    blank = after.find(" ", start, same)
    return blank + 1 if blank >= 0 else start


def _equal(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]


def _foot(others: Sequence[Score]) -> str:
    """Return the line of the scores that the page does not compare by."""
    if not others:
        return ""
    parts = (
        f"<span>{escape(one.name)} <b>{escape(one.text)}</b>"
        f"{_delta(one.delta) if one.delta else ''}</span>"
        for one in others
    )
    return f'<div class="cell-foot">{"".join(parts)}</div>'


def _chip(chip: Chip) -> str:
    tone = f" chip-{chip.tone}" if chip.tone else ""
    title = escape(chip.title)
    return f'<span class="chip{tone}" title="{title}">{escape(chip.text)}</span>'


def _score(score: Score) -> str:
    share = "" if score.share is None else f" share-{score.share}"
    name = escape(score.name)
    text = (
        f'<span class="score{share}" title="{name}">'
        f'<span class="hidden-text">{name} </span>{escape(score.text)}</span>'
    )
    return text + (_delta(score.delta) if score.delta else "")


def _delta(change: Delta) -> str:
    words = _WORDS.get(change.verdict, "same ")
    return (
        f'<span class="delta {_ARROWS[change.direction]} is-{change.verdict}">'
        f'<span class="hidden-text">{words}</span>{escape(change.value)}</span>'
    )


def _text(markup: str) -> str:
    return f'<div class="cell-text">{markup}</div>'


def _safe(markup: str) -> SafeString:
    # Every value in it was escaped above.
    return mark_safe(markup)  # noqa: S308 -- see the line above
