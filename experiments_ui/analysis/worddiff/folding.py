"""A diff with the long unchanged and deleted stretches folded away."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from experiments_ui.analysis.worddiff.texts import Segment
from experiments_ui.analysis.worddiff.tokens import words

# A deletion this long is told by its length: what replaced it matters more.
LONGEST_DELETION = 12
# Folding fewer words saves no room: the marker takes as much.
SHORTEST_FOLD = 5


@dataclass(frozen=True, slots=True)
class Fold:
    """A stretch left out of sight; `text` is what opening it shows."""

    kind: Literal["same", "removed"]
    words: int
    text: str


def fold(
    segments: Sequence[Segment], *, context_words: int = 8
) -> tuple[Segment | Fold, ...]:
    """Keep the changes and some words around each; fold the rest."""
    folded: list[Segment | Fold] = []
    last = len(segments) - 1
    for place, segment in enumerate(segments):
        if segment.kind == "added":
            folded.append(segment)
        elif segment.kind == "removed":
            folded.append(_shorten_deletion(segment))
        else:
            head = context_words if place else 0
            tail = context_words if place != last else 0
            folded += _fold_same(segment, head=head, tail=tail)
    return tuple(folded)


def window(text: str, limit: int) -> str:
    """Clip a text to a length, between words if there is a blank in the last half."""
    if len(text) <= limit:
        return text
    end = limit
    while end > limit // 2:
        if text[end].isspace() or text[end - 1].isspace():
            return text[:end]
        end -= 1
    return text[:limit]


def _shorten_deletion(segment: Segment) -> Segment | Fold:
    count = len(_word_places(_pieces(segment)))
    if count <= LONGEST_DELETION:
        return segment
    return Fold("removed", words=count, text=segment.text)


def _fold_same(segment: Segment, *, head: int, tail: int) -> list[Segment | Fold]:
    pieces = _pieces(segment)
    places = _word_places(pieces)
    hidden = len(places) - head - tail
    if hidden < SHORTEST_FOLD:
        return [segment]
    # Punctuation stays with the word before it.
    start = _length(pieces[: places[head]]) if head else 0
    end = len(segment.text)
    end -= _length(pieces[places[-tail] :]) if tail else 0
    parts: list[Segment | Fold] = [
        Segment("same", segment.text[:start]),
        Fold("same", words=hidden, text=segment.text[start:end]),
        Segment("same", segment.text[end:]),
    ]
    return [part for part in parts if part.text]


def _pieces(segment: Segment) -> tuple[str, ...]:
    """Return the words it was compared by; else cut it up, after any blanks."""
    if segment.pieces is not None:
        return segment.pieces
    tokens = words(segment.text)
    return (tokens.lead, *tokens.pieces)


def _length(pieces: tuple[str, ...]) -> int:
    return sum(map(len, pieces))


def _word_places(pieces: tuple[str, ...]) -> list[int]:
    """Find the pieces that are words or numbers, not punctuation or blanks."""
    return [place for place, piece in enumerate(pieces) if piece[:1].isalnum()]
