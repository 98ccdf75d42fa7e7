"""Putting a vector together from pieces."""

from collections.abc import Iterator, Sequence

import numpy as np

from experiments_ui.columns.vectors import (
    BLANKS,
    FLOAT,
    INTEGER,
    TYPES,
    Mask,
    Vector,
    frozen,
)


class Assembly:
    """A vector of known length under construction; a piece is copied when it is laid.

    Integers become floats when a piece of floats comes. Pieces must not overlap.
    Labels are not carried over.
    """

    def __init__(self, kind: str, length: int) -> None:
        self._kind = kind
        self._values = np.empty(length, dtype=TYPES[kind])
        # Of integers that are missing, or of floats that came as integers; the first
        # piece that has any makes it.
        self._marks: Mask | None = None
        self._covered: list[tuple[int, int]] = []

    def lay(self, start: int, piece: Vector) -> None:
        """Copy a piece to where it begins.

        Raises:
            ValueError: It is of a kind that does not go with this one.
        """
        if piece.kind == FLOAT and self._kind == INTEGER:
            self._become_floats()
        if piece.kind == INTEGER and self._kind == FLOAT:
            piece = piece.as_floats()
        if piece.kind != self._kind:
            raise ValueError(
                f"A piece of kind {piece.kind} among those of {self._kind}."
            )
        stop = start + len(piece)
        self._values[start:stop] = piece.values
        marks = piece.missing if piece.kind == INTEGER else piece.integers
        if marks is not None:
            self._marked()[start:stop] = marks
        self._covered.append((start, stop))

    def finished(self) -> Vector:
        """Return the vector; what no piece covers is missing."""
        for start, stop in self._gaps():
            self._values[start:stop] = BLANKS[self._kind]
            if self._kind == INTEGER:
                self._marked()[start:stop] = True
        values = frozen(self._values)
        marks = self._marks
        if marks is not None:
            marks = frozen(marks) if marks.any() else None
        if self._kind == INTEGER:
            return Vector(INTEGER, values, missing=marks)
        return Vector(self._kind, values, integers=marks)

    def _marked(self) -> Mask:
        if self._marks is None:
            self._marks = np.zeros(len(self._values), dtype=np.bool_)
        return self._marks

    def _become_floats(self) -> None:
        so_far = self.finished().as_floats()
        self._kind = FLOAT
        self._values = so_far.values.copy()
        self._marks = None if so_far.integers is None else so_far.integers.copy()

    def _gaps(self) -> Iterator[tuple[int, int]]:
        end = 0
        for start, stop in sorted(self._covered):
            if end < start:
                yield end, start
            end = stop
        if end < len(self._values):
            yield end, len(self._values)


def assemble(kind: str, length: int, pieces: Sequence[tuple[int, Vector]]) -> Vector:
    """Lay pieces, each with its first row, into a vector that is missing elsewhere."""
    assembly = Assembly(kind, length)
    for start, piece in pieces:
        assembly.lay(start, piece)
    return assembly.finished()


def all_missing(kind: str, length: int) -> Vector:
    return assemble(kind, length, [])


def concatenate(vectors: Sequence[Vector]) -> Vector:
    """Join vectors of one kind, or of integers and floats, and the same labels."""
    starts = np.cumsum([0, *map(len, vectors)]).tolist()
    pieces = list(zip(starts, vectors, strict=False))
    joined = assemble(vectors[0].kind, starts[-1], pieces)
    return joined.labelled(max((v.labels for v in vectors), key=len))
