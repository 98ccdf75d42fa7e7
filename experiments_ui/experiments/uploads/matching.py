"""From what a file says of its examples to the examples' ids."""

from dataclasses import dataclass

from experiments_ui.datasets.models import DatasetVersion
from experiments_ui.datasets.queries import example_columns
from experiments_ui.datasets.queries.values import values_of
from experiments_ui.datasets.uploads import id_text


@dataclass(frozen=True, slots=True)
class Examples:
    """The examples of a version by what names them in a file.

    `ambiguous` counts texts that several examples share: the first one counts.
    """

    ids: dict[str, str]
    count: int
    ambiguous: int

    def id_of(self, text: str) -> str | None:
        return self.ids.get(text)


def examples_by(version: DatasetVersion, key: str) -> Examples:
    """Return a version's examples by one of its columns, or by id for no key."""
    columns = example_columns(version.dataset, version=version)
    columns.load(["id", key] if key else ["id"])
    id_column, key_column = columns.get("id"), columns.get(key or "id")
    if id_column is None or key_column is None:
        return Examples({}, version.count, 0)
    ids: dict[str, str] = {}
    ambiguous: set[str] = set()
    for example_id, value in zip(
        values_of(id_column), values_of(key_column), strict=True
    ):
        text = id_text(value)
        if not isinstance(example_id, str) or not text:
            continue
        if ids.setdefault(text, example_id) != example_id:
            ambiguous.add(text)
    return Examples(ids, version.count, len(ambiguous))
