"""The strip over the rows: at which JSON paths candidates differ, and how often."""

from dataclasses import dataclass

from django.urls import reverse

from experiments_ui.columns.cache import derived
from experiments_ui.compare.lineup import Comparison
from experiments_ui.compare.models import Survey, SurveyState
from experiments_ui.compare.queries.surveys import surveys_of
from experiments_ui.compare.surveys.narrowing import narrowed, without_paths
from experiments_ui.compare.surveys.path_column import path_filter, paths_question
from experiments_ui.compare.surveys.paths import Paths, read_answer
from experiments_ui.compare.surveys.question import Question

MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class PathLink:
    """A path and its rows; the one filtered by leads back to all rows."""

    path: str
    count: int
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class CandidatePaths:
    """One candidate's paths, or how far their counting is.

    `not_shown` paths have fewest rows; in `beyond` rows are paths that nobody counted.
    """

    name: str
    hue: int
    letter: str
    state: str
    done: int = 0
    total: int = 0
    problem: str = ""
    links: tuple[PathLink, ...] = ()
    changed: int = 0
    not_json: int = 0
    not_shown: int = 0
    beyond: int = 0


@dataclass(frozen=True, slots=True)
class PathStrip:
    candidates: list[CandidatePaths]
    url: str

    @property
    def is_moving(self) -> bool:
        moving = (SurveyState.QUEUED, SurveyState.RUNNING)
        return any(one.state in moving for one in self.candidates)

    @property
    def has_failed(self) -> bool:
        return any(one.state == SurveyState.FAILED for one in self.candidates)


def questions(comparison: Comparison) -> list[Question]:
    """Return what to ask: one question per candidate, whatever the filter."""
    base, *others = comparison.sides
    return [paths_question(base, other) for other in others]


def path_strip(comparison: Comparison, *, slug: str) -> PathStrip:
    """Return the strip; one query, and none of the rows."""
    asked = questions(comparison)
    known = surveys_of(asked)
    url = reverse("compare-paths", args=[slug])
    place = f"{reverse('compare', args=[slug])}?"
    return PathStrip(
        candidates=[
            _candidate(comparison, index, known.get(one.fingerprint), place)
            for index, one in enumerate(asked, start=1)
        ],
        url=f"{url}?{comparison.selection.query}",
    )


def _candidate(
    comparison: Comparison, index: int, survey: Survey | None, place: str
) -> CandidatePaths:
    name = comparison.sides[index].experiment.name
    letter = "abcdefghij"[index]
    if survey is None:
        return CandidatePaths(name, index, letter, SurveyState.QUEUED)
    if survey.state != SurveyState.DONE:
        return CandidatePaths(
            name,
            index,
            letter,
            survey.state,
            done=survey.done,
            total=survey.total,
            problem=survey.problem,
        )
    paths = derived(("paths", survey.pk), survey.fingerprint, lambda: _read(survey))
    mask = comparison.scope.mask
    counts = {path: rows.count(mask) for path, rows in paths.rows.items()}
    shown = sorted((p for p in counts if counts[p]), key=lambda path: -counts[path])
    return CandidatePaths(
        name,
        index,
        letter,
        survey.state,
        links=tuple(
            _link(comparison, path, counts[path], letter, place)
            for path in shown[:MOST_SHOWN]
        ),
        changed=paths.changed.count(mask),
        not_json=paths.not_json.count(mask),
        not_shown=max(0, len(shown) - MOST_SHOWN),
        beyond=paths.beyond.count(mask),
    )


def _read(survey: Survey) -> Paths:
    return read_answer(survey.answer)


def _link(
    comparison: Comparison, path: str, count: int, letter: str, place: str
) -> PathLink:
    selection = comparison.selection
    where = "" if comparison.filter_error else selection.where
    condition = path_filter(letter, path)
    current = condition in where
    rest = without_paths(where)
    wanted = rest if current else narrowed(rest, condition)
    return PathLink(path, count, place + selection.but(where=wanted).query, current)
