"""What a filter says, as a tree of conditions over operands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Constant:
    """A number or text written out; true and false are 1 and 0."""

    value: float | str


@dataclass(frozen=True, slots=True)
class Null:
    """The word null."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A column, by its full name."""

    name: str


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A chain of one precedence, such as a + b - c, worked from left to right."""

    first: "Operand"
    steps: tuple[tuple[str, "Operand"], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    left: "Operand"
    symbol: str
    right: "Operand"


@dataclass(frozen=True, slots=True)
class Membership:
    operand: "Operand"
    values: tuple[float | str, ...]


@dataclass(frozen=True, slots=True)
class IsNull:
    operand: "Operand"


@dataclass(frozen=True, slots=True)
class Like:
    operand: "Operand"
    pattern: str


@dataclass(frozen=True, slots=True)
class Contains:
    operand: "Operand"
    text: str


@dataclass(frozen=True, slots=True)
class Not:
    part: "Predicate"


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold: a chain of AND, kept flat so that it may be long."""

    parts: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds: a chain of OR."""

    parts: tuple["Predicate", ...]


Operand = Constant | Null | Reference | Arithmetic
Condition = Comparison | Membership | IsNull | Like | Contains
Predicate = Condition | Not | Every | Some
Node = Operand | Predicate
OPERANDS = (Constant, Null, Reference, Arithmetic)


@dataclass(frozen=True, slots=True)
class Expression:
    """A filter that has been read, with the text it was read from."""

    text: str
    root: Predicate

    def columns(self) -> frozenset[str]:
        """Name every column that the filter reads."""
        names: set[str] = set()
        waiting: list[Node] = [self.root]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Reference):
                names.add(node.name)
            else:
                waiting.extend(_children(node))
        return frozenset(names)


def _children(node: Node) -> tuple[Node, ...]:
    match node:
        case Every() | Some():
            return node.parts
        case Not():
            return (node.part,)
        case Comparison():
            return (node.left, node.right)
        case Arithmetic():
            return (node.first, *(operand for _, operand in node.steps))
        case Membership() | IsNull() | Like() | Contains():
            return (node.operand,)
        case _:
            return ()
