"""The patterns of LIKE: % stands for any text, _ for any one character."""

import re


class Wildcard:
    """A pattern, matched without backtracking.

    The pieces between the % are found from left to right, each at its first
    place, which suffices because every % takes any text. The cost is at most
    the text's length times that of the longest piece holding a _.
    """

    def __init__(self, pattern: str) -> None:
        head, *rest = pattern.split("%")
        self._anchored = not rest
        self._head = _piece(head)
        self._tail = _piece(rest.pop() if rest else "")
        self._middle = [_piece(piece) for piece in rest if piece]
        self._head_size = len(head)
        self._tail_size = len(pattern) - pattern.rfind("%") - 1 if "%" in pattern else 0

    def matches(self, text: str) -> bool:
        if self._anchored:
            return self._head.fullmatch(text) is not None
        end = len(text) - self._tail_size
        if end < self._head_size or not self._head.match(text):
            return False
        place = self._head_size
        for piece in self._middle:
            found = piece.search(text, place, end)
            if found is None:
                return False
            place = found.end()
        return self._tail.match(text, end) is not None


def _piece(piece: str) -> re.Pattern[str]:
    return re.compile(re.escape(piece).replace("_", "."), re.DOTALL)
