"""The vectorised filter against a slow evaluator with three truth values."""

import operator
import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.analysis import filters
from experiments_ui.analysis.filters import tree
from experiments_ui.analysis.filters.wildcards import Wildcard
from tests.analysis.tables import codes, make_table, numbers

OPERATORS = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
SIGNS = {"+": operator.add, "-": operator.sub, "*": operator.mul}

figures = st.sampled_from([-2.0, -1.0, 0.0, 0.5, 1.0, 2.0])
words = st.text("ab%_'", max_size=3)
constants = (figures | words).map(tree.Constant)
references = st.sampled_from("nbctvx").map(tree.Reference)
numeric = figures.map(tree.Constant) | references
sums = st.builds(
    tree.Arithmetic,
    numeric,
    st.tuples(st.tuples(st.sampled_from("+-*/"), numeric)),
)
operands = references | sums | constants
conditions = st.one_of(
    st.builds(tree.Comparison, operands, st.sampled_from(sorted(OPERATORS)), operands),
    st.builds(
        tree.Membership,
        references | sums,
        st.lists(figures | words, min_size=1, max_size=4).map(tuple),
    ),
    st.builds(tree.IsNull, operands),
    st.builds(tree.Like, operands, words),
    st.builds(tree.Contains, operands, words),
)
trees = st.recursive(
    conditions,
    lambda parts: st.one_of(
        st.builds(tree.Not, parts),
        st.builds(tree.Every, st.lists(parts, min_size=2, max_size=3).map(tuple)),
        st.builds(tree.Some, st.lists(parts, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)
cells = st.none() | figures | words | st.booleans() | st.just([1]) | st.just({})


@st.composite
def tables(draw):
    size = draw(st.integers(1, 5))

    def column(strategy):
        return draw(st.lists(strategy, min_size=size, max_size=size))

    rows = {
        "n": column(st.none() | figures),
        "b": column(st.none() | st.booleans()),
        "c": column(st.none() | words),
        "t": column(st.none() | words),
        "v": column(cells),
    }
    flags = [-1 if flag is None else int(flag) for flag in rows["b"]]
    table = make_table(
        n=numbers(*rows["n"]),
        b=filters.Booleans(np.array(flags, np.int8)),
        c=codes(*rows["c"]),
        t=filters.Texts(rows["t"]),
        v=filters.Values(rows["v"]),
    )
    return table, [
        dict(zip(rows, row, strict=True)) for row in zip(*rows.values(), strict=True)
    ]


def written(node) -> str:
    match node:
        case tree.Not(part):
            return f"(NOT ({written(part)}))"
        case tree.Every(parts):
            return "(" + " AND ".join(f"({written(part)})" for part in parts) + ")"
        case tree.Some(parts):
            return "(" + " or ".join(f"({written(part)})" for part in parts) + ")"
    return written_condition(node)


def written_condition(node) -> str:
    match node:
        case tree.Comparison(left, symbol, right):
            return f"{written_operand(left)} {symbol} {written_operand(right)}"
        case tree.Membership(operand, values):
            listed = ", ".join(written_constant(value) for value in values)
            return f"{written_operand(operand)} in ({listed})"
        case tree.Like(operand, text):
            return f"{written_operand(operand)} Like {written_constant(text)}"
        case tree.Contains(operand, text):
            return f"{written_operand(operand)} contains {written_constant(text)}"
    return f"{written_operand(node.operand)} IS NULL"


def written_operand(node) -> str:
    match node:
        case tree.Constant(value):
            return written_constant(value)
        case tree.Reference(name):
            return name
    steps = [f" {sign} {written_operand(other)}" for sign, other in node.steps]
    return f"({written_operand(node.first)}{''.join(steps)})"


def written_constant(value: float | str) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)


def cell(node, row):
    """The operand's value in a row: a number, a text, None, or what equals nothing."""
    match node:
        case tree.Constant(value):
            return value
        case tree.Reference(name):
            return row.get(name)
        case tree.Arithmetic(first, ((sign, other),)):
            left, right = cell(first, row), cell(other, row)
            if not isinstance(left, int | float) or not isinstance(right, int | float):
                return None
            if sign == "/":
                return None if right == 0 else left / right
            return SIGNS[sign](left, right)


def truth(node, row):
    """True, False, or None where it is unknown."""
    match node:
        case tree.Not(part):
            known = truth(part, row)
            return None if known is None else not known
        case tree.Every(parts):
            answers = [truth(part, row) for part in parts]
            return False if False in answers else None if None in answers else True
        case tree.Some(parts):
            return any_of([truth(part, row) for part in parts])
    return condition_truth(node, row)


def condition_truth(node, row):
    match node:
        case tree.IsNull(operand):
            return cell(operand, row) is None
        case tree.Comparison(left, symbol, right):
            return compared(cell(left, row), symbol, cell(right, row))
        case tree.Membership(operand, values):
            return any_of(
                [compared(cell(operand, row), "=", value) for value in values]
            )
        case tree.Like(operand, pattern):
            return about_text(cell(operand, row), lambda text: like(text, pattern))
    return about_text(cell(node.operand, row), lambda text: node.text in text)


def any_of(answers):
    return True if True in answers else None if None in answers else False


def compared(left, symbol, right):
    if not isinstance(left, int | float | str) or not isinstance(
        right, int | float | str
    ):
        return None
    if isinstance(left, str) != isinstance(right, str):
        return symbol == "!="
    return OPERATORS[symbol](left, right)


def about_text(value, question):
    if not isinstance(value, int | float | str):
        return None
    return isinstance(value, str) and question(value)


def like(text: str, pattern: str) -> bool:
    translated = "".join(
        {"%": ".*", "_": "."}.get(sign, re.escape(sign)) for sign in pattern
    )
    return re.fullmatch(translated, text, re.DOTALL) is not None


@given(trees)
def test_reading_a_written_tree_gives_it_back(root):
    assert filters.parse(written(root)).root == root


@given(trees, tables())
def test_the_mask_agrees_with_the_reference(root, table_and_rows):
    table, rows = table_and_rows
    expression = filters.parse(written(root))

    expected = [truth(root, row) is True for row in rows]

    assert filters.mask(expression, table).tolist() == expected
    assert [filters.row_matches(expression, row) for row in rows] == expected


@given(st.text("ab\n.%_", max_size=12), st.text("ab\n.%_", max_size=8))
def test_wildcards_agree_with_a_regular_expression(text, pattern):
    assert Wildcard(pattern).matches(text) is like(text, pattern)


@given(
    st.text("a1.'\"()<>=!-+*/, %_ANDORNOTISNULIKECIN\n", max_size=40)
    | st.text(max_size=30)
)
def test_any_text_is_read_or_refused(text):
    refusal = refused(text)
    if refusal and refusal.position:
        assert 1 <= refusal.position <= len(text) + 1


def refused(text: str) -> filters.InvalidFilter | None:
    try:
        filters.parse(text)
    except filters.InvalidFilter as refusal:
        return refusal
    return None
