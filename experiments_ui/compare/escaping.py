"""Text that someone wrote, made harmless: no markup, no hidden or reordering signs."""

import re
from collections.abc import Callable
from html import escape

from django.utils.safestring import SafeString, mark_safe

# Beyond these, a sign that cannot be seen becomes U+FFFD, which needs no markup.
MOST_SIGNS = 500
# Accents that a letter may carry; towers of them would cover the lines above.
MOST_MARKS = 6

_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
# Control characters but tabs and line ends, directions of writing, breaks that HTML
# does not know, blanks of no width, halves of characters, and too many accents.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2060"
    "\u2066-\u2069\ufeff\ud800-\udfff]"
    f"|(?<=[{_MARKS}]{{{MOST_MARKS}}})[{_MARKS}]++"
)
_BLANKS = re.compile("[ \t\n\r\u00a0]+")
_VISIBLE_BLANKS = {" ": "·", "\t": "→", "\n": "⏎\n", "\r": "␍", "\u00a0": "⍽"}
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


def escaped(text: str) -> str:
    """Return a text as HTML in which every character can be seen, and none acts."""
    return _UNSEEN.sub(_signs(), escape(text)) if _UNSEEN.search(text) else escape(text)


def safe_text(text: str) -> SafeString:
    """Return what `escaped` does, for a template."""
    return mark_safe(escaped(text))  # noqa: S308 -- escaped right here


def with_blanks(text: str) -> str:
    """Return a text of punctuation and blanks as HTML that shows the blanks too."""
    shown = _BLANKS.sub(_drawn, escape(text))
    return _UNSEEN.sub(_signs(), shown)


def _drawn(blanks: re.Match[str]) -> str:
    signs = "".join(_VISIBLE_BLANKS.get(one, one) for one in blanks[0])
    return f'<i class="sign">{signs}</i>'


def _signs() -> Callable[[re.Match[str]], str]:
    """Return what replaces an unseen sign by its name, while they are few."""
    left = MOST_SIGNS

    def sign(found: re.Match[str]) -> str:
        nonlocal left
        left -= 1
        if left < 0:
            return "\ufffd"
        return f'<i class="sign">{_name(found[0])}</i>'

    return sign


def _name(found: str) -> str:
    first = found[0]
    if first in _NAMES:
        return _NAMES[first]
    if "\ud800" <= first <= "\udfff":
        return "\ufffd"
    if len(found) > 1 or first >= "\u0300":
        return f"+{len(found)} accents"
    return f"U+{ord(first):04X}"
