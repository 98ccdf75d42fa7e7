"""JSON arrays and JSON Lines in."""

import io
import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.arrow.columns import Batch
from experiments_ui.arrow.files import Limits, json_split, open_table, write_jsonl
from experiments_ui.errors import Invalid, LimitExceeded
from tests.arrow.test_values import texts, values

tables = st.lists(st.dictionaries(texts.filter(bool), values, max_size=3), max_size=5)
hard_texts = st.text(st.sampled_from('"\\[]{},: \nx'))


def rows_of(raw, name, **limits):
    reader = open_table(io.BytesIO(raw), name=name, limits=Limits(**limits))
    return [row for batch in reader.batches() for row in batch.rows()]


@given(tables, st.sampled_from([None, 2]))
def test_an_array_is_read_exactly(table, indent):
    batch = Batch.from_rows(table)
    raw = json.dumps(batch.rows(), indent=indent).encode()

    assert repr(rows_of(raw, "t.json")) == repr(batch.rows())


@given(tables)
def test_lines_written_are_read_exactly(table):
    batch = Batch.from_rows(table)

    assert repr(rows_of(b"".join(write_jsonl([batch])), "t.jsonl")) == repr(
        batch.rows()
    )


@given(st.lists(hard_texts, min_size=1), st.integers(1, 20))
def test_pieces_may_end_anywhere(words, chunk):
    rows = [{"a": word, word or "b": [[word], {"c": word}]} for word in words]
    source = open_table(io.BytesIO(json.dumps(rows).encode()), name="t.json").source
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_split, "_CHUNK", chunk)
        found = list(json_split.element_texts(source, max_row_bytes=10_000))

    assert [json.loads(row.text) for row in found] == rows


def test_large_files_come_in_batches():
    rows = [{"n": i, "text": "x" * 100} for i in range(25_000)]
    array = orjson.dumps(rows)
    lines = b"\n".join(map(orjson.dumps, rows))

    for raw, name in ((array, "t.json"), (lines, "t.jsonl")):
        batches = list(open_table(io.BytesIO(raw), name=name).batches())
        assert [batch.length for batch in batches] == [10_000, 10_000, 5_000]
        assert [row for batch in batches for row in batch.rows()] == rows


def test_blank_lines_a_bom_and_a_missing_last_newline_do_no_harm():
    raw = b'\xef\xbb\xbf{"a":1}\r\n\n  \n{"b":[2]}'

    assert rows_of(raw, "t.jsonl") == [{"a": 1, "b": None}, {"a": None, "b": [2]}]
    assert rows_of(b'\xef\xbb\xbf \n[{"a":1}]\n', "t.json") == [{"a": 1}]


@pytest.mark.parametrize("raw", [b"", b"\n\n"])
def test_no_lines_are_no_rows(raw):
    (batch,) = open_table(io.BytesIO(raw), name="t.jsonl").batches()
    assert (batch.length, batch.columns) == (0, {})
    assert rows_of(b"[ ]", "t.json") == []


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b'{"a":1}\n\n{"a":\n', "Line 3: The JSON is malformed"),
        (b'{"a":1}\n[1]\n', "Line 2 is not a JSON object"),
        (b'{"a":1}\n{"a":NaN}\n', "Line 2: a is not a finite"),
        (b'{"a":1},{"a":2}\n', "Line 1: The JSON is malformed"),
        (b'{"a":\n1}\n', "Line 1: The JSON is malformed"),
        (b'{"a":"\xff"}\n', "Line 1: The JSON is not UTF-8"),
        (b'{"a":"\\u0000"}\n', "Line 1: a holds a NUL"),
        (b'{"a":1e999}\n', "Line 1: a is not a finite"),
        (b'{"":1}\n', "Column 1 has no name"),
        (b"{" * 100_000, "nested deeper|malformed"),
    ],
)
def test_a_bad_line_is_named(raw, message):
    with pytest.raises(Invalid, match=message):
        rows_of(raw, "t.jsonl")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b'[{"a":1} {"a":2}]', "Row 2 .* not parted"),
        (b'[,{"a":1}]', "Row 1"),
        (b'[{"a":1},]', "Row 2"),
        (b'[{"a":1},,{"a":2}]', "Row 2"),
        (b"[1,2]", "Row 1 of the JSON file is not an object"),
        (b'[{"a":1},[2]]', "Row 2 is not a JSON object"),
        (b'[{"a":1},{"a":b}]', "Row 2: The JSON is malformed"),
        (b'[{"a":1},{"a":NaN}]', "Row 2: a is not a finite"),
        (b'[{"a":1}', "ends within row 2"),
        (b'[{"a":"x}]', "ends within row 1"),
        (b'[{"a":1}]x', "goes on after the array of 1 rows"),
        (b'[{"a":1}][', "goes on after"),
        (b"7", "one array of objects"),
        (b"", "one array of objects"),
        (b"[" * 100_000 + b"]" * 100_000, "nested deeper"),
    ],
)
def test_a_bad_array_names_the_row(raw, message):
    with pytest.raises(Invalid, match=message):
        rows_of(raw, "t.json")


@pytest.mark.parametrize("name", ["t.json", "t.jsonl"])
def test_limits_hold(name):
    def wrapped(*rows):
        return b"[" + b",".join(rows) + b"]" if name == "t.json" else b"\n".join(rows)

    megabyte = 1 << 20
    large = b'{"a":"' + b"x" * (megabyte + 1) + b'"}'
    listed = b'{"a":["' + b"x" * megabyte + b'"]}'
    huge = b'{"a":"' + b"x" * (3 * megabyte) + b'"}'
    many = [b'{"c%d":1}' % i for i in range(2001)]
    for raw, limits, message in [
        (
            wrapped(large),
            {"max_cell_bytes": megabyte},
            "“a” holds a value larger than 1 MB",
        ),
        (
            wrapped(listed),
            {"max_cell_bytes": megabyte},
            "“a” holds a value larger than 1 MB",
        ),
        (
            wrapped(b"{}", huge),
            {"max_cell_bytes": megabyte},
            "(Row|Line) 2 is larger than 2 MB|value larger",
        ),
        (wrapped(*[b"{}"] * 11), {"max_rows": 10}, "more than 10 rows"),
        (wrapped(*many), {}, "more than 2,000 columns"),
    ]:
        with pytest.raises(LimitExceeded, match=message):
            rows_of(raw, name, **limits)
