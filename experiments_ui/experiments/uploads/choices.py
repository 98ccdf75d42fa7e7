"""Which column of a file of runs plays which part."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

_OUTPUTS = (
    "output",
    "outputs",
    "response",
    "answer",
    "completion",
    "result",
    "prediction",
    "generated",
)
_ERRORS = ("error", "exception", "error_message")
_EXAMPLE_IDS = ("example_id", "dataset_example_id", "row_id")


@dataclass(frozen=True, slots=True)
class RunColumns:
    """Columns of the file; `key` is the dataset's column that `match` holds.

    Without a key, `match` holds the examples' ids.
    """

    match: str
    key: str
    output: str
    error: str


def guess_columns(
    names: Sequence[str], *, dataset_columns: Collection[str]
) -> RunColumns:
    """Choose by the usual names; a column that the dataset has too can match rows."""
    match = _first(_EXAMPLE_IDS, names)
    key = ""
    output = _first(_OUTPUTS, names)
    if not match:
        shared = [n for n in names if n in dataset_columns and n != output]
        match = key = shared[0] if shared else ""
    if not match and "id" in names:
        match = "id"
    return RunColumns(match, key, output, _first(_ERRORS, names))


def _first(wanted: Sequence[str], names: Sequence[str]) -> str:
    known = {name.strip().lower().replace(" ", "_"): name for name in reversed(names)}
    return next((known[word] for word in wanted if word in known), "")
