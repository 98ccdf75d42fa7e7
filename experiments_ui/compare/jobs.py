"""Answering surveys in the background: the database decides who does it."""

import logging
import secrets
import time
from datetime import timedelta
from typing import Self

from celery import shared_task
from django.conf import settings
from django.db.models import F
from django.utils import timezone

from experiments_ui.compare.models import Survey, SurveyState
from experiments_ui.compare.queries import surveys as queries
from experiments_ui.compare.surveys.answers import answer_to
from experiments_ui.errors import DomainError

logger = logging.getLogger(__name__)

# A survey that ends its worker each time must not do so for ever.
MOST_ATTEMPTS = 3
_SECONDS_BETWEEN_NOTES = 0.5
# An announced survey that nobody has taken by then is announced again.
_UNHEARD_SECONDS = 20

_FAULT = (
    "The server could not work this out. Try again; if it fails again, the server's "
    "log tells why."
)
_GIVEN_UP = (
    f"The server ended {MOST_ATTEMPTS} times while working on this. It may need more "
    "memory than there is."
)


class LostClaim(Exception):
    """Another worker has taken the survey over, or it was deleted."""


class Claim:
    """One worker's right to answer a survey, as long as it is not silent."""

    def __init__(self, survey_id: int, token: str) -> None:
        self._mine = Survey.objects.filter(
            pk=survey_id, state=SurveyState.RUNNING, claim=token
        )
        self._noted_at = 0.0

    @classmethod
    def take(cls, survey_id: int) -> Self | None:
        """Claim a queued survey; None where another has it, or it is done."""
        token = secrets.token_hex(16)
        queued = Survey.objects.filter(pk=survey_id, state=SurveyState.QUEUED)
        won = queued.update(
            state=SurveyState.RUNNING,
            claim=token,
            attempts=F("attempts") + 1,
            done=0,
            total=0,
            seen_at=timezone.now(),
        )
        return cls(survey_id, token) if won else None

    def note(self, done: int, total: int) -> None:
        """Say how far it is; written twice a second at most.

        Raises:
            LostClaim: This worker was silent for too long.
        """
        moment = time.monotonic()
        if moment - self._noted_at >= _SECONDS_BETWEEN_NOTES:
            self._noted_at = moment
            self._write(done=done, total=total, seen_at=timezone.now())

    def finish(self, answer: str) -> None:
        """Store the answer; raises LostClaim as `note` does."""
        self._write(state=SurveyState.DONE, answer=answer, done=F("total"))

    def fail(self, problem: str) -> None:
        """Say why there is no answer; raises LostClaim as `note` does."""
        self._write(state=SurveyState.FAILED, problem=problem)

    def _write(self, **changes: object) -> None:
        if not self._mine.update(**changes):
            raise LostClaim


@shared_task
def answer(survey_id: int) -> None:
    """Answer a queued survey; does nothing where another worker has it."""
    claim = Claim.take(survey_id)
    if claim is None:
        return
    survey = Survey.objects.select_related("asked_by", "dataset__space").get(
        pk=survey_id
    )
    try:
        claim.finish(answer_to(survey, claim.note))
    except LostClaim:
        logger.warning("survey was taken over survey=%s", survey_id)
    except DomainError as error:
        _fail(claim, error.message)
    except Exception:
        # Whatever is wrong, the one who waits must be told.
        logger.exception("survey failed survey=%s", survey_id)
        _fail(claim, _FAULT)


def _fail(claim: Claim, problem: str) -> None:
    try:
        claim.fail(problem)
    except LostClaim:
        logger.warning("survey was taken over, then failed problem=%s", problem)


@shared_task
def reconcile() -> None:
    """Take over what fell silent, announce what nobody heard, delete what is stale.

    It may run anywhere, any number of times.
    """
    now = timezone.now()
    silent = Survey.objects.filter(
        state=SurveyState.RUNNING,
        seen_at__lt=now - timedelta(seconds=settings.SURVEY_SILENCE_SECONDS),
    )
    given_up = silent.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=SurveyState.FAILED, problem=_GIVEN_UP, claim=""
    )
    unheard = now - timedelta(seconds=_UNHEARD_SECONDS)
    # Nobody has heard of them in this state: they are announced at once.
    taken_over = silent.update(
        state=SurveyState.QUEUED, claim="", seen_at=unheard - timedelta(seconds=1)
    )
    for survey_id in queries.unheard(since=unheard):
        Survey.objects.filter(pk=survey_id).update(seen_at=now)
        enqueue(survey_id)
    Survey.objects.filter(pk__in=queries.outlived(now=now)).delete()
    if given_up or taken_over:
        logger.warning("surveys given_up=%s taken_over=%s", given_up, taken_over)


def take_over_all() -> None:
    """Queue all that was being answered; for when no worker can be alive."""
    long_ago = timezone.now() - timedelta(days=1)
    under_way = (SurveyState.QUEUED, SurveyState.RUNNING)
    Survey.objects.filter(state__in=under_way).update(
        state=SurveyState.QUEUED, claim="", seen_at=long_ago
    )


def enqueue(survey_id: int) -> None:
    """Announce a survey; without a broker it waits for the reconciler."""
    try:
        answer.delay(survey_id)
    except answer.OperationalError as error:
        logger.warning("survey not announced survey=%s error=%s", survey_id, error)
