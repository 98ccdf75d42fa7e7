"""Texts cut into words and passages that compare without their blanks."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

# Cutting a longer text into words takes longer than a page may, whatever is in it.
MAX_CHARACTERS = 200_000

# Lao, Thai, Myanmar, Khmer, kana, Han: scripts that put no blanks between words.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
# Signs that belong to the letter before them: accents, points, Indic vowels.
_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0903"
    "\u093a-\u0963\u0980-\u0983\u09bc-\u09e3\u0a01-\u0dff\u1ab0-\u1aff\u20d0-\u20f0"
)
_THAI_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd"
_LETTERS = rf"[^\W{_UNSPACED}]"
_STEM = rf"{_LETTERS}++(?:[{_MARKS}]++{_LETTERS}*+)*+"
# Possessive throughout: no text makes the expression go back.
_TOKEN = (
    rf"(?:(?!\d){_STEM}(?:['’]{_STEM})*+"
    rf"|\d++(?:[.,]\d++)*+(?:(?=[^\W\d]){_STEM})?"
    rf"|[{_UNSPACED}][{_THAI_MARKS}{_MARKS}]*+"
    rf"|\S(?:[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff{_MARKS}]|\u200d\S)*+"
    r")"
)
_WORD = re.compile(rf"{_TOKEN}\s*+")
_WORD_OR_BLANKS = re.compile(rf"{_TOKEN}|\s++")
_SPACED = re.compile(r"\S++\s*+")
_PASSAGE = re.compile(r"\S.*?(?:[.!?;](?=\s)|$)\s*+", re.MULTILINE)


@dataclass(frozen=True)
class Tokens:
    """A text in pieces; keep the baseline's to compare it with several others.

    `lead` and the pieces joined give the text. `keys` are the pieces as they are
    compared: without blanks around them, unless `blanks_count`: then blanks are
    pieces of their own.
    """

    text: str
    lead: str
    pieces: tuple[str, ...]
    keys: tuple[str, ...]
    by_word: bool
    blanks_count: bool = False

    @cached_property
    def word_count(self) -> int:
        """The pieces that are not blank."""
        return count_words(self.keys) if self.blanks_count else len(self.keys)

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """The keys with their case taken away."""
        return tuple(map(str.casefold, self.keys))

    @cached_property
    def letters_before(self) -> tuple[int, ...]:
        """Letters and digits up to each piece; punctuation weighs nothing."""
        weights = [len(key) if key[0].isalnum() else 0 for key in self.keys]
        return tuple(accumulate(weights, initial=0))


def tokenize(text: str, *, blanks_count: bool = False) -> Tokens:
    """Cut a text into words, or into passages if it is very long."""
    if len(text) > MAX_CHARACTERS:
        return passages(text, blanks_count=blanks_count)
    if not blanks_count:
        return _cut(text, _WORD, by_word=True)
    pieces = tuple(_WORD_OR_BLANKS.findall(text))
    return Tokens(text, "", pieces, pieces, by_word=True, blanks_count=True)


def passages(text: str, *, blanks_count: bool = False) -> Tokens:
    """Cut a text at the ends of its lines and sentences."""
    tokens = _cut(text, _PASSAGE, by_word=False)
    if blanks_count:
        pieces = (tokens.lead, *tokens.pieces) if tokens.lead else tokens.pieces
        return Tokens(text, "", pieces, pieces, by_word=False, blanks_count=True)
    keys = tuple(" ".join(key.split()) for key in tokens.keys)
    return replace(tokens, keys=keys)


def words(text: str) -> Tokens:
    """Cut a text into words, however long: at the blanks alone if it is very long."""
    pattern = _WORD if len(text) <= MAX_CHARACTERS else _SPACED
    return _cut(text, pattern, by_word=True)


def _cut(text: str, pattern: re.Pattern[str], *, by_word: bool) -> Tokens:
    lead = text[: len(text) - len(text.lstrip())]
    pieces = tuple(pattern.findall(text, len(lead)))
    keys = tuple(map(str.rstrip, pieces))
    return Tokens(text=text, lead=lead, pieces=pieces, keys=keys, by_word=by_word)


def count_words(keys: Iterable[str]) -> int:
    """Count the keys that are not blank."""
    return sum(1 for key in keys if not key[0].isspace())


def letters(text: str) -> int:
    """Count the characters that are not blank."""
    return sum(map(len, text.split()))
