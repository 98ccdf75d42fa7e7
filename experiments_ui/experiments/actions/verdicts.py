"""What people say about runs, added after the runs were stored."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from experiments_ui.accounts.models import User
from experiments_ui.columns import write as column_writer
from experiments_ui.columns.models import Role
from experiments_ui.columns.storing import Stamp
from experiments_ui.experiments import jobs, run_ids
from experiments_ui.experiments.actions.rows import Tally, record_change
from experiments_ui.experiments.models import Evaluation, Experiment, Source
from experiments_ui.spaces.verdicts import UNSET, Annotation

_Key = tuple[int, str]


def annotate_runs(
    experiment: Experiment,
    *,
    annotations: Sequence[Annotation],
    by: User,
    now: datetime,
) -> int:
    """Store one person's annotations of runs; returns how many found their run.

    Repeating an annotation changes the stored one; members left UNSET stay.
    """
    with column_writer.writing(experiment.frame_id) as stamp:
        named = _by_run(experiment, annotations, length=stamp.length)
        stored = _stored(experiment, named, by=by)
        changed = [
            _merged(stored.get(key) or _fresh(experiment, key, by=by), each, now=now)
            for key, each in named.items()
        ]
        Evaluation.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=[
                "experiment",
                "sequence",
                "source",
                "name",
                "annotator_number",
            ],
            update_fields=["score", "label", "text", "updated_at"],
        )
        _patch(experiment, stamp, named)
        record_change(experiment, tally=Tally(), now=now)
    if column_writer.needs_fold(experiment.frame_id):
        transaction.on_commit(lambda: jobs.enqueue_fold(experiment.frame_id))
    return len(changed)


def _by_run(
    experiment: Experiment, annotations: Iterable[Annotation], *, length: int
) -> dict[_Key, Annotation]:
    """Return the annotations of runs there are; ids of others are left out."""
    found: dict[_Key, Annotation] = {}
    for each in annotations:
        decoded = run_ids.decode(each.target_id)
        if decoded and decoded[0] == experiment.pk and decoded[1] < length:
            found[decoded[1], each.name] = each
    return found


def _stored(
    experiment: Experiment, keys: Iterable[_Key], *, by: User
) -> dict[_Key, Evaluation]:
    rows = Evaluation.objects.filter(
        experiment=experiment,
        sequence__in={sequence for sequence, _ in keys},
        source=Source.PERSON,
        annotator_number=by.pk,
    )
    return {(row.sequence, row.name): row for row in rows}


def _fresh(experiment: Experiment, key: _Key, *, by: User) -> Evaluation:
    sequence, name = key
    return Evaluation(
        experiment=experiment,
        sequence=sequence,
        source=Source.PERSON,
        name=name,
        annotator_number=by.pk,
    )


def _merged(row: Evaluation, said: Annotation, *, now: datetime) -> Evaluation:
    """Return the row as it is to be stored; a new object, so that it is inserted."""
    return Evaluation(
        experiment_id=row.experiment_id,
        sequence=row.sequence,
        source=row.source,
        name=row.name,
        annotator_number=row.annotator_number,
        score=row.score if said.score is UNSET else said.score,
        label=row.label if said.label is UNSET else said.label,
        text=row.text if said.text is UNSET else said.text,
        updated_at=now,
    )


def _patch(experiment: Experiment, stamp: Stamp, keys: Iterable[_Key]) -> None:
    """Bring the vectors up to date: the mean score and the latest label of a run."""
    rows = Evaluation.objects.filter(
        experiment=experiment,
        sequence__in={sequence for sequence, _ in keys},
        source=Source.PERSON,
        name__in={name for _, name in keys},
    ).order_by("updated_at", "pk")
    said: dict[str, dict[int, list[Evaluation]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for row in rows:
        said[row.name][row.sequence].append(row)
    for name, runs in said.items():
        prefix = f":annotation.{name}"
        scores = {sequence: _mean(rows) for sequence, rows in runs.items()}
        labels = {sequence: rows[-1].label for sequence, rows in runs.items()}
        column_writer.patch(stamp, f"{prefix}.score", scores, role=Role.SCORE)
        column_writer.patch(stamp, f"{prefix}.label", labels, role=Role.LABEL)


def _mean(rows: Sequence[Evaluation]) -> float | None:
    scores = [row.score for row in rows if row.score is not None]
    return sum(scores) / len(scores) if scores else None
