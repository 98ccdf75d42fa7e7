"""Tables out, in a stream and safe to open."""

import csv
import io

import pyarrow.parquet as pq
import pytest

from experiments_ui.arrow.columns import Batch
from experiments_ui.arrow.files import write_csv, write_jsonl, write_parquet


def cells_of(values, **options):
    batch = Batch.from_rows([{"c": value, "d": "."} for value in values])
    raw = b"".join(write_csv([batch], kinds={"c": "mixed", "d": "string"}, **options))
    rows = list(csv.reader(io.StringIO(raw.decode(), newline="")))
    return [row[0] for row in rows[1:]]


@pytest.mark.parametrize(
    "formula",
    [
        "=1+1",
        "+A1",
        "-A1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\xa0=1",
        "\u3000=1",
        "\u200b=1",
        "＝1+1",
        "＋1",
        "－A1",
        "＠x",
        '=HYPERLINK("http://x","y")',
        "-1+1",
        "=-1",
        "\ttab",
    ],
)
def test_text_that_a_spreadsheet_would_run_is_disarmed(formula):
    assert cells_of([formula, "plain"]) == [f"'{formula}", "plain"]
    assert cells_of([formula, 1]) == [f"'{formula}", "1"]
    assert cells_of([formula], safe_for_spreadsheets=False) == [formula]


@pytest.mark.parametrize(
    "text",
    [
        "-5",
        "+5",
        "-0.5",
        "-1e-7",
        "+1.5E3",
        "a=b",
        "a-b",
        "x@y",
        " x",
        "",
        '"',
        "a\r\nb",
    ],
)
def test_numbers_and_ordinary_text_stay_as_they_are(text):
    assert cells_of([text, "x"]) == [text, "x"]


def test_values_are_written_plainly():
    assert cells_of([-1, None]) == ["-1", ""]
    assert cells_of([-0.5, 1, 2.0, 1e16]) == ["-0.5", "1", "2.0", "1e+16"]
    assert cells_of([True, False, None]) == ["true", "false", ""]
    assert cells_of([[1, "é"], {"a": None}, "x"]) == ['[1,"é"]', '{"a":null}', "x"]


def test_a_header_is_disarmed_too():
    batch = Batch.from_rows([{"=cmd": 1}])

    assert next(write_csv([batch], kinds={"=cmd": "integer"})) == b"'=cmd\r\n"


def test_columns_that_a_batch_lacks_are_empty():
    batches = [Batch.from_rows([{"a": 1}]), Batch.from_rows([{"b": 2}])]
    kinds = {"a": "integer", "b": "integer"}

    assert b"".join(write_csv(batches, kinds=kinds)) == b"a,b\r\n1,\r\n,2\r\n"
    raw = b"".join(write_parquet(batches, kinds=kinds))
    assert pq.read_table(io.BytesIO(raw)).to_pydict() == {
        "a": [1, None],
        "b": [None, 2],
    }


@pytest.mark.parametrize(
    "write",
    [
        lambda batches: write_csv(batches, kinds={"a": "integer"}),
        write_jsonl,
        lambda batches: write_parquet(batches, kinds={"a": "integer"}),
    ],
)
def test_each_batch_is_written_before_the_next_is_asked_for(write):
    asked = []

    def batches():
        for number in range(3):
            asked.append(number)
            yield Batch.from_rows([{"a": number}] * 1000)

    pieces = write(batches())
    first = next(pieces)
    if len(first) < 10:  # the header
        first = next(pieces)
    assert first
    assert asked == [0]
    assert len(list(pieces)) >= 2
