"""CSV files in."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.arrow.columns import Batch, kind_of
from experiments_ui.arrow.files import Limits, open_table, write_csv
from experiments_ui.arrow.schemas import kinds_of
from experiments_ui.errors import Invalid, LimitExceeded

cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


def rows_of(raw, **limits):
    reader = open_table(io.BytesIO(raw), name="t.csv", limits=Limits(**limits))
    return [row for batch in reader.batches() for row in batch.rows()]


def column_of(*texts):
    """The values and the kind that one column of cells becomes."""
    raw = "c,other\n" + "".join(f"{text},x\n" for text in texts)
    reader = open_table(io.BytesIO(raw.encode()), name="t.csv")
    (batch,) = reader.batches()
    return [row["c"] for row in batch.rows()], kind_of(batch.columns["c"])


@pytest.mark.parametrize(
    ("texts", "wanted", "kind"),
    [
        (["1", "", "-20"], [1, None, -20], "integer"),
        (
            ["9223372036854775807", "-9223372036854775808"],
            [2**63 - 1, -(2**63)],
            "integer",
        ),
        (["0.1", "", "1e-7"], [0.1, None, 1e-7], "float"),
        (["1", "2.5"], [1, 2.5], "float"),
        (["-0", "1"], [-0.0, 1], "float"),
        (["true", "", "False", "TRUE"], [True, None, False, True], "boolean"),
        (["", ""], [None, None], "null"),
        (["007", "1"], ["007", "1"], "string"),
        (["+5"], ["+5"], "string"),
        (["0x1F"], ["0x1F"], "string"),
        ([" 5"], [" 5"], "string"),
        (["5\xa0"], ["5\xa0"], "string"),
        (["٣"], ["٣"], "string"),
        (["1", "n/a"], ["1", "n/a"], "string"),
        (["true", "1"], ["true", "1"], "string"),
        (["NaN", "1"], ["NaN", "1"], "string"),
        (["inf", "1.5"], ["inf", "1.5"], "string"),
        (["1e999"], ["1e999"], "string"),
        (["9223372036854775808", "1"], ["9223372036854775808", "1"], "string"),
        (["9007199254740993", "0.5"], ["9007199254740993", "0.5"], "string"),
        (["2026-01-02"], ["2026-01-02"], "string"),
        (["null"], ["null"], "string"),
    ],
)
def test_a_columns_type_is_taken_from_all_of_its_cells(texts, wanted, kind):
    values, found = column_of(*texts)

    assert found == kind
    assert repr(values) == repr(wanted)


def test_a_late_column_type_holds_for_every_batch():
    raw = b"a,b\n" + b"1,\n" * 25_000 + b"0.5,x\n"
    batches = list(open_table(io.BytesIO(raw), name="t.csv").batches())

    assert [batch.length for batch in batches] == [10_000, 10_000, 5_001]
    assert {tuple(kinds_of(b.columns).values()) for b in batches} == {
        ("float", "string")
    }
    assert batches[0].rows()[0] == {"a": 1, "b": None}


def test_quotes_commas_line_ends_and_a_bom_are_read_as_they_are():
    raw = '\ufeff"a","b ""c"""\r\n"x\r\ny\rz","1,5"\r\n\r\n5" disk,é\r\n'.encode()

    assert rows_of(raw) == [
        {"a": "x\r\ny\rz", 'b "c"': "1,5"},
        {"a": '5" disk', 'b "c"': "é"},
    ]


def test_a_header_alone_names_the_columns():
    (batch,) = open_table(io.BytesIO(b"a,b"), name="t.csv").batches()

    assert batch.length == 0
    assert kinds_of(batch.columns) == {"a": "null", "b": "null"}


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "is empty"),
        (b"\n\r\n", "is empty"),
        (b"a,a\n1,2\n", "Two columns are called “a”"),
        (b",a\n1,2\n", "Column 1 of the CSV file has no name"),
        (b"a\x00\n1\n", "NUL"),
        (
            b"a,b\n1,2\n\n3\n",
            "Line 4 of the CSV file has 1 cells where the header has 2",
        ),
        (b'a,b\n"x\ny",2\n1,2,3\n', "Line 4 of the CSV file has 3 cells"),
        (
            b"a,b\n" + b"1,2\n" * 70_000 + b"1\n",
            "Line 70002 of the CSV file has 1 cell",
        ),
        (b"a,b\n1,2\n3,\xff\n", "Line 3 of the CSV file is not UTF-8"),
        (b"a,\xff\n", "Line 1 of the CSV file is not UTF-8"),
        ("a,b\n1,2\n".encode("utf-16"), "Line 1 of the CSV file is not UTF-8"),
        (b"a\nx\n\x00\n", "Column “a”, row 2 holds a NUL"),
        (
            b'a,b\n1,2\n3,"4\n5,6\n7,8\n',
            "Line 3 of the CSV file has a quote that is not",
        ),
    ],
)
def test_a_fault_is_named_with_its_line(raw, message):
    with pytest.raises(Invalid, match=message):
        rows_of(raw)


@pytest.mark.parametrize(
    ("raw", "limits", "message"),
    [
        (b"a\n" + b"1\n" * 11, {"max_rows": 10}, "more than 10 rows"),
        (b",".join(b"c%d" % i for i in range(2001)), {}, "more than 2,000 columns"),
        (b"a\n" + b"x" * (1 << 21), {"max_cell_bytes": 1 << 20}, "larger than 1 MB"),
        (b"a\n" + b"x" * (1 << 23), {"max_cell_bytes": 1 << 20}, "larger than"),
        (b'a,b\n1,"' + b"x\n" * (1 << 23), {"max_cell_bytes": 1 << 20}, "not closed"),
        (b"a\n1\n", {"max_bytes": 3}, "The file is larger than"),
    ],
)
def test_limits_hold(raw, limits, message):
    with pytest.raises((LimitExceeded, Invalid), match=message):
        rows_of(raw, **limits)


@given(
    st.lists(
        st.tuples(
            st.none() | st.integers(-(2**63), 2**63 - 1),
            st.none() | st.floats(allow_nan=False, allow_infinity=False),
            st.none() | st.booleans(),
            st.none() | cells.map("t".__add__),
        ),
        min_size=1,
    )
)
def test_what_is_written_is_read_back_exactly(table):
    batch = Batch.from_rows([dict(zip("ifbs", row, strict=True)) for row in table])
    kinds = kinds_of(batch.columns)
    raw = b"".join(write_csv([batch], kinds=kinds, safe_for_spreadsheets=False))

    assert repr(rows_of(raw)) == repr(batch.rows())


@given(st.lists(st.lists(cells.map("t".__add__), min_size=2, max_size=2), min_size=1))
def test_what_python_writes_is_read_back_exactly(table):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["a", "b"], *table])

    assert [list(row.values()) for row in rows_of(text.getvalue().encode())] == table
