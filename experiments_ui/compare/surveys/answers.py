"""Answering a survey: the same way from its address to values as a page goes."""

from collections.abc import Callable

from django.http import QueryDict

from experiments_ui.compare.lineup import compare
from experiments_ui.compare.models import Survey, SurveyKind
from experiments_ui.compare.selection import Selection
from experiments_ui.compare.surveys.look import Look
from experiments_ui.compare.surveys.paths import count_paths
from experiments_ui.compare.surveys.slicing import search
from experiments_ui.errors import Conflict
from experiments_ui.spaces import principals


def answer_to(survey: Survey, note: Callable[[int, int], None]) -> str:
    """Work a survey's answer out; `note` is called with how much is done, of how much.

    It sees what the one who asked may see.

    Raises:
        DomainError: What was asked about is gone, or theirs no more.
    """
    if survey.asked_by is None:
        raise Conflict("Whoever asked this has left. Ask again.")
    query = QueryDict(survey.query)
    comparison = compare(principals.of_user(survey.asked_by), Selection.parse(query))
    if survey.kind == SurveyKind.JSON_PATHS:
        base, other = comparison.sides
        return count_paths(base, other, note)
    return search(comparison, Look.parse(query, comparison.selection), note)
