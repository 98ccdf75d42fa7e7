"""Lists and objects leave as Arrow's own where that loses nothing, else as text."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments_ui.arrow.columns import Batch
from experiments_ui.arrow.nested_out import nesting_of
from experiments_ui.arrow.schemas import kinds_of, schema_for, to_arrow
from experiments_ui.errors import Conflict


def written(*batches, kinds=None):
    """Write batches of one column "c", the way a stream of them would be."""
    batches = [Batch.from_rows([{"c": value} for value in batch]) for batch in batches]
    kinds = kinds or {"c": "mixed"}
    nesting = nesting_of(kinds, batches)
    return pa.Table.from_batches(
        [
            nesting.write(
                batch, flat=to_arrow(batch.columns, kinds=kinds, length=batch.length)
            )
            for batch in batches
        ],
        nesting.schema(schema_for(kinds)),
    )["c"]


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        ([["a"], [], None, ["b", None]], pa.list_(pa.string())),
        ([[1, 2.5], [3]], pa.list_(pa.float64())),
        ([[2**53 + 1], [1]], pa.list_(pa.int64())),
        ([{"a": 1, "b": "x"}, {"b": "y", "a": 2}], None),
        ([{"a": [{"b": True}]}, {"a": []}, {"a": None}], None),
        (
            [[{"role": "user", "content": None}], [{"role": "tool", "content": "x"}]],
            None,
        ),
        ([[], []], pa.list_(pa.null())),
    ],
)
def test_values_of_one_shape_are_nested(values, type_, tmp_path):
    column = written(values)

    assert pa.types.is_nested(column.type)
    assert type_ is None or column.type == type_
    assert column.to_pylist() == values
    pq.write_table(pa.table({"c": column}), tmp_path / "c.parquet")
    assert pq.read_table(tmp_path / "c.parquet")["c"].to_pylist() == values


@pytest.mark.parametrize(
    "values",
    [
        [{"a": 1}, {"b": 2}],
        [{"a": 1}, {"a": "x"}],
        [{"a": 1}, [1]],
        [[1, "x"]],
        [[2**53 + 1, 0.5]],
        [[1], "text"],
        [{}],
        [[{}]],
        [json.loads("[" * 40 + "]" * 40)],
    ],
)
def test_values_of_several_shapes_are_json_text(values):
    assert [json.loads(text) for text in written(values).to_pylist()] == values


def test_the_shape_is_that_of_all_batches():
    assert written([[1], None], [[0.5]]).to_pylist() == [[1.0], None, [0.5]]
    assert written([[1]], [None, None], [["x"]]).type == pa.string()


def test_columns_that_are_not_mixed_are_left_alone():
    def never():
        raise AssertionError("the batches are not needed")
        yield

    kinds = kinds_of(Batch.from_rows([{"c": "x"}]).columns)
    assert nesting_of(kinds, never()).shapes == {}
    assert written([1, "x"]).to_pylist() == ["1", '"x"']


def test_a_shape_that_changed_meanwhile_is_a_conflict():
    nesting = nesting_of({"c": "mixed"}, [Batch.from_rows([{"c": [1]}])])
    changed = Batch.from_rows([{"c": ["x"]}])
    with pytest.raises(Conflict, match="“c” was changed"):
        nesting.write(changed, flat=to_arrow(changed.columns))
