"""A question about all rows, and the mark by which its answer is found again."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from experiments_ui.compare.models import SurveyKind
from experiments_ui.datasets.models import Dataset
from experiments_ui.experiments.queries.sides import Side


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask.

    Attributes:
        query: The comparison's address, for the job to ask by.
        meaning: All that the answer depends on besides stored values; plain JSON.
        reads: The revisions of what the answer is made from.
    """

    kind: SurveyKind
    dataset: Dataset
    query: str
    meaning: tuple[object, ...]
    reads: dict[str, object]

    @property
    def fingerprint(self) -> str:
        """64 letters: equal for the same question about the same values."""
        told = orjson.dumps(
            [self.kind, self.dataset.pk, self.meaning, self.reads],
            option=orjson.OPT_SORT_KEYS,
        )
        return hashlib.sha256(told).hexdigest()


def revisions(dataset: Dataset, sides: Sequence[Side]) -> dict[str, object]:
    """Return what an answer about these sides is good for."""
    return {
        "dataset": dataset.revision,
        "frames": {
            str(side.experiment.frame_id): side.shape.revision for side in sides
        },
    }
