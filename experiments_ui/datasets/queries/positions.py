"""From examples' ids to their positions."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from django.db.models import Count

from experiments_ui.datasets.models import Dataset, Example

Positions = npt.NDArray[np.int64]

_IDS_AT_ONCE = 10_000
UNKNOWN = -1


def positions_of(dataset: Dataset, external_ids: Sequence[str]) -> Positions:
    """Return each id's position; -1 for ids that were never in the dataset.

    An example keeps its position when it leaves every version, so runs that name
    it line up whenever they were uploaded.
    """
    unique = list(dict.fromkeys(external_ids))
    known: dict[str, int] = {}
    for start in range(0, len(unique), _IDS_AT_ONCE):
        known.update(_look_up(dataset, unique[start : start + _IDS_AT_ONCE]))
    found = (known.get(text, UNKNOWN) for text in external_ids)
    return np.fromiter(found, dtype=np.int64, count=len(external_ids))


def id_used_twice(dataset: Dataset) -> str | None:
    """Return an id that several of a dataset's rows have, if there is one."""
    return (
        Example.objects.filter(dataset=dataset)
        .values_list("external_id", flat=True)
        .annotate(rows=Count("*"))
        .filter(rows__gt=1)
        .order_by()
        .first()
    )


def _look_up(dataset: Dataset, external_ids: list[str]) -> list[tuple[str, int]]:
    return list(
        Example.objects.filter(
            dataset=dataset, external_id__in=external_ids
        ).values_list("external_id", "position")
    )
