"""The column ``b.changed_paths``: where a candidate's JSON differs, for filters.

A value is the paths with bars around them, ``|total|items[*].price|``, so that
``CONTAINS '|total|'`` means this path and no longer one. It is empty where the outputs
are the same, and null where they cannot be compared.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.filters import Codes, InvalidFilter
from experiments_ui.columns.cache import derived
from experiments_ui.compare.models import SurveyKind
from experiments_ui.compare.queries.surveys import answer_to
from experiments_ui.compare.surveys.paths import Paths, read_answer
from experiments_ui.compare.surveys.question import Question, revisions
from experiments_ui.experiments.queries.sides import Side

CHANGED_PATHS = "changed_paths"

_NOT_YET = (
    "The paths of changed_paths are not counted yet: show differences as JSON, and "
    "filter when they are."
)


def paths_question(base: Side, other: Side) -> Question:
    """Return the question at which paths a candidate differs, in all rows there are.

    Raises:
        InvalidFilter: The experiments have no dataset.
    """
    dataset = base.experiment.dataset
    if dataset is None:
        raise InvalidFilter("Paths are counted for experiments of a dataset.")
    pair = (base.experiment.pk, other.experiment.pk)
    return Question(
        kind=SurveyKind.JSON_PATHS,
        dataset=dataset,
        query="base={}&with={}".format(*pair),
        meaning=pair,
        reads=revisions(dataset, (base, other)),
    )


def path_filter(letter: str, path: str) -> str:
    """Return the filter for rows that differ at a path; letter b is the candidate b."""
    text = f"|{path}|".replace("'", "''")
    return f"{letter}.{CHANGED_PATHS} CONTAINS '{text}'"


def paths_column(base: Side, other: Side) -> Codes:
    """Return the column by position; cached, and else one query.

    Raises:
        InvalidFilter: Nobody has counted the paths yet.
    """
    key = ("changed paths", base.experiment.frame_id, other.experiment.frame_id)
    built = derived(
        key, (base.stamp, other.stamp), lambda: _Column(_built(base, other))
    )
    return built.codes


@dataclass(frozen=True, slots=True)
class _Column:
    codes: Codes

    @property
    def nbytes(self) -> int:
        labels = sum(len(label) + 60 for label in self.codes.labels)
        return int(self.codes.codes.nbytes) + labels


def _built(base: Side, other: Side) -> Codes:
    question = paths_question(base, other)
    answer = answer_to(question.kind, question.fingerprint)
    if answer is None:
        raise InvalidFilter(_NOT_YET)
    paths = read_answer(answer)
    unread = paths.not_json.mask(len(base.first))
    known = (base.first >= 0) & (other.first >= 0) & ~unread
    return _coded(paths, known)


def _coded(paths: Paths, known: npt.NDArray[np.bool_]) -> Codes:
    texts = np.full(len(known), None, np.object_)
    texts[known] = ""
    for path, rows in paths.rows.items():
        texts[rows.mask(len(known))] += f"|{path}"
    codes: dict[str | None, int] = {None: -1}
    found = np.fromiter(
        (codes.setdefault(text, len(codes) - 1) for text in texts.tolist()),
        np.int32,
        count=len(texts),
    )
    labels = (text and f"{text}|" for text in codes if text is not None)
    return Codes(found, tuple(labels))
