"""One stable Arrow type for each kind of column."""

import itertools

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.arrow.columns import Batch
from experiments_ui.arrow.schemas import (
    ARROW_TYPES,
    kinds_of,
    merge_kinds,
    schema_for,
    to_arrow,
)

kinds = st.sampled_from(list(ARROW_TYPES))

SAMPLES = {
    "float": [0.5, None],
    "integer": [2**63 - 1, None],
    "boolean": [True, None],
    "string": ["é", None],
    "mixed": [[1], None],
    "null": [None, None],
}


def columns_of(kind):
    return Batch.from_rows([{"c": value} for value in SAMPLES[kind]]).columns


@given(kinds, kinds, kinds)
def test_merging_kinds_is_independent_of_order(first, second, third):
    merged = merge_kinds(merge_kinds(first, second), third)

    assert merge_kinds(second, first) == merge_kinds(first, second)
    assert merge_kinds(merged, first) == merged
    assert merge_kinds(first, "null") == first


@pytest.mark.parametrize(("first", "second"), list(itertools.product(SAMPLES, SAMPLES)))
def test_batches_of_two_kinds_fit_one_schema(first, second):
    stream = {"c": merge_kinds(first, second)}

    for kind in (first, second):
        assert to_arrow(columns_of(kind), kinds=stream).schema == schema_for(stream)


def test_values_keep_their_meaning_in_a_merged_schema():
    def written(kind, as_kind):
        return to_arrow(columns_of(kind), kinds={"c": as_kind})["c"].to_pylist()

    assert written("float", "float") == [0.5, None]
    assert written("integer", "integer") == [2**63 - 1, None]
    assert written("integer", "float") == [float(2**63), None]
    assert written("boolean", "boolean") == [True, None]
    assert written("string", "mixed") == ['"é"', None]
    assert written("boolean", "mixed") == ["true", None]
    assert written("mixed", "mixed") == ["[1]", None]
    assert written("null", "string") == [None, None]


def test_a_column_that_a_batch_lacks_is_missing_there():
    columns = columns_of("float")
    written = to_arrow(columns, kinds={"d": "string", "c": "float"})

    assert written.to_pydict() == {"d": [None, None], "c": [0.5, None]}


def test_a_column_is_never_squeezed_into_a_narrower_kind():
    with pytest.raises(ValueError, match="string cannot be written as float"):
        to_arrow(columns_of("string"), kinds={"c": "float"})


def test_no_columns_still_count_rows():
    assert to_arrow({}, length=3).num_rows == 3
    assert to_arrow({}).schema == pa.schema([])
    assert kinds_of(columns_of("mixed")) == {"c": "mixed"}
