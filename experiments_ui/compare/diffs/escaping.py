"""Text that someone wrote, made harmless: no markup, no hidden or reordering signs."""

import re
from html import escape

from django.utils.safestring import SafeString, mark_safe

# In one output; the rest become U+FFFD, which needs no markup, and blanks stay blank.
MOST_SIGNS = 500
# Accents that a letter may carry; towers of them would cover the lines above.
MOST_MARKS = 6

_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
# Control characters but tabs and line ends, directions of writing, breaks that HTML
# does not know, blanks of no width, halves of characters, and too many accents.
_SIGNS = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2060"
    "\u2066-\u2069\ufeff\ud800-\udfff"
)
_UNSEEN = re.compile(f"[{_SIGNS}]|(?<=[{_MARKS}]{{{MOST_MARKS}}})[{_MARKS}]++")
# Most texts have none of these, and need no work at all.
_CARE = re.compile(f"[&<>\"'{_SIGNS}{_MARKS}]")
_BLANKS = re.compile("[ \t\n\r\u00a0]+")
_VISIBLE_BLANKS = {" ": "·", "\t": "→", "\n": "⏎", "\r": "␍", "\u00a0": "⍽"}
_NAMES = {
    "\x00": "NUL",
    "\x1b": "ESC",
    "\x7f": "DEL",
    "\u200b": "ZWSP",
    "\u2028": "LS",
    "\u2029": "PS",
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2060": "WJ",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
    "\ufeff": "BOM",
}


class Signs:
    """Names what cannot be seen, as often as one output may have it named."""

    def __init__(self) -> None:
        self._left = MOST_SIGNS

    def of_unseen(self, found: re.Match[str]) -> str:
        self._left -= 1
        return _sign(_name(found[0])) if self._left >= 0 else "\ufffd"

    def of_blanks(self, found: re.Match[str]) -> str:
        self._left -= 1
        signs = (_VISIBLE_BLANKS.get(one, one) for one in found[0])
        return _sign("".join(signs)) if self._left >= 0 else found[0]


def escaped(text: str, signs: Signs | None = None) -> str:
    """Return a text as HTML in which every character can be seen, and none acts."""
    if not _CARE.search(text):
        return text
    return _UNSEEN.sub((signs or Signs()).of_unseen, escape(text))


def safe_text(text: str) -> SafeString:
    """Return what `escaped` does, for a template."""
    return mark_safe(escaped(text))  # noqa: S308 -- escaped right here


def with_blanks(text: str, signs: Signs) -> str:
    """Return a text as `escaped` does, with its blanks drawn."""
    return _UNSEEN.sub(signs.of_unseen, _BLANKS.sub(signs.of_blanks, escape(text)))


def _sign(text: str) -> str:
    return f'<i class="sign">{text}</i>'


def _name(found: str) -> str:
    first = found[0]
    if first in _NAMES:
        return _NAMES[first]
    if "\ud800" <= first <= "\udfff":
        return "\ufffd"
    if len(found) > 1 or first >= "\u0300":
        return f"+{len(found)} accents"
    return f"U+{ord(first):04X}"
