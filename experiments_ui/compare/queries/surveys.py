"""Reading surveys: the one that answers a question, and those that need a push."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from experiments_ui.columns.models import Frame
from experiments_ui.compare.models import Survey, SurveyKind, SurveyState
from experiments_ui.compare.surveys.question import Question

_ENDED = (SurveyState.DONE, SurveyState.FAILED)
# So many days an answer is kept that nothing else made stale.
_KEPT_DAYS = 30


def survey_of(question: Question) -> Survey | None:
    """Return what is known of a question, or None where nobody has asked; one query."""
    return Survey.objects.filter(
        kind=question.kind, fingerprint=question.fingerprint
    ).first()


def surveys_of(questions: Iterable[Question]) -> dict[str, Survey]:
    """Return what is known of some questions, by their fingerprints; one query."""
    wanted = [question.fingerprint for question in questions]
    return {
        one.fingerprint: one for one in Survey.objects.filter(fingerprint__in=wanted)
    }


def answer_to(kind: SurveyKind, fingerprint: str) -> str | None:
    """Return the answer to a question if there is one yet; one query."""
    return (
        Survey.objects.filter(
            kind=kind, fingerprint=fingerprint, state=SurveyState.DONE
        )
        .values_list("answer", flat=True)
        .first()
    )


def unheard(*, since: datetime) -> list[int]:
    """Return queued surveys that were announced before `since`, and not taken."""
    waiting = Survey.objects.filter(state=SurveyState.QUEUED, seen_at__lt=since)
    return list(waiting.values_list("pk", flat=True))


def outlived(*, now: datetime) -> list[int]:
    """Return ended surveys whose values are gone, or that are old."""
    ended = Survey.objects.filter(state__in=_ENDED).values_list(
        "pk", "created_at", "dataset__revision", "reads"
    )
    rows = list(ended)
    frames = {name for *_, reads in rows for name in reads.get("frames", {})}
    held = dict(
        Frame.objects.filter(pk__in=[int(name) for name in frames]).values_list(
            "pk", "revision"
        )
    )
    oldest = now - timedelta(days=_KEPT_DAYS)
    return [
        pk
        for pk, created_at, revision, reads in rows
        if created_at < oldest or not _is_current(reads, revision, held)
    ]


def _is_current(
    reads: Mapping[str, Any], revision: int, held: Mapping[int, int]
) -> bool:
    frames: Mapping[str, int] = reads.get("frames", {})
    return reads.get("dataset") == revision and all(
        held.get(int(name)) == seen for name, seen in frames.items()
    )
