"""Cells of the grid, written by a function: a template per cell costs 22 times more.

Everything a user wrote goes through `escaped` here and in `marks`, and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from experiments_ui.analysis.worddiff import window as clipped
from experiments_ui.compare.diffs.differences import (
    CELL_LETTERS,
    CELL_PATHS,
    Base,
    Difference,
    glimpse,
)
from experiments_ui.compare.diffs.escaping import escaped
from experiments_ui.compare.diffs.marks import marked_up, path_lines
from experiments_ui.experiments.shown import Delta

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
    """What one cell shows; `output` is None where a run has none.

    `row_url` opens the whole row; `aside` is said where the output has no base.
    """

    hue: int
    chip: Chip | None
    score: Score | None
    others: Sequence[Score]
    note: str
    output: str | None
    error: str | None
    row_url: str = ""
    aside: str = ""


def missing_cell(hue: int) -> SafeString:
    return _safe(
        f'<div class="cell cell-missing" role="cell" data-column="{hue + 1}">'
        '<span class="faint">no run</span></div>'
    )


def cell(content: Cell, *, base: Base | None) -> SafeString:
    """Return a cell; `base` is what its output is compared with, if anything."""
    chip = _chip(content.chip) if content.chip else ""
    score = _score(content.score) if content.score else ""
    note = f'<span class="cell-note">{escape(content.note)}</span>'
    kind, text = _body(content, base)
    return _safe(
        f'<div class="cell{kind} hue-{content.hue}" role="cell" '
        f'data-column="{content.hue + 1}">'
        f'<div class="cell-head">{chip}{score}{note}</div>'
        f"{text}{_foot(content.others)}</div>"
    )


def _body(content: Cell, base: Base | None) -> tuple[str, str]:
    if content.error is not None:
        chip = '<span class="chip chip-bad">error</span> '
        return " cell-error", _text(
            chip + escaped(clipped(content.error, CELL_LETTERS))
        )
    if content.output is None:
        return "", _text('<span class="faint">no output</span>')
    if base is None:
        return "", _plain(content, content.output, aside=content.aside)
    return "", _compared(content, content.output, glimpse(base, content.output))


def _compared(content: Cell, output: str, found: Difference) -> str:
    if found.same:
        return f'<div class="cell-text is-same">{escape(found.same)}</div>'
    if found.changes:
        more = len(found.changes) - CELL_PATHS
        words = f"+{more:,} more" if more > 0 else ""
        lines = path_lines(found.changes[:CELL_PATHS], letters=80)
        return f'<ul class="paths">{lines}</ul>{_more(content, words)}'
    if found.rewritten:
        return _plain(
            content, output, aside=found.rewritten, link="show the differences"
        )
    asides = "".join(_aside("by word", note) for note in found.notes)
    lead = _gap(found.skipped) if found.skipped else ""
    text = _text(f"{asides}{lead}{marked_up(found.pieces)}")
    return text + _more(content, f"+{found.more:,} letters" if found.more else "")


def _plain(content: Cell, output: str, *, aside: str = "", link: str = "") -> str:
    shown = clipped(output, CELL_LETTERS)
    more = len(output) - len(shown)
    words = link or (f"+{more:,} letters" if more else "")
    return _text((_aside(aside) if aside else "") + escaped(shown)) + _more(
        content, words
    )


def _aside(text: str, title: str = "") -> str:
    hover = f' title="{escape(title)}"' if title else ""
    return f'<span class="chip chip-outline"{hover}>{escape(text)}</span> '


def _more(content: Cell, words: str) -> str:
    """Return the way to what the cell has no room for."""
    if not words:
        return ""
    url = escape(content.row_url)
    return f'<a class="row-link cell-more" href="{url}">{escape(words)}</a>'


def _gap(words: int) -> str:
    return f'<span class="gap" title="{words:,} words unchanged">⋯</span> '


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
