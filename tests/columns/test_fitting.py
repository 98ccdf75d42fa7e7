"""Which kind a column takes, and which values its vector cannot hold."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.arrow.columns import Floats, Integers, Strings, column_of_values
from experiments_ui.columns.assembly import assemble
from experiments_ui.columns.fitting import MOST_LABELS, Draft, fit
from experiments_ui.columns.models import Kind
from tests.columns.frames import exact


def fitted(*batches, name="value"):
    """Return the column after the batches, and the values that spilled by row."""
    draft = Draft(name=name, role="extra")
    row, spilled = 0, []
    for values in batches:
        rest = fit(draft, column_of_values(values, name=name), row=row)
        rest = rest.to_pylist() if isinstance(rest, pa.Array) else rest
        spilled += rest or [None] * len(values)
        row += len(values)
    return draft, spilled


def restored(draft, spilled):
    """Put spilled values back among those of the vector."""
    held = [None] * len(spilled)
    if draft.kind != Kind.TEXT:
        vector = assemble(draft.kind, len(spilled), draft.pieces)
        vector = vector.labelled(tuple(draft.labels))
        held = vector.values_at(range(len(spilled)))
    pairs = list(zip(held, spilled, strict=True))
    assert all(None in pair for pair in pairs)
    return [value if rest is None else rest for value, rest in pairs]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, None, 2], Kind.INTEGER),
        ([1, 2.5], Kind.FLOAT),
        ([0.5, None], Kind.FLOAT),
        ([True, None], Kind.BOOLEAN),
        (["good", "bad", None], Kind.CODE),
        ([1, "good"], Kind.TEXT),
        ([[1], {"a": 2}], Kind.TEXT),
        ([None, None], Kind.TEXT),
        ([], Kind.TEXT),
    ],
)
def test_the_first_values_choose_the_kind(values, kind):
    assert fitted(values)[0].kind == kind


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("topic", ["a", "b"] * 30, Kind.CODE),
        ("topic", [f"text {n}" for n in range(60)], Kind.TEXT),
        ("topic", [f"text {n % 257}" for n in range(600)], Kind.TEXT),
        ("topic", [f"text {n % 256}" for n in range(600)], Kind.CODE),
        ("topic", ["a", "b" * 201], Kind.TEXT),
        ("eval.x.label", [f"text {n}" for n in range(60)], Kind.CODE),
        ("eval.x.explanation", ["a", "a"], Kind.TEXT),
        ("eval.x.trace.id", ["a", "a"], Kind.TEXT),
        ("output", ["a", "a"], Kind.TEXT),
        ("error", ["a", "a"], Kind.TEXT),
    ],
)
def test_few_short_texts_are_labels_and_prose_is_not(name, values, kind):
    draft, spilled = fitted(values, name=name)

    assert draft.kind == kind
    assert restored(draft, spilled) == values


def test_a_column_without_values_takes_any_kind_later():
    draft, spilled = fitted([None, None], [3, None])

    assert draft.kind == Kind.INTEGER
    assert restored(draft, spilled) == [None, None, 3, None]


def test_arrow_columns_of_nothing_but_nulls_choose_no_kind():
    draft = Draft(name="value", role="extra")
    nan = np.full(2, np.nan)
    for column in (
        Strings(pa.nulls(2, pa.string())),
        Floats(nan),
        Integers(np.zeros(2, np.int64), np.ones(2, np.bool_)),
    ):
        assert fit(draft, column, row=0) is None
        assert draft.is_open


def test_floats_turn_a_column_of_integers_into_floats():
    draft, spilled = fitted([1, 2], [0.5])

    assert draft.kind == Kind.FLOAT
    assert exact(restored(draft, spilled)) == exact([1, 2, 0.5])


def test_floats_among_integers_that_no_float_holds_spill():
    draft, spilled = fitted([2**60 + 1], [0.5, 7])

    assert draft.kind == Kind.INTEGER
    assert spilled == [None, 0.5, None]
    assert exact(restored(draft, spilled)) == exact([2**60 + 1, 0.5, 7])


def test_integers_that_no_float_holds_spill_from_floats():
    draft, spilled = fitted([0.5], [2**53 + 1, 2**53, None])

    assert spilled == [None, 2**53 + 1, None, None]
    assert exact(restored(draft, spilled)) == exact([0.5, 2**53 + 1, 2**53, None])


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ([1], [True]),
        ([1.5], ["good"]),
        ([True], [1]),
        ([True], [0.5, 2]),
        (["good"], [1]),
        (["good"], [False]),
        ([1], [[1, 2]]),
    ],
)
def test_values_of_another_kind_spill_and_the_column_says_so(first, then):
    draft, spilled = fitted(first, then)

    assert draft.spills
    assert exact(spilled) == exact([None, *then])


def test_one_stray_text_among_numbers_costs_no_number():
    draft, spilled = fitted([0.5], [0.25, "n/a", 3, None])

    assert spilled == [None, None, "n/a", None, None]
    assert exact(restored(draft, spilled)) == exact([0.5, 0.25, "n/a", 3, None])


def test_labels_beyond_the_dictionary_spill():
    draft, spilled = fitted(["a"], [f"text {n}" for n in range(MOST_LABELS)])

    assert len(draft.labels) == MOST_LABELS
    assert spilled[-1] == f"text {MOST_LABELS - 1}"
    assert spilled[:-1] == [None] * MOST_LABELS


def test_a_long_label_spills_and_the_others_stay():
    draft, spilled = fitted(["good", "x" * 201, None], name="eval.x.label")

    assert draft.kind == Kind.CODE
    assert restored(draft, spilled) == ["good", "x" * 201, None]


numbers = st.integers(-(2**63), 2**63 - 1) | st.integers(-9, 9)
scalars = (
    st.none()
    | st.booleans()
    | numbers
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["good", "bad", "", "schön “😀”"])
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
)
json_values = scalars | st.lists(scalars, max_size=2)
columns_of_values = st.one_of(
    *(
        st.lists(st.none() | kind, max_size=8)
        for kind in (
            numbers,
            st.floats(allow_nan=False, allow_infinity=False),
            numbers | st.sampled_from([0.5, -0.0]),
            st.booleans(),
            st.sampled_from(["good", "bad", "x" * 201]),
            json_values,
        )
    )
)


@given(st.lists(columns_of_values, max_size=5), st.sampled_from(["value", "x.label"]))
def test_any_values_come_back_exactly(batches, name):
    draft, spilled = fitted(*batches, name=name)

    assert exact(restored(draft, spilled)) == exact(
        [value for batch in batches for value in batch]
    )
