"""Tables streamed out as files."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, cast, get_args

from django.http import StreamingHttpResponse

from experiments_ui.arrow.columns import Batch, KindName
from experiments_ui.arrow.files import write_csv, write_jsonl, write_parquet
from experiments_ui.errors import NotFound

Format = Literal["csv", "jsonl", "parquet"]

_TYPES: Mapping[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}


def download(
    batches: Iterable[Batch],
    *,
    kinds: Mapping[str, KindName],
    name: str,
    format_name: str,
) -> StreamingHttpResponse:
    """Answer with a file that is written while it is read.

    Raises:
        NotFound: There is no such format.
    """
    if format_name not in get_args(Format):
        raise NotFound("Tables are exported as csv, jsonl or parquet.")
    form = cast("Format", format_name)
    answer = StreamingHttpResponse(
        _written(batches, kinds, form), content_type=_TYPES[form]
    )
    answer.headers["Content-Disposition"] = attached(name, form)
    return answer


def attached(name: str, ending: str) -> str:
    """Return the header by which a browser stores an answer as a file."""
    return f'attachment; filename="{_plain(name)}.{ending}"'


def _written(
    batches: Iterable[Batch], kinds: Mapping[str, KindName], form: Format
) -> Iterator[bytes]:
    match form:
        case "csv":
            return write_csv(batches, kinds=kinds)
        case "jsonl":
            return write_jsonl(batches)
        case "parquet":
            return write_parquet(batches, kinds=kinds)


def _plain(name: str) -> str:
    """Keep of a name what headers and every file system can hold."""
    kept = "".join(
        c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in name
    )
    return kept.strip("-.")[:100] or "export"
