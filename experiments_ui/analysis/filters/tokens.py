"""A filter's text cut into tokens that know where they stand."""

import math
import re
from dataclasses import dataclass

from experiments_ui.errors import Invalid

MAX_LENGTH = 8_000

KEYWORDS = frozenset(
    ("AND", "OR", "NOT", "IN", "IS", "NULL", "LIKE", "CONTAINS", "TRUE", "FALSE")
)

_BARE = r"[\w$@]+(?:-+[\w$@]+)*"
_QUOTED = r'"(?:[^"]|"")+"'
_SEGMENT = re.compile(f"{_QUOTED}|{_BARE}")
_TOKEN = re.compile(
    r"(?P<string>'(?:[^']|'')*')"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    rf"|(?P<name>(?:{_QUOTED}|{_BARE})(?:\.(?:{_QUOTED}|{_BARE}))*)"
    r"|(?P<symbol><=|>=|<>|!=|==|[=<>+\-*/(),])"
)
_BLANK = re.compile(r"\s*")


class InvalidFilter(Invalid):
    """A filter that cannot be read; `position` counts characters from 1."""

    def __init__(self, message: str, *, position: int | None = None) -> None:
        super().__init__(message, fields={"filter": message})
        self.position = position


def problem(words: str, position: int) -> InvalidFilter:
    return InvalidFilter(f"{words} at character {position}.", position=position)


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a filter.

    `symbol` is set for operators and keywords (in capitals), and `value` for
    names, numbers and quoted text. The last token has neither, and empty text.
    """

    text: str
    position: int
    symbol: str = ""
    name: str | None = None
    value: float | str | None = None


def tokenize(text: str) -> tuple[Token, ...]:
    """Cut the text up; the last token is the empty end.

    Raises:
        InvalidFilter: The text is blank or too long, or holds a stray character.
    """
    if not text.strip():
        raise InvalidFilter("The filter is blank: write a condition, or leave it out.")
    if len(text) > MAX_LENGTH:
        raise InvalidFilter(f"The filter is longer than {MAX_LENGTH:,} characters.")
    tokens: list[Token] = []
    # The end stands right behind the last word, where the caret waits for more.
    length = len(text.rstrip())
    place = _skip_blanks(text, 0)
    while place < length:
        found = _TOKEN.match(text, place)
        if found is None:
            raise _stray(text, place)
        tokens.append(_token(found))
        place = _skip_blanks(text, found.end())
    return (*tokens, Token(text="", position=length + 1))


def _skip_blanks(text: str, place: int) -> int:
    blanks = _BLANK.match(text, place)
    return blanks.end() if blanks else place


def _stray(text: str, place: int) -> InvalidFilter:
    character = text[place]
    if character in "'\"":
        return problem(f"Missing the closing {character} of the text", place + 1)
    return problem(f"Unexpected {character!r}", place + 1)


def _token(found: re.Match[str]) -> Token:
    text, position = found.group(), found.start() + 1
    match found.lastgroup:
        case "string":
            value = text[1:-1].replace("''", "'")
            return Token(text=text, position=position, value=value)
        case "number":
            return Token(text=text, position=position, value=_number(text, position))
        case "name":
            return _name(text, position)
    if text == "==":
        raise problem("Write '=' instead of '=='", position)
    return Token(text=text, position=position, symbol="!=" if text == "<>" else text)


def _number(text: str, position: int) -> float:
    value = float(text)
    if math.isinf(value):
        raise problem(f"The number {text[:20]} is too large", position)
    return value


def _name(text: str, position: int) -> Token:
    if (keyword := text.upper()) in KEYWORDS:
        return Token(text=text, position=position, symbol=keyword)
    name = ".".join(
        segment[1:-1].replace('""', '"') if segment.startswith('"') else segment
        for segment in _SEGMENT.findall(text)
    )
    return Token(text=text, position=position, name=name)
