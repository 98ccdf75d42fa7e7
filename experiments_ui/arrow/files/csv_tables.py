"""CSV files, read twice: once to learn what each column holds, once for its values."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.csv as pa_csv

from experiments_ui.arrow.columns import Batch, Column, Nulls, check_names
from experiments_ui.arrow.files.csv_kinds import ColumnSurvey, column_of_cells
from experiments_ui.arrow.files.limits import BATCH_ROWS, MEGABYTE, Limits
from experiments_ui.arrow.files.source import Source
from experiments_ui.errors import DomainError, Invalid, LimitExceeded

_LONGEST_HEADER = 4 * MEGABYTE
# Python's own reader only explains faults; its usual limit would hide the fault
# behind a long cell.
csv.field_size_limit(64 * MEGABYTE)


def csv_batches(source: Source, limits: Limits) -> Iterator[Batch]:
    names = _header(source)
    surveys = _surveys(source, names, limits)
    kinds = [survey.kind() for survey in surveys]
    first_row = 1
    for cells in _cell_batches(source, names, limits):
        columns: dict[str, Column] = {
            name: column_of_cells(array, kind, name=name, first_row=first_row)
            for name, kind, array in zip(names, kinds, cells.columns, strict=True)
        }
        yield Batch(length=cells.num_rows, columns=columns)
        first_row += cells.num_rows
    if first_row == 1:
        yield Batch(length=0, columns={name: Nulls(0) for name in names})


def _header(source: Source) -> list[str]:
    sample = source.head(_LONGEST_HEADER)
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(sample)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _not_utf8(line) from error
    lines = csv.reader(io.StringIO(text, newline=""))
    names = next((record for record in lines if record), None)
    if names is None:
        raise Invalid("The CSV file is empty; its first line must name the columns.")
    if len(sample) == _LONGEST_HEADER and next(lines, None) is None:
        raise LimitExceeded("The first line of the CSV file is too long for a header.")
    if "" in names:
        raise Invalid(
            f"Column {names.index('') + 1} of the CSV file has no name; name every "
            "column in the first line (with pandas, write index=False)."
        )
    check_names(names)
    return names


def _surveys(source: Source, names: list[str], limits: Limits) -> list[ColumnSurvey]:
    surveys = [ColumnSurvey() for _ in names]
    rows = 0
    for cells in _cell_batches(source, names, limits):
        rows += cells.num_rows
        if rows > limits.max_rows:
            raise LimitExceeded(f"The file holds more than {limits.max_rows:,} rows.")
        for survey, array in zip(surveys, cells.columns, strict=True):
            survey.add(array)
    return surveys


def _cell_batches(
    source: Source, names: list[str], limits: Limits
) -> Iterator[pa.RecordBatch]:
    """Yield the rows after the header as text; an empty cell is null."""
    counted = _QuoteCounter(source)
    numbers = [str(number) for number, _ in enumerate(names)]
    header_rows = 1
    try:
        with _open(counted, numbers, limits) as blocks:
            for block in blocks:
                for start in range(header_rows, block.num_rows, BATCH_ROWS):
                    yield block.slice(start, BATCH_ROWS)
                header_rows = max(0, header_rows - block.num_rows)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise _explained(source, str(error), limits) from error
    if counted.quotes % 2:
        _refuse_unclosed_quote(source)


def _open(
    counted: "_QuoteCounter", numbers: list[str], limits: Limits
) -> pa_csv.CSVStreamingReader:
    return pa_csv.open_csv(
        pa.PythonFile(counted, mode="r"),
        read_options=pa_csv.ReadOptions(
            use_threads=False, block_size=limits.max_row_bytes, column_names=numbers
        ),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(numbers, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        ),
    )


class _QuoteCounter(io.RawIOBase):
    """Counts quotes on the way: the fast parser takes an unclosed one for closed."""

    def __init__(self, source: Source) -> None:
        self._inner = source.open()
        self.quotes = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        chunk = self._inner.read(size)
        self.quotes += chunk.count(b'"')
        return chunk


def _explained(source: Source, message: str, limits: Limits) -> DomainError:
    """Turn the fast parser's complaint into one that names the line."""
    if found := re.search(r"Row #(\d+): Expected (\d+) columns, got (\d+)", message):
        row, expected, got = map(int, found.groups())
        line = _line_of_record(source, row)
        return Invalid(
            f"Line {line} of the CSV file has {got} cells where the header has "
            f"{expected}; quote cells that hold commas."
        )
    if "UTF8" in message or "utf-8" in message:
        return _not_utf8(_line_that_is_not_utf8(source))
    if "straddl" in message:
        return LimitExceeded(
            f"A row of the CSV file is larger than {limits.max_row_bytes // MEGABYTE} "
            "MB; look for a quote that is not closed."
        )
    return Invalid(f"The CSV file cannot be read: {message.splitlines()[0]}.")


def _not_utf8(line: int) -> Invalid:
    return Invalid(
        f"Line {line} of the CSV file is not UTF-8 text; save the file as UTF-8."
    )


def _records(source: Source) -> Iterator[tuple[int, list[str]]]:
    """Yield every record that is not blank with the line it begins on."""
    text = io.TextIOWrapper(
        source.open(), encoding="utf-8-sig", errors="replace", newline=""
    )
    lines = csv.reader(text, strict=True)
    begins = 1
    try:
        for record in lines:
            if record:
                yield begins, record
            begins = lines.line_num + 1
    except csv.Error as error:
        raise Invalid(
            f"Line {begins} of the CSV file has a quote that is not closed, "
            f"or not followed by a comma ({error})."
        ) from error


def _line_of_record(source: Source, number: int) -> int:
    for count, (line, _) in enumerate(_records(source), start=1):
        if count == number:
            return line
    return number


def _line_that_is_not_utf8(source: Source) -> int:
    for number, line in enumerate(source.open(), start=1):
        try:
            line.decode()
        except UnicodeDecodeError:
            return number
    return 1


def _refuse_unclosed_quote(source: Source) -> None:
    for _ in _records(source):
        pass
