"""Asking a question about all rows of a comparison."""

from datetime import datetime
from functools import partial

from django.db import transaction

from experiments_ui.accounts.models import User
from experiments_ui.compare import jobs
from experiments_ui.compare.models import Survey, SurveyState
from experiments_ui.compare.surveys.question import Question


def ask(question: Question, *, by: User, now: datetime) -> Survey:
    """Ask, unless somebody has asked already; one that failed is tried again."""
    survey, is_new = Survey.objects.get_or_create(
        kind=question.kind,
        fingerprint=question.fingerprint,
        defaults={
            "dataset": question.dataset,
            "query": question.query,
            "reads": question.reads,
            "asked_by": by,
            "created_at": now,
            "seen_at": now,
        },
    )
    if is_new or _again(survey, by=by, now=now):
        transaction.on_commit(partial(jobs.enqueue, survey.pk))
    return survey


def _again(survey: Survey, *, by: User, now: datetime) -> bool:
    """Queue a failed survey anew; tell whether this call did it."""
    failed = Survey.objects.filter(pk=survey.pk, state=SurveyState.FAILED)
    fresh = {"state": SurveyState.QUEUED, "problem": "", "done": 0, "attempts": 0}
    won = failed.update(**fresh, asked_by=by, seen_at=now)
    if won:
        survey.refresh_from_db()
    return bool(won)
