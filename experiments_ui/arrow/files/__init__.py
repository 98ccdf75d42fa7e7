"""Tables in files: CSV, JSON, JSON Lines and Parquet, read and written in streams."""

from experiments_ui.arrow.files.limits import Limits
from experiments_ui.arrow.files.reader import (
    FileKind,
    Preview,
    PreviewColumn,
    TableReader,
    open_table,
    preview,
)
from experiments_ui.arrow.files.writers import write_csv, write_jsonl, write_parquet

__all__ = [
    "FileKind",
    "Limits",
    "Preview",
    "PreviewColumn",
    "TableReader",
    "open_table",
    "preview",
    "write_csv",
    "write_jsonl",
    "write_parquet",
]
