"""From a filter's text to its tree, by precedence climbing."""

from experiments_ui.analysis.filters.tokens import (
    InvalidFilter,
    Token,
    problem,
    tokenize,
)
from experiments_ui.analysis.filters.tree import (
    OPERANDS,
    Arithmetic,
    Comparison,
    Constant,
    Contains,
    Every,
    Expression,
    IsNull,
    Like,
    Membership,
    Node,
    Not,
    Null,
    Operand,
    Predicate,
    Reference,
    Some,
)

MAX_DEPTH = 60
MAX_LISTED = 1_000
# A piece with a _ in it is tried at every place of a text, so its length counts.
MAX_PATTERN = 1_000

_OR, _AND, _CONDITION, _SUM, _PRODUCT, _TIGHTEST = range(1, 7)
_ORDERINGS = frozenset(("<", "<=", ">", ">="))
_LEVELS = {
    "OR": _OR,
    "AND": _AND,
    **dict.fromkeys(("=", "!=", *_ORDERINGS), _CONDITION),
    **dict.fromkeys(("NOT", "IN", "IS", "LIKE", "CONTAINS"), _CONDITION),
    **dict.fromkeys(("+", "-"), _SUM),
    **dict.fromkeys(("*", "/"), _PRODUCT),
}
_BOOLEANS = {"TRUE": 1.0, "FALSE": 0.0}
_BEFORE_A_CONDITION = frozenset(("", "AND", "OR", "NOT", "("))


def parse(text: str) -> Expression:
    """Read a filter.

    Raises:
        InvalidFilter: It cannot be read, or is too large; says where and why.
    """
    return Expression(text=text, root=_Parser(tokenize(text)).whole())


class _Parser:
    """One walk over the tokens; a lower level binds more loosely."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._tokens = tokens
        self._index = 0
        self._depth = 0
        self._listed = 0

    def whole(self) -> Predicate:
        root = self._predicate(_OR)
        if self._token.text:
            raise self._expected("AND, OR or the end")
        return root

    @property
    def _token(self) -> Token:
        return self._tokens[self._index]

    def _advance(self) -> Token:
        token = self._token
        if token.text:
            self._index += 1
        return token

    def _accept(self, symbol: str) -> bool:
        accepted = self._token.symbol == symbol
        if accepted:
            self._advance()
        return accepted

    def _require(self, symbol: str) -> None:
        if not self._accept(symbol):
            raise self._expected(f"'{symbol}'")

    def _expected(self, wanted: str, *, at: int | None = None) -> InvalidFilter:
        """Say what is missing before the current token, or the one at an index."""
        index = self._index if at is None else at
        words = f"Expected {wanted}"
        if index:
            words += f" after {_quoted(self._tokens[index - 1])}"
        return problem(words, self._tokens[index].position)

    def _predicate(self, level: int) -> Predicate:
        return self._as_predicate(self._expression(level))

    def _as_predicate(self, node: Node) -> Predicate:
        if isinstance(node, OPERANDS):
            raise self._expected("a comparison")
        return node

    def _operand(self, level: int) -> Operand:
        start = self._index
        node = self._expression(level)
        if not isinstance(node, OPERANDS):
            raise self._expected("a value", at=start)
        return node

    def _expression(self, level: int) -> Node:
        left = self._start()
        while _LEVELS.get(self._token.symbol, 0) >= level:
            left = self._continue(left)
        return left

    def _start(self) -> Node:
        token = self._token
        if token.symbol in ("(", "NOT", "-"):
            return self._nested(self._advance())
        literal = self._literal()
        if literal is not None:
            return literal
        if token.name is None:
            before = self._tokens[self._index - 1].symbol if self._index else ""
            condition = before in _BEFORE_A_CONDITION
            raise self._expected("a condition" if condition else "a value")
        self._advance()
        return Reference(token.name)

    def _nested(self, opening: Token) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            words = f"The filter is nested more than {MAX_DEPTH} levels deep"
            raise problem(words, opening.position)
        node: Node
        if opening.symbol == "(":
            node = self._expression(_OR)
            self._require(")")
        elif opening.symbol == "NOT":
            node = Not(self._predicate(_CONDITION))
        else:
            node = _negative(self._operand(_TIGHTEST), opening)
        self._depth -= 1
        return node

    def _literal(self) -> Constant | Null | None:
        token = self._token
        value = _BOOLEANS.get(token.symbol, token.value)
        if value is None and token.symbol != "NULL":
            return None
        self._advance()
        return Null() if value is None else Constant(value)

    def _continue(self, left: Node) -> Node:
        symbol = self._token.symbol
        if symbol in ("AND", "OR"):
            return self._chain(left, symbol)
        if symbol in ("+", "-", "*", "/"):
            return self._arithmetic(left)
        if not isinstance(left, OPERANDS):
            words = "A comparison cannot follow another: join the two with AND,"
            raise problem(words, self._token.position)
        return self._condition(left)

    def _chain(self, left: Node, symbol: str) -> Predicate:
        parts = [self._as_predicate(left)]
        while self._accept(symbol):
            parts.append(self._predicate(_LEVELS[symbol] + 1))
        return Every(tuple(parts)) if symbol == "AND" else Some(tuple(parts))

    def _arithmetic(self, left: Node) -> Arithmetic:
        level = _LEVELS[self._token.symbol]
        if not isinstance(left, OPERANDS):
            words = f"Expected a value before '{self._token.text}'"
            raise problem(words, self._token.position)
        _refuse_text(left, self._token)
        steps = []
        while _LEVELS.get(self._token.symbol) == level:
            sign = self._advance()
            operand = self._operand(level + 1)
            _refuse_text(operand, sign)
            steps.append((sign.symbol, operand))
        return Arithmetic(left, tuple(steps))

    def _condition(self, left: Operand) -> Predicate:
        negated = self._accept("NOT")
        token = self._advance()
        node: Predicate
        match token.symbol:
            case "IN":
                node = self._membership(left)
            case "LIKE":
                node = Like(left, self._pattern())
            case "CONTAINS":
                node = Contains(left, self._text("text in single quotes"))
            case _ if negated:
                self._index -= bool(token.text)
                raise self._expected("IN, LIKE or CONTAINS")
            case "IS":
                node = self._null_test(left)
            case _:
                node = self._comparison(left, token)
        return Not(node) if negated else node

    def _comparison(self, left: Operand, sign: Token) -> Predicate:
        right = self._operand(_SUM)
        if not isinstance(left, Null) and not isinstance(right, Null):
            return Comparison(left, sign.symbol, right)
        if sign.symbol in _ORDERINGS:
            raise problem("null can be compared by = and != only", sign.position)
        same = IsNull(left if isinstance(right, Null) else right)
        return same if sign.symbol == "=" else Not(same)

    def _null_test(self, left: Operand) -> Predicate:
        negated = self._accept("NOT")
        self._require("NULL")
        return Not(IsNull(left)) if negated else IsNull(left)

    def _text(self, wanted: str) -> str:
        value = self._token.value
        if not isinstance(value, str):
            raise self._expected(wanted)
        self._advance()
        return value

    def _pattern(self) -> str:
        position = self._token.position
        pattern = self._text("a pattern in single quotes")
        if len(pattern) > MAX_PATTERN:
            words = f"The pattern is longer than {MAX_PATTERN:,} characters"
            raise problem(words, position)
        return pattern

    def _membership(self, left: Operand) -> Predicate:
        """Read the list; a null in it matches null, as `= null` does."""
        self._require("(")
        values = [self._listed_value()]
        while self._accept(","):
            values.append(self._listed_value())
        self._require(")")
        known = tuple(value for value in values if value is not None)
        membership = Membership(left, known)
        return membership if len(known) == len(values) else _or_null(membership)

    def _listed_value(self) -> float | str | None:
        self._listed += 1
        if self._listed > MAX_LISTED:
            words = f"More than {MAX_LISTED:,} values are listed after IN"
            raise problem(words, self._token.position)
        minus = self._accept("-")
        place = self._index
        literal = self._literal()
        value = literal.value if isinstance(literal, Constant) else None
        if literal is None or (minus and not isinstance(value, float)):
            raise self._expected("a number" if minus else "a value", at=place)
        return -value if minus and isinstance(value, float) else value


def _or_null(membership: Membership) -> Predicate:
    return Some((membership, IsNull(membership.operand)))


def _quoted(token: Token) -> str:
    return token.text if token.text.startswith(("'", '"')) else f"'{token.text}'"


def _refuse_text(operand: Operand, sign: Token) -> None:
    if isinstance(operand, Constant) and isinstance(operand.value, str):
        raise problem(f"'{sign.text}' needs numbers on both sides", sign.position)


def _negative(operand: Operand, sign: Token) -> Operand:
    _refuse_text(operand, sign)
    if isinstance(operand, Constant) and isinstance(operand.value, float):
        return Constant(-operand.value)
    return Arithmetic(Constant(0.0), (("-", operand),))
