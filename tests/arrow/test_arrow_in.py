"""Arrow batches from strangers: kept exactly, or refused by name."""

import datetime as dt
import time
import uuid
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from experiments_ui.arrow.columns import Batch, Floats, Integers, Mixed, Nulls, Strings
from experiments_ui.errors import Invalid, LimitExceeded

MOMENT = dt.datetime(2026, 1, 2, 3, 4, 5, 678000)  # noqa: DTZ001  # naive on purpose
AN_ID = uuid.UUID(int=5)


def taken(array, **options):
    return Batch.from_arrow(pa.RecordBatch.from_arrays([array], names=["c"]), **options)


def values_of(array):
    return [row["c"] for row in taken(array).rows()]


@pytest.mark.parametrize(
    ("array", "wanted"),
    [
        (pa.array([1, None], pa.int8()), [1, None]),
        (pa.array([2**63 - 1, None], pa.uint64()), [2**63 - 1, None]),
        (pa.array([-(2**63), None, 2**63 - 1]), [-(2**63), None, 2**63 - 1]),
        (pa.array([0.1, None, float("nan"), -0.0]), [0.1, None, None, -0.0]),
        (pa.array([0.5, None], pa.float16()), [0.5, None]),
        (pa.array([0.1], pa.float32()), [float(np.float32(0.1))]),
        (pa.array([Decimal("1.10"), None]), [1.1, None]),
        (pa.array([True, None, False]), [True, None, False]),
        (pa.array(["é", None, ""]), ["é", None, ""]),
        (pa.array(["é", None], pa.large_string()), ["é", None]),
        (
            pa.array(["é" * 20, None, "é" * 20], pa.string_view()),
            ["é" * 20, None, "é" * 20],
        ),
        (pa.array([b"ok", None]), ["ok", None]),
        (pa.array([b"ok", None], pa.binary_view()), ["ok", None]),
        (pa.array([b"ok", None], pa.large_binary()), ["ok", None]),
        (pa.array([b"ok", None], pa.binary(2)), ["ok", None]),
        (pa.array(["a", None, "a"]).dictionary_encode(), ["a", None, "a"]),
        (pa.array([1, None, 1]).dictionary_encode(), [1, None, 1]),
        (pa.array([MOMENT.date(), None]), ["2026-01-02", None]),
        (pa.array([MOMENT, None]), ["2026-01-02T03:04:05.678000", None]),
        (pa.array([MOMENT], pa.timestamp("s")), ["2026-01-02T03:04:05"]),
        (
            pa.array([MOMENT], pa.timestamp("ms", "Asia/Tokyo")),
            ["2026-01-02T03:04:05.678Z"],
        ),
        (pa.array([MOMENT.time(), None]), ["03:04:05.678000", None]),
        (pa.array([dt.timedelta(seconds=1), None]), [1_000_000, None]),
        (pa.nulls(2), [None, None]),
        (pa.array([[1, None], None, []]), [[1, None], None, []]),
        (pa.array([[0.5]], pa.list_(pa.float32(), 1)), [[0.5]]),
        (pa.array([{"a": [1]}, None]), [{"a": [1]}, None]),
        (
            pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int64())),
            [{"k": 1}, None],
        ),
        (
            pa.array([{"at": MOMENT, "d": Decimal("1.5"), "b": b"x"}]),
            [{"at": "2026-01-02T03:04:05.678000", "d": 1.5, "b": "x"}],
        ),
        (pa.array([AN_ID.bytes, None], pa.uuid()), [str(AN_ID), None]),
        (pa.array(['{"a":1}'], pa.json_()), ['{"a":1}']),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_every_type_becomes_its_exact_values(array, wanted):
    padded = (
        pa.concat_arrays([array.slice(0, 1), array])
        if not isinstance(array, pa.ExtensionArray)
        else array
    )

    assert repr(values_of(array)) == repr(wanted)
    assert repr(values_of(padded.slice(len(padded) - len(wanted)))) == repr(wanted)
    assert values_of(array.slice(0, 0)) == []


def test_the_forms_are_those_that_fit():
    batch = Batch.from_arrow(
        pa.RecordBatch.from_pydict(
            {"f": [0.5], "i": [1], "s": ["x"], "l": [[1]], "n": pa.nulls(1)}
        )
    )

    forms = [type(column) for column in batch.columns.values()]
    assert forms == [Floats, Integers, Strings, Mixed, Nulls]


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (pa.array([None, float("inf")]), "Column “c”, row 2 is not a finite"),
        (pa.array([1, 2**63], pa.uint64()), "row 2 is an integer beyond 64 bits"),
        (pa.array(["a", "b\x00"]), "Column “c”, row 2 holds a NUL"),
        (pa.array(["a", "b\x00"]).dictionary_encode(), "row 2 holds a NUL"),
        (pa.array([b"\xff"]), "bytes that are not UTF-8"),
        (pa.array([10**17], pa.timestamp("s")), "row 1 is a date out of range"),
        (pa.array([[0.5, float("nan")]]), r"row 1\[1\] is not a finite"),
        (pa.array([{"a": ["x\x00"]}]), r"row 1.a\[0\] holds a NUL"),
        (pa.array([[2**63]], pa.list_(pa.uint64())), "beyond 64 bits"),
        (pa.array([[b"\xff"]]), "not UTF-8"),
        (pa.array([[dt.timedelta(1)]]), "is a timedelta"),
        (
            pa.array([[("k", 1), ("k", 2)]], pa.map_(pa.string(), pa.int64())),
            "key twice",
        ),
        (pa.array([[(1, 1)]], pa.map_(pa.int64(), pa.int64())), "name is not text"),
        (pa.array([1], pa.bool8()), "type extension<arrow.bool8>"),
        (pa.array([[1]], pa.list_view(pa.int64())), "type list_view"),
        (
            pa.array([["a"]], pa.list_(pa.dictionary(pa.int8(), pa.string()))),
            "cannot be kept",
        ),
        (pa.array([["a"]], pa.list_(pa.string_view())), "cannot be kept"),
        (pa.RunEndEncodedArray.from_arrays([5], ["a"]), "run_end_encoded"),
        (pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1])]), "union"),
        (pa.array([(1, 2, 3)], pa.month_day_nano_interval()), "cannot be kept"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_column_and_row(array, message):
    with pytest.raises(Invalid, match=message):
        taken(array)


def test_rows_are_counted_from_the_first_of_the_batch():
    with pytest.raises(Invalid, match="row 502 "):
        taken(pa.array([0.0, float("inf")]), first_row=501)


def test_a_nul_beneath_a_missing_value_does_no_harm():
    hidden = pa.Array.from_buffers(
        pa.string(),
        1,
        [pa.py_buffer(b"\x00"), pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\0")],
    )
    assert values_of(hidden) == [None]


def test_text_that_is_not_utf8_is_refused():
    broken = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff")]
    )
    with pytest.raises(Invalid, match=r"Column “c” is not valid Arrow data: .*UTF8"):
        taken(broken)


def test_offsets_that_point_outside_are_refused():
    offsets = np.array([0, 60_000, 1], np.int32)
    outside = pa.Array.from_buffers(
        pa.string(), 2, [None, pa.py_buffer(offsets), pa.py_buffer(b"x")]
    )
    with pytest.raises(Invalid, match="not valid Arrow data"):
        taken(outside)


@pytest.mark.parametrize(
    ("names", "error", "message"),
    [
        (["a", "a"], Invalid, "Two columns are called “a”"),
        (["a", ""], Invalid, "Column 2 has no name"),
        (["a", "x\x00"], Invalid, "NUL"),
        (["x" * 256, "b"], Invalid, "255"),
        ([f"c{i}" for i in range(100_000)], LimitExceeded, "2,000 columns"),
    ],
)
def test_column_names_follow_the_rules(names, error, message):
    arrays = [pa.array([1])] * len(names)
    with pytest.raises(error, match=message):
        Batch.from_arrow(pa.RecordBatch.from_arrays(arrays, names=names))


def test_a_foreign_extension_type_is_refused_and_never_unpickled(tmp_path):
    proof = tmp_path / "proof"
    pickled = b"cos\nsystem\n(S'touch " + str(proof).encode() + b"'\ntR."
    metadata = {
        "ARROW:extension:name": "arrow.py_extension_type",
        "ARROW:extension:metadata": pickled,
    }
    schema = pa.schema([pa.field("c", pa.int64(), metadata=metadata)])
    batch = pa.RecordBatch.from_arrays([pa.array([1])], schema=schema)
    wire = pa.BufferOutputStream()
    with pa.ipc.new_stream(wire, schema) as stream:
        stream.write_batch(batch)

    with pytest.raises(Invalid, match="Column “c” has an extension type"):
        Batch.from_arrow(next(iter(pa.ipc.open_stream(wire.getvalue()))))
    assert not proof.exists()


def test_bombs_are_refused_before_they_are_written_out():
    zeros = pa.array(np.zeros(2_000_000, np.int32))
    large = pa.array(["x" * 1_000_000])
    with pytest.raises(LimitExceeded, match="grows beyond 512 MB"):
        taken(pa.DictionaryArray.from_arrays(zeros, large))
    view = np.array([1_000_000, int.from_bytes(b"xxxx", "little"), 0, 0], np.int32)
    buffers = [None, pa.py_buffer(np.tile(view, 2000)), large.buffers()[2]]
    views = pa.Array.from_buffers(pa.string_view(), 2000, buffers)
    with pytest.raises(LimitExceeded, match="grows beyond 512 MB"):
        taken(views)
    offsets = pa.py_buffer(np.array([0, 2**30], np.int32))
    far_offsets = pa.py_buffer(np.array([0, 2**40], np.int64))
    for kind, buffers in [
        (pa.list_(pa.null()), [None, offsets]),
        (pa.list_(pa.null(), 2**30), [None]),
        (pa.large_list(pa.null()), [None, far_offsets]),
    ]:
        children = [nulls(2**40 if kind == pa.large_list(pa.null()) else 2**30)]
        nested = pa.Array.from_buffers(kind, 1, buffers, children=children)
        with pytest.raises(LimitExceeded, match="nests more than"):
            taken(nested)
    with pytest.raises(LimitExceeded, match="more than 5,000,000 rows"):
        taken(nulls(2**40))


def nulls(count):
    """As they come over the wire: any number of them, without a byte."""
    return pa.Array.from_buffers(pa.null(), count, [None])


def test_a_million_rows_of_eight_columns_take_less_than_a_cpu_second():
    count = 1_000_000
    numbers = pa.array(np.arange(count))
    record_batch = pa.RecordBatch.from_pydict(
        {
            "example_id": numbers.cast(pa.string()),
            "output": pa.array(["An answer of some length"]).take(
                pa.array(np.zeros(count, np.int8))
            ),
            "error": pa.array([None, "boom"]).take(pa.array(np.arange(count) % 2)),
            "label": pa.array(["good", "bad"])
            .take(pa.array(np.arange(count) % 2))
            .dictionary_encode(),
            "latency": np.arange(count) / 7,
            "token_count": pa.array([None, 5]).take(pa.array(np.arange(count) % 2)),
            "score": np.arange(count) / 3,
            "passed": pa.array(np.arange(count) % 2 == 0),
        }
    )
    start = time.process_time()
    batch = Batch.from_arrow(record_batch)
    assert time.process_time() - start < 1
    assert batch.slice(999_999, 1_000_000).rows()[0]["example_id"] == "999999"
