"""Keeping what people say about examples."""

from collections.abc import Sequence
from datetime import datetime

from experiments_ui.accounts.models import User
from experiments_ui.datasets.actions.changing import changed
from experiments_ui.datasets.models import Dataset, ExampleAnnotation
from experiments_ui.datasets.queries.positions import UNKNOWN, ask
from experiments_ui.spaces.verdicts import UNSET, Annotation

_KEY = ["dataset", "position", "name", "annotator"]
_MEMBERS = ("score", "label", "text")


def annotate_examples(
    dataset: Dataset, *, annotations: Sequence[Annotation], by: User, now: datetime
) -> int:
    """Store one person's verdicts and return how many examples were known.

    A verdict under the same name replaces the person's former one, member by member:
    those that are UNSET stay. Ids that were never in the dataset are ignored.
    """
    with changed(dataset, now=now) as locked:
        positions = ask(locked, [a.target_id for a in annotations]).tolist()
        stored = _stored(locked, positions, by)
        for annotation, position in zip(annotations, positions, strict=True):
            if position == UNKNOWN:
                continue
            key = (position, annotation.name)
            verdict = stored.setdefault(
                key,
                ExampleAnnotation(
                    dataset=locked,
                    position=position,
                    name=annotation.name,
                    annotator=by,
                ),
            )
            _take_over(verdict, annotation, now=now)
        ExampleAnnotation.objects.bulk_create(
            (verdict for verdict in stored.values() if verdict.updated_at == now),
            update_conflicts=True,
            unique_fields=_KEY,
            update_fields=[*_MEMBERS, "updated_at"],
        )
    return len(set(positions) - {UNKNOWN})


def _stored(
    dataset: Dataset, positions: Sequence[int], by: User
) -> dict[tuple[int, str], ExampleAnnotation]:
    rows = ExampleAnnotation.objects.filter(
        dataset=dataset, annotator=by, position__in=set(positions)
    )
    return {(row.position, row.name): row for row in rows}


def _take_over(
    verdict: ExampleAnnotation, annotation: Annotation, *, now: datetime
) -> None:
    for member in _MEMBERS:
        value = getattr(annotation, member)
        if value is not UNSET:
            setattr(verdict, member, value)
    verdict.updated_at = now
