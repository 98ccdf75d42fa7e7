"""From examples' ids to their positions."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.db.models import Count

from experiments_ui.columns.cache import cache
from experiments_ui.datasets.models import Dataset, Example

Positions = npt.NDArray[np.int64]

UNKNOWN = -1
_IDS_AT_ONCE = 10_000
# An index pays when many ids are looked up, and a fair part of the dataset's.
_FEWEST_FOR_INDEX = 5_000
_LARGEST_PART_UNASKED = 100
_LOOK_UP = (
    "SELECT external_id, position FROM datasets_example"
    " WHERE dataset_id = %s AND external_id IN ({places})"
)


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """All ids of a dataset by their hash; equal hashes are told apart by the id."""

    hashes: npt.NDArray[np.int64]
    positions: Positions
    ids: pa.Array

    @property
    def nbytes(self) -> int:
        return int(self.hashes.nbytes + self.positions.nbytes + self.ids.nbytes)

    def look_up(self, external_ids: Sequence[str]) -> Positions:
        hashes = _hashes(external_ids)
        places = np.searchsorted(self.hashes, hashes)
        places[places == len(self.hashes)] = 0
        same = pc.equal(self.ids.take(pa.array(places)), pa.array(external_ids))
        hit = same.to_numpy(zero_copy_only=False)
        found = np.where(hit, self.positions[places], UNKNOWN)
        twins = np.flatnonzero(~hit & (self.hashes[places] == hashes))
        for index in twins.tolist():
            found[index] = self._behind(int(places[index]), external_ids[index])
        return found

    def _behind(self, place: int, text: str) -> int:
        """Look through the ids that share a hash."""
        for other in range(place, len(self.hashes)):
            if self.hashes[other] != self.hashes[place]:
                break
            if self.ids[other].as_py() == text:
                return int(self.positions[other])
        return UNKNOWN


def positions_of(dataset: Dataset, external_ids: Sequence[str]) -> Positions:
    """Return each id's position; -1 for ids that were never in the dataset.

    An example keeps its position when it leaves every version, so runs that name
    it line up whenever they were uploaded.
    """
    if not dataset.next_position or not external_ids:
        return np.full(len(external_ids), UNKNOWN, np.int64)
    if _index_pays(dataset, len(external_ids)):
        index = cache.derived(
            ("positions", dataset.pk), dataset.revision, lambda: _index(dataset)
        )
        return index.look_up(external_ids)
    return ask(dataset, external_ids)


def id_used_twice(dataset: Dataset) -> str | None:
    """Return an id that several of a dataset's rows have, if there is one."""
    return (
        Example.objects.filter(dataset=dataset)
        .values_list("external_id", flat=True)
        .annotate(rows=Count("*"))
        .filter(rows__gt=1)
        .order_by("external_id")
        .first()
    )


def _index_pays(dataset: Dataset, count: int) -> bool:
    many = count >= _FEWEST_FOR_INDEX
    return many and count * _LARGEST_PART_UNASKED >= dataset.next_position


def _index(dataset: Dataset) -> Index:
    """Read all ids, a part at a time: as Python's own texts they would be large."""
    rows = (
        Example.objects.filter(dataset=dataset)
        .order_by()
        .values_list("external_id", "position")
        .iterator(chunk_size=_IDS_AT_ONCE)
    )
    ids, hashes, positions = [], [], []
    while part := list(islice(rows, _IDS_AT_ONCE)):
        texts, places = zip(*part, strict=True)
        ids.append(pa.array(texts, pa.large_string()))
        hashes.append(_hashes(texts))
        positions.append(np.array(places, np.int64))
    every_hash = np.concatenate(hashes)
    order = np.argsort(every_hash, kind="stable")
    return Index(
        hashes=every_hash[order],
        positions=np.concatenate(positions)[order],
        ids=pa.concat_arrays(ids).take(pa.array(order)),
    )


def _hashes(texts: Sequence[str]) -> npt.NDArray[np.int64]:
    return np.fromiter(map(hash, texts), np.int64, count=len(texts))


def ask(dataset: Dataset, external_ids: Sequence[str]) -> Positions:
    """Do as positions_of, from the table itself."""
    unique = list(dict.fromkeys(external_ids))
    known: dict[str, int] = {}
    for start in range(0, len(unique), _IDS_AT_ONCE):
        some = unique[start : start + _IDS_AT_ONCE]
        with connection.cursor() as cursor:
            statement = _LOOK_UP.format(places=", ".join(["%s"] * len(some)))
            cursor.execute(statement, [dataset.pk, *some])
            known.update(cursor.fetchall())
    found = (known.get(text, UNKNOWN) for text in external_ids)
    return np.fromiter(found, np.int64, count=len(external_ids))
