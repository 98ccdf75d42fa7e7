"""Writing results: verdicts, failures, costs and the lease, together or not at all."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone

from experiments_ui import ids
from experiments_ui.arrow.kinds import KindName
from experiments_ui.arrow.schemas import merge_kinds
from experiments_ui.columns import bulk
from experiments_ui.columns import write as column_writer
from experiments_ui.columns.models import Column, Kind, Role
from experiments_ui.columns.storing import Stamp, next_ordinal
from experiments_ui.experiments.actions.rows import Tally, record_change
from experiments_ui.experiments.models import Evaluation, Experiment, Run, Source
from experiments_ui.integrations.actions import record_spending
from experiments_ui.integrations.models import Integration
from experiments_ui.llm.pricing import Prices
from experiments_ui.tasks.jobs.leases import Lease
from experiments_ui.tasks.jobs.results import Cost, Result
from experiments_ui.tasks.models import Batch, CachedVerdict, Failure

_RUNS = Run._meta.db_table  # noqa: SLF001 -- the public way to a table's name


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose key is used, for which model, and at what price."""

    integration: Integration
    model: str
    prices: Prices

    def record(self, cost: Cost) -> None:
        """Add what calls cost to the month's count."""
        if cost.calls:
            record_spending(
                self.integration,
                now=timezone.now(),
                usd=self.prices.cost(self.model, cost.tokens_in, cost.tokens_out),
                input_tokens=cost.tokens_in,
                output_tokens=cost.tokens_out,
                calls=cost.calls,
            )


def record(
    lease: Lease, results: Sequence[Result], *, payer: Payer | None = None
) -> None:
    """Write what came of some runs and extend the lease: one transaction.

    Raises:
        LostLease: The batch is another's by now; only the costs are kept.
    """
    counts: Counter[str] = Counter(result.ending for result in results)
    counts["cached"] = sum(result.is_cached for result in results)
    now = timezone.now()
    with transaction.atomic():
        lease.extend([result.sequence for result in results], +counts)
        _write_verdicts(lease.batch, [r for r in results if r.verdict], now=now)
        _write_failures(lease.batch, [r for r in results if r.problem], now=now)
        if payer:
            payer.record(cost_of(results))


def cost_of(results: Sequence[Result]) -> Cost:
    return sum((result.cost for result in results), Cost())


def _write_failures(batch: Batch, results: Sequence[Result], *, now: datetime) -> None:
    rows = [
        Failure(
            task_run_id=batch.task_run_id,
            experiment_id=batch.experiment_id,
            sequence=result.sequence,
            version_id=batch.version_id,
            name=batch.name,
            kind=result.problem.kind,
            message=result.problem.message,
            raw=result.problem.raw,
            created_at=now,
        )
        for result in results
        if result.problem
    ]
    Failure.objects.bulk_create(rows, ignore_conflicts=True)


def _write_verdicts(batch: Batch, results: Sequence[Result], *, now: datetime) -> None:
    if not results:
        return
    _write_evaluations(batch, results, now=now)
    _keep_for_next_time(batch, results, now=now)
    with column_writer.writing(batch.experiment.frame_id) as stamp:
        columns = _columns(batch, results)
        spilled = {
            name
            for name, (role, values) in columns.items()
            if column_writer.patch(stamp, name, values, role=role)
        }
        texts = {r.sequence: r.verdict.explanation for r in results if r.verdict}
        name = f"eval.{batch.name}.explanation"
        _text_column(stamp, name)
        _write_texts(batch, name, texts, gone=spilled)
        _note_change(batch, [*columns, name], now=now)


def _columns(
    batch: Batch, results: Sequence[Result]
) -> dict[str, tuple[Role, dict[int, Any]]]:
    """Return the values that vectors hold: by column, by run."""
    prefix = f"eval.{batch.name}"
    verdicts = {r.sequence: r.verdict for r in results if r.verdict}
    columns: dict[str, tuple[Role, dict[int, Any]]] = {
        f"{prefix}.label": (Role.LABEL, {s: v.label for s, v in verdicts.items()}),
        f"{prefix}.score": (Role.SCORE, {s: v.score for s, v in verdicts.items()}),
    }
    models = {s: v.model or None for s, v in verdicts.items()}
    for name, text in _origin(batch).items():
        same = dict.fromkeys(verdicts, text)
        columns[f"{prefix}.metadata.{name}"] = (Role.EXTRA, same)
    if any(models.values()):
        columns[f"{prefix}.metadata.model"] = (Role.EXTRA, models)
    return columns


def _origin(batch: Batch) -> dict[str, str]:
    number = str(batch.version.number) if batch.version else ""
    return {
        "task_id": ids.encode("Task", batch.task_run.task_id),
        "task_run_id": ids.encode("TaskRun", batch.task_run_id),
        "evaluator_version": number,
    }


def _text_column(stamp: Stamp, name: str) -> None:
    """See to it that a column of texts is there; runs hold its values."""
    column, made = Column.objects.get_or_create(
        frame_id=stamp.frame_id,
        name=name,
        defaults={
            "role": Role.EXTRA,
            "kind": Kind.TEXT,
            "ordinal": next_ordinal(stamp.frame_id),
            "revision": stamp.revision,
        },
    )
    # A text wins over what a vector of another kind holds.
    if not made and column.kind != Kind.TEXT and not column.spills:
        Column.objects.filter(pk=column.pk).update(spills=True, revision=stamp.revision)


def _write_texts(
    batch: Batch, name: str, texts: Mapping[int, str | None], *, gone: set[str]
) -> None:
    """Put texts into runs, and take away what vectors hold instead from now on."""
    experiment_id = batch.experiment_id
    stored = Run.objects.filter(experiment_id=experiment_id, sequence__in=list(texts))
    rows = []
    for sequence, extra in stored.values_list("sequence", "extra"):
        kept = {k: v for k, v in orjson.loads(extra).items() if k not in gone}
        kept.pop(name, None)
        if (text := texts[sequence]) is not None:
            kept[name] = text
        rows.append((experiment_id, sequence, orjson.dumps(kept).decode()))
    if rows:
        keys = ["experiment_id", "sequence"]
        bulk.upsert(_RUNS, [*keys, "extra"], rows, keys=keys)


def _note_change(batch: Batch, names: Sequence[str], *, now: datetime) -> None:
    """Let exports know the columns, and caches that there is something new."""
    experiment = Experiment.objects.get(pk=batch.experiment_id)
    kinds = experiment.kinds
    for name in names:
        kind: KindName = "float" if name.endswith(".score") else "string"
        kinds[name] = merge_kinds(kinds.get(name, "null"), kind)
    experiment.schema = [[name, kind] for name, kind in kinds.items()]
    record_change(experiment, tally=Tally(), now=now)


def _write_evaluations(
    batch: Batch, results: Sequence[Result], *, now: datetime
) -> None:
    rows = [
        Evaluation(
            experiment_id=batch.experiment_id,
            sequence=result.sequence,
            source=Source.EVALUATOR,
            name=batch.name,
            score=result.verdict.score,
            label=result.verdict.label,
            text=result.verdict.explanation,
            updated_at=now,
        )
        for result in results
        if result.verdict
    ]
    keys = ["experiment", "sequence", "source", "name", "annotator_number"]
    Evaluation.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=keys,
        update_fields=["score", "label", "text", "updated_at"],
    )


def _keep_for_next_time(
    batch: Batch, results: Sequence[Result], *, now: datetime
) -> None:
    rows = {
        result.key: CachedVerdict(
            key=result.key,
            version=batch.version,
            label=result.verdict.label,
            score=result.verdict.score,
            explanation=result.verdict.explanation,
            tokens_in=result.cost.tokens_in,
            tokens_out=result.cost.tokens_out,
            model=result.verdict.model,
            created_at=now,
        )
        for result in results
        if batch.version and result.verdict and result.key and not result.is_cached
    }
    CachedVerdict.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["label", "score", "explanation", "created_at"],
    )
