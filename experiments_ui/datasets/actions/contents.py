"""Adding examples to a version, changing them, and taking them out of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import orjson

from experiments_ui.datasets.actions.changing import changed, current, save_count
from experiments_ui.datasets.actions.spans import (
    copy_version,
    make_room,
    span_from,
    take_out,
)
from experiments_ui.datasets.columns_seen import merge_columns
from experiments_ui.datasets.incoming import (
    OWN_MEMBERS,
    Examples,
    Incoming,
    check_id,
    json_text,
    kinds_of_rows,
    read,
)
from experiments_ui.datasets.models import Dataset, DatasetVersion, Example
from experiments_ui.datasets.queries.positions import UNKNOWN, ask
from experiments_ui.datasets.storing import Rows, store
from experiments_ui.errors import Invalid

_EXAMPLES_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Written:
    """The version that was written to, and the examples concerned, in input order."""

    version: DatasetVersion
    example_ids: list[str]

    @property
    def dataset(self) -> Dataset:
        return self.version.dataset


@dataclass(frozen=True, slots=True)
class Deleted:
    deleted: list[str]
    not_deleted: list[str]


def append_examples(
    version: DatasetVersion,
    *,
    examples: Examples,
    now: datetime,
    keep_ids: bool = False,
) -> Written:
    """Add examples to a version in place; no other version gets them.

    With `keep_ids` the column `id` names them, and one that was in the dataset
    before comes back to its position.

    Raises:
        Invalid: An example breaks a rule, or is in the version already.
    """
    parts = list(read([examples], keep_ids=keep_ids, at_once=_EXAMPLES_AT_ONCE))
    with changed(version.dataset, now=now) as dataset:
        version = current(dataset, version)
        example_ids: list[str] = []
        for incoming in parts:
            example_ids += _add(version, incoming, now=now)
        save_count(version, added=len(example_ids))
    return Written(version, example_ids)


def update_examples(
    version: DatasetVersion,
    *,
    rows: Sequence[Mapping[str, object]],
    now: datetime,
    new_version: str | None = None,
) -> Written:
    """Change columns of examples named by `id`, in this version only.

    Columns that a row omits keep their value; ids that the version does not have are
    ignored. With `new_version` a copy of the version becomes the newest, under this
    name, and the change is made there.

    Raises:
        Invalid: A row breaks a rule; the message says which.
        Conflict: The dataset has a version of this name.
    """
    changes = _changes(rows)
    with changed(version.dataset, now=now) as dataset:
        version = current(dataset, version)
        if new_version is not None:
            version = copy_version(version, name=new_version, now=now)
        found = _in_version(version, list(changes))
        merge_columns(dataset, kinds_of_rows([changes[e.external_id] for e in found]))
        _rewrite(version, found, changes, now=now)
        save_count(version, added=0)
    known = {example.external_id for example in found}
    return Written(version, [text for text in changes if text in known])


def delete_examples(
    version: DatasetVersion, *, example_ids: Sequence[str], now: datetime
) -> Deleted:
    """Take examples out of one version; other versions keep them."""
    with changed(version.dataset, now=now) as dataset:
        version = current(dataset, version)
        found = _in_version(version, example_ids)
        take_out(version, [example.position for example in found])
        save_count(version, added=-len(found))
    gone = {example.external_id for example in found}
    return Deleted(
        deleted=[text for text in example_ids if text in gone],
        not_deleted=[text for text in example_ids if text not in gone],
    )


def _add(version: DatasetVersion, incoming: Incoming, *, now: datetime) -> list[str]:
    dataset = version.dataset
    merge_columns(dataset, incoming.kinds)
    example_ids = incoming.identified()
    positions = np.full(len(example_ids), UNKNOWN, np.int64)
    if incoming.ids is not None:
        positions = ask(dataset, incoming.ids)
        _return_to(version, positions[positions != UNKNOWN].tolist())
    new = np.flatnonzero(positions == UNKNOWN)
    positions[new] = dataset.next_position + np.arange(len(new))
    dataset.next_position += len(new)
    rows = Rows(positions.tolist(), example_ids, incoming.texts)
    store(dataset, rows, span=span_from(version), now=now)
    return example_ids


def _return_to(version: DatasetVersion, positions: list[int]) -> None:
    """Let examples that were in the dataset before come back.

    Raises:
        Invalid: One of them is in the version still.
    """
    present = Example.objects.in_version(version).filter(position__in=positions)
    if (example := present.first()) is not None:
        raise Invalid(
            f"The version has an example '{example.external_id}' already.",
            {"id": f"'{example.external_id}' is there already"},
        )
    make_room(version, positions)


def _changes(rows: Sequence[Mapping[str, object]]) -> dict[str, dict[str, object]]:
    """Return what to set, by example id; of a column sent twice the last counts."""
    changes: dict[str, dict[str, object]] = {}
    for index, row in enumerate(rows):
        path = f"examples[{index}]"
        example_id = check_id(row.get("id"), path=f"{path}.id")
        columns = {name: value for name, value in row.items() if name != "id"}
        if taken := next((name for name in columns if name in OWN_MEMBERS), None):
            reason = "is set by the server"
            raise Invalid(f"{path}.{taken} {reason}.", {f"{path}.{taken}": reason})
        changes.setdefault(example_id, {}).update(columns)
    return changes


def _in_version(version: DatasetVersion, example_ids: Sequence[str]) -> list[Example]:
    return list(Example.objects.in_version(version).filter(external_id__in=example_ids))


def _rewrite(
    version: DatasetVersion,
    examples: Sequence[Example],
    changes: Mapping[str, Mapping[str, object]],
    *,
    now: datetime,
) -> None:
    positions = [example.position for example in examples]
    take_out(version, positions)
    make_room(version, positions)
    rows = Rows(
        positions=positions,
        ids=[example.external_id for example in examples],
        texts=[
            json_text(orjson.loads(e.fields) | changes[e.external_id]) for e in examples
        ],
        created_at=[example.created_at for example in examples],
    )
    store(version.dataset, rows, span=span_from(version), now=now)
