"""Parquet files in, honest and hostile."""

import io
import resource

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments_ui.arrow.columns import Batch
from experiments_ui.arrow.files import Limits, open_table, write_parquet
from experiments_ui.arrow.schemas import kinds_of
from experiments_ui.errors import DomainError, Invalid, LimitExceeded


def parquet(columns, **options):
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file, **options)
    return file.getvalue()


def batches_of(raw, **limits):
    reader = open_table(io.BytesIO(raw), name="t.parquet", limits=Limits(**limits))
    return list(reader.batches())


def repeated(text, count):
    zeros = pa.array(np.zeros(count, np.int32))
    return {"d": pa.DictionaryArray.from_arrays(zeros, pa.array([text]))}


def test_what_is_written_is_read_back_exactly():
    rows = [
        {"i": 2**63 - 1, "f": 0.1, "b": True, "s": "é\n", "n": None},
        {"i": None, "f": None, "b": None, "s": None, "n": None},
        {"i": -1, "f": -0.0, "b": False, "s": "", "n": None},
    ]
    batch = Batch.from_rows(rows)
    raw = b"".join(write_parquet([batch, batch], kinds=kinds_of(batch.columns)))

    back = [row for batch in batches_of(raw) for row in batch.rows()]
    assert repr(back) == repr(rows * 2)


def test_batches_are_of_ten_thousand_rows_and_keep_their_kinds():
    found = batches_of(
        parquet({"a": range(25_000), "t": [[1]] * 25_000}, row_group_size=7_000)
    )

    assert [batch.length for batch in found] == [10_000, 10_000, 5_000]
    assert found[2].rows()[-1] == {"a": 24_999, "t": [1]}


def test_large_texts_repeated_on_every_row_come_in_smaller_batches():
    found = batches_of(parquet(repeated("x" * 100_000, 3_000), store_schema=False))

    assert [batch.length for batch in found] == [1_000] * 3


def test_a_fault_in_a_value_names_its_row():
    with pytest.raises(Invalid, match="Column “s”, row 12000 holds a NUL"):
        batches_of(parquet({"s": ["x"] * 11_999 + ["\x00"]}))
    file = io.BytesIO()
    pq.write_table(pa.table([[1], [2]], names=["a", "a"]), file)
    with pytest.raises(Invalid, match="Two columns are called"):
        batches_of(file.getvalue())


GOOD = parquet({"a": range(1000), "s": [str(i) for i in range(1000)]})


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"nope" * 10, "does not begin with PAR1"),
        (b"PAR1", "cut short"),
        (b"PAR1PAR1", "cut short"),
        (GOOD[:-30], "cut short"),
        (GOOD[: len(GOOD) // 2] + b"PAR1", "cannot be read"),
        (b"PAR1" + b"\xff" * 40 + b"PAR1", "cannot be read"),
        (GOOD[:4] + b"\0" * 3000 + GOOD[3004:], "cannot be read"),
        # 1,000 rows are written as D0 0F wherever they are counted; here are 8,000.
        (GOOD.replace(b"\xd0\x0f", b"\x80\x7d"), "cannot be read|holds"),
        (GOOD.replace(b"\xd0\x0f", b"\xff\x0f"), "contradicts|cannot be read"),
    ],
)
def test_a_file_that_is_damaged_or_lies_is_refused(raw, message):
    with pytest.raises(Invalid, match=message):
        batches_of(raw)


def test_no_flipped_byte_does_more_than_be_refused():
    random = np.random.default_rng(7)
    for _ in range(5):
        broken = bytearray(GOOD)
        for position in random.integers(4, len(GOOD) - 4, size=5):
            broken[position] = random.integers(256)
        try:
            batches_of(bytes(broken))
        except DomainError as error:
            assert error.message  # noqa: PT017  # either outcome is right


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (parquet(repeated("x" * (2 << 20), 100_000)), "grows beyond"),
        (parquet(repeated("x" * (2 << 20), 100_000), store_schema=False), "memory"),
        (parquet({"d": [[0] * 25_000_000]}), "nests more than|memory"),
        (parquet({"d": pa.nulls(5_000_001)}), "more than 5,000,000 rows"),
        (parquet({f"c{i}": [1] for i in range(2001)}), "more than 2,000 columns"),
    ],
)
def test_a_bomb_is_refused_without_harm_to_this_process(raw, message):
    before = _peak_megabytes()
    with pytest.raises(LimitExceeded, match=message):
        batches_of(raw)
    assert len(raw) < 2_000_000
    assert _peak_megabytes() - before < 700


def test_what_is_declared_and_what_arrives_are_both_limited():
    raw = parquet({"a": np.arange(300_000)})
    with pytest.raises(LimitExceeded, match="expands to more than 1 MB"):
        batches_of(raw, max_expanded_bytes=1 << 20)
    small = parquet({"a": np.zeros(300_000)})
    with pytest.raises(LimitExceeded, match="expands to more than 1 MB"):
        batches_of(small, max_expanded_bytes=1 << 20)


def test_a_reader_given_up_leaves_no_process_behind():
    before = _children()
    batches = open_table(io.BytesIO(GOOD), name="t.parquet").batches()
    next(batches)
    batches.close()

    assert _children() == before


def _children():
    from pathlib import Path

    return Path("/proc/thread-self/children").read_text()


def _peak_megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
