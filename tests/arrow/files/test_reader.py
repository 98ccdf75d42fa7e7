"""Files are recognised, expanded with care, and previewed."""

import gzip
import io
import time
import zlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments_ui.arrow.files import Limits, PreviewColumn, open_table, preview
from experiments_ui.errors import Invalid, LimitExceeded

ROWS = [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]
CSV = b"a,b\n1,x\n2,y\n"
JSON = b'[{"a":1,"b":"x"},{"a":2,"b":"y"}]'
LINES = b'{"a":1,"b":"x"}\n{"a":2,"b":"y"}\n'
FILE = io.BytesIO()
pq.write_table(pa.Table.from_pylist(ROWS), FILE)
PARQUET = FILE.getvalue()
KINDS = {"csv": CSV, "json": JSON, "jsonl": LINES, "parquet": PARQUET}


class Unseekable(io.RawIOBase):
    """As an upload straight from the wire."""

    def __init__(self, raw):
        self.inner = io.BytesIO(raw)

    def read(self, size=-1):
        return self.inner.read(size)

    def seekable(self):
        return False


def rows_of(stream, name, **limits):
    reader = open_table(stream, name=name, limits=Limits(**limits))
    return [row for batch in reader.batches() for row in batch.rows()]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wrap", [io.BytesIO, Unseekable])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_every_kind_is_read_plain_and_compressed(kind, wrap, pack):
    for name in (f"t.{kind}", f"T.{kind.upper()}.gz", "upload"):
        reader = open_table(wrap(pack(KINDS[kind])), name=name)
        assert reader.kind == kind
        for _ in range(2):  # as often as needed
            assert [row for b in reader.batches() for row in b.rows()] == ROWS


def test_the_content_tells_where_the_name_misleads():
    assert open_table(io.BytesIO(PARQUET), name="t.csv").kind == "parquet"
    assert open_table(io.BytesIO(LINES), name="t.json").kind == "jsonl"
    assert open_table(io.BytesIO(LINES), name="t.ndjson").kind == "jsonl"
    assert open_table(io.BytesIO(JSON), name="t.txt").kind == "json"


def test_two_readings_at_once_do_not_disturb_each_other():
    raw = b"a\n" + b"".join(b"%d\n" % i for i in range(30_000))
    reader = open_table(io.BytesIO(raw), name="t.csv")
    pairs = zip(reader.batches(), reader.batches(), strict=True)

    assert all(first.rows() == second.rows() for first, second in pairs)


def test_a_preview_shows_the_first_rows_and_the_kinds():
    raw = b"n,t\n" + b"".join(b"%d,x\n" % i for i in range(30))
    reader = open_table(io.BytesIO(raw), name="t.csv")
    shown = preview(reader, rows=3)

    assert shown.columns == (
        PreviewColumn("n", "integer"),
        PreviewColumn("t", "string"),
    )
    assert shown.rows == [{"n": i, "t": "x"} for i in range(3)]
    assert len(preview(reader).rows) == 20


def test_a_damaged_or_cut_compressed_file_is_refused():
    whole = gzip.compress(CSV * 1000)
    for broken in (whole[:-9], whole[:40], whole[:-8] + b"\0" * 8, whole + b"junk"):
        with pytest.raises(Invalid, match="damaged or was cut short"):
            rows_of(io.BytesIO(broken), "t.csv.gz")


@pytest.mark.parametrize(
    ("name", "begins", "filling"),
    [
        ("t.csv", b"a,b\n", b"\n"),
        ("t.csv", b"a\n", b'"'),
        ("t.jsonl", b"{}\n", b" "),
        ("t.json", b"[{}", b" "),
        ("t.parquet", b"PAR1", b"\0"),
    ],
)
def test_a_bomb_is_refused_as_soon_as_it_shows(name, begins, filling):
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    filler = filling * ((1 << 20) // len(filling))
    raw = packer.compress(begins)
    raw += b"".join(packer.compress(filler) for _ in range(100)) + packer.flush()

    assert len(raw) < 1 << 20
    for limits in ({}, {"max_expanded_bytes": 2 << 20}):
        start = time.process_time()
        with pytest.raises(LimitExceeded, match=r"expands to more than|larger than"):
            rows_of(io.BytesIO(raw), f"{name}.gz", **limits)
        assert time.process_time() - start < 5


def test_a_file_of_blank_lines_is_not_read_to_its_end():
    with pytest.raises(LimitExceeded, match="more than 200 lines"):
        rows_of(io.BytesIO(b"\n" * 1000), "t.jsonl", max_rows=100)


@pytest.mark.parametrize("wrap", [io.BytesIO, Unseekable])
def test_a_file_beyond_the_limit_is_refused_before_it_is_read(wrap):
    with pytest.raises(LimitExceeded, match="larger than 1 MB"):
        open_table(
            wrap(b"x" * ((1 << 20) + 1)), name="t.csv", limits=Limits(max_bytes=1 << 20)
        )
