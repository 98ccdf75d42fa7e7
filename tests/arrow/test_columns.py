"""Rows to columns and back, exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.arrow.columns import (
    Batch,
    Booleans,
    Floats,
    Integers,
    Mixed,
    Nulls,
    Strings,
    column_of_values,
    column_values,
    kind_of,
)
from experiments_ui.arrow.schemas import kinds_of, to_arrow
from experiments_ui.errors import Invalid, LimitExceeded
from tests.arrow.test_values import scalars, texts, values

names = st.sampled_from(["output", "eval.acc.score", "n", "ü", " "])
kinds = [
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.none() | st.booleans(),
    texts,
    values,
    scalars,
]
columns_of_values = st.one_of([st.lists(kind, max_size=8) for kind in kinds])


@given(columns_of_values)
def test_a_column_gives_back_its_values(wanted):
    column = column_of_values(wanted, name="c")

    assert len(column) == len(wanted)
    assert repr(column_values(column)) == repr(wanted)


@given(st.lists(st.dictionaries(names, values, max_size=4), max_size=6))
def test_rows_come_back_with_every_column(rows):
    batch = Batch.from_rows(rows)

    wanted = [{name: row.get(name) for name in batch.columns} for row in rows]
    assert repr(batch.rows()) == repr(wanted)


@given(columns_of_values, st.integers(0, 9), st.integers(0, 9))
def test_a_slice_holds_the_same_values(wanted, start, stop):
    batch = Batch.from_rows([{"c": value} for value in wanted]).slice(start, stop)

    assert batch.length == len(wanted[start:stop])
    assert repr([row["c"] for row in batch.rows()]) == repr(wanted[start:stop])


@given(columns_of_values)
def test_columns_of_one_type_survive_arrow(wanted):
    batch = Batch.from_rows([{"c": value} for value in wanted])
    back = Batch.from_arrow(to_arrow(batch.columns, length=batch.length))

    assert back.length == batch.length
    if "mixed" not in kinds_of(batch.columns).values():
        assert back.rows() == batch.rows()


@pytest.mark.parametrize(
    ("sample", "form"),
    [
        ([1, None], Integers),
        ([1.5, None, 2], Floats),
        ([True, None, False], Booleans),
        (["a", None], Strings),
        ([None, None], Nulls),
        ([1, "a"], Mixed),
        ([True, 1], Mixed),
        ([[1], {"a": None}], Mixed),
        ([2**53, 0.5], Floats),
        ([2**53 + 1, 0.5], Mixed),
        ([-(2**53) - 1, 0.5], Mixed),
        ([], Nulls),
    ],
)
def test_the_form_follows_the_types_that_occur(sample, form):
    assert type(column_of_values(sample, name="c")) is form


def test_columns_keep_the_order_in_which_they_were_first_seen():
    batch = Batch.from_rows([{"b": 1}, {"a": 2, "b": 3}, {}])

    assert list(batch.columns) == ["b", "a"]
    assert batch.rows() == [
        {"b": 1, "a": None},
        {"b": 3, "a": 2},
        {"b": None, "a": None},
    ]


def test_rows_without_columns_are_counted():
    assert Batch.from_rows([{}, {}]).rows() == [{}, {}]
    assert kind_of(Nulls(0)) == "null"


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        ([{"": 1}], Invalid, "Column 1 has no name"),
        ([{"a": 1, "b\x00": 1}], Invalid, "name of column 2 holds a NUL"),
        ([{"x" * 256: 1}], Invalid, "longer than 255"),
        ([{f"c{i}": 1 for i in range(2001)}], LimitExceeded, "more than 2,000 columns"),
        ([{"a": float("inf")}], Invalid, "Column “a”, row 1 is not a finite"),
        ([{"a": 2**63}], Invalid, "Column “a” holds an integer beyond 64 bits"),
        ([{"a": None}, {"a": "x\x00"}], Invalid, "Column “a”, row 2 holds a NUL"),
        ([{"a": "\ud800"}], Invalid, "half of a surrogate"),
        ([{"a": b"x"}], Invalid, "holds bytes"),
    ],
)
def test_rows_that_cannot_be_kept_are_refused_by_name(rows, error, message):
    with pytest.raises(error, match=message):
        Batch.from_rows(rows)
