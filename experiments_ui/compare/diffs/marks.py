"""Differences as HTML: changed words, stretches left out, changed paths."""

from collections.abc import Iterable

import orjson

from experiments_ui.analysis.jsondiff import PathChange
from experiments_ui.analysis.worddiff import Fold, Segment, window
from experiments_ui.compare.diffs.escaping import Signs, escaped, with_blanks


def marked_up(pieces: Iterable[Segment | Fold], *, opens: bool = False) -> str:
    """Return a diff by word; what is left out can be opened, or only has a sign."""
    signs = Signs()
    return "".join(_piece(one, signs, opens=opens) for one in pieces)


def path_lines(changes: Iterable[PathChange], *, letters: int) -> str:
    """Return changes by path as list items; longer values are clipped."""
    return "".join(f"<li>{_line(one, letters)}</li>" for one in changes)


def _piece(piece: Segment | Fold, signs: Signs, *, opens: bool) -> str:
    if isinstance(piece, Fold):
        return _opening(piece, signs) if opens else _sign(piece)
    if piece.kind == "same":
        return escaped(piece.text, signs)
    tag = "ins" if piece.kind == "added" else "del"
    if _is_unseen(piece.text):
        # The new text's line ends still end lines, behind their signs.
        end = "\n" * piece.text.count("\n") if tag == "ins" else ""
        return f"<{tag}>{with_blanks(piece.text, signs)}</{tag}>{end}"
    return f"<{tag}>{escaped(piece.text, signs)}</{tag}>"


def _is_unseen(text: str) -> bool:
    """Tell whether a change has blanks and no words: then its blanks are drawn."""
    if text[0].isalnum():
        return False
    return any(map(str.isspace, text)) and not any(map(str.isalnum, text))


def _sign(fold: Fold) -> str:
    if fold.kind == "removed":
        return f'<del class="gap">−{fold.words:,} words</del>'
    return f'<span class="gap" title="{fold.words:,} words unchanged">⋯</span> '


def _opening(fold: Fold, signs: Signs) -> str:
    if fold.kind == "removed":
        sign = f"<del>−{fold.words:,} words</del>"
        text = f"<del>{escaped(fold.text, signs)}</del>"
    else:
        sign, text = f"⋯ {fold.words:,} words unchanged", escaped(fold.text, signs)
    return f'<details class="unfold"><summary>{sign}</summary>{text}</details>'


def _line(change: PathChange, letters: int) -> str:
    path = f'<span class="path">{escaped(change.path)}</span>'
    match change.kind:
        case "truncated":
            return f"{path} … not compared from here on"
        case "added":
            return f"+ {path}: {_value('ins', change.after, letters)}"
        case "removed":
            return f"− {path}: {_value('del', change.before, letters)}"
    before = _value("del", change.before, letters)
    return f"{path}: {before} → {_value('ins', change.after, letters)}"


def _value(tag: str, value: object, letters: int) -> str:
    text = _json(value)
    shown = window(text, letters)
    dots = "…" if len(shown) < len(text) else ""
    return f"<{tag}>{escaped(shown)}{dots}</{tag}>"


def _json(value: object) -> str:
    try:
        return orjson.dumps(value).decode()
    except (TypeError, orjson.JSONEncodeError):
        # Deeper, or a longer number, than orjson writes.
        return "…" if isinstance(value, dict | list) else str(value)
