"""The right to work on a batch, for as long as a worker is not silent."""

import secrets
from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db.models import F, Q

from experiments_ui.tasks.jobs import clock
from experiments_ui.tasks.models import Batch, BatchState, RunStatus, TaskRun

_WITH = (
    "task_run__task__space",
    "experiment__dataset__space",
    "version__evaluator",
    "version__integration",
)


class LostLease(Exception):
    """Another worker has taken the batch over, or its run was ended."""


class Lease:
    """One worker's batch; `left` are the sequences that are still to do, in order."""

    def __init__(self, batch: Batch, token: str) -> None:
        self.batch = batch
        self.left: list[int] = list(batch.left)
        self._is_finished = False
        self._mine = Batch.objects.filter(
            pk=batch.pk, state=BatchState.RUNNING, lease_token=token
        )

    @classmethod
    def take(cls, batch_id: int) -> Self | None:
        """Claim a batch that waits or whose worker fell silent; None if there is none.

        The first claim of a run sets it running.
        """
        now, token = clock.now(), secrets.token_hex(16)
        # One table only: after a wait for the row, the condition is looked at again.
        free = Q(state=BatchState.QUEUED) | Q(
            state=BatchState.RUNNING, lease_until__lt=now
        )
        won = Batch.objects.filter(free, pk=batch_id).update(
            state=BatchState.RUNNING,
            lease_token=token,
            lease_until=now + _length(),
            attempts=F("attempts") + 1,
        )
        if not won:
            return None
        batch = Batch.objects.select_related(*_WITH).get(pk=batch_id)
        TaskRun.objects.filter(pk=batch.task_run_id, status=RunStatus.PENDING).update(
            status=RunStatus.RUNNING, started_at=now
        )
        return cls(batch, token)

    def extend(
        self, done: Collection[int] = (), counts: Counter[str] | None = None
    ) -> None:
        """Stay alive, and strike off what is done, with how it ended.

        `counts` are of successes, errors, skipped and cached. What is recorded of the
        same runs belongs into the same transaction.

        Raises:
            LostLease: This worker was silent for too long, or the run was ended.
        """
        struck = set(done)
        left = [sequence for sequence in self.left if sequence not in struck]
        changes: dict[str, object] = {
            name: F(name) + count for name, count in (counts or {}).items()
        }
        if struck:
            changes |= {"left": left, "attempts": 1}
        if not self._mine.update(lease_until=clock.now() + _length(), **changes):
            raise LostLease
        self.left = left

    def finish(self) -> None:
        """End a batch of which nothing is left, once.

        Raises:
            LostLease: As `extend`.
        """
        if self._is_finished:
            return
        done = {"state": BatchState.DONE, "lease_token": "", "lease_until": None}
        if not self._mine.update(**done):
            raise LostLease
        self._is_finished = True

    def put_back(self) -> None:
        """Let another worker have the batch at once; does nothing if one has it."""
        self._mine.update(
            state=BatchState.QUEUED,
            lease_token="",
            lease_until=None,
            # Nobody has heard of it in this state: it is announced at once.
            announced_at=clock.now() - timedelta(days=1),
        )


def _length() -> timedelta:
    return timedelta(seconds=settings.BATCH_LEASE_SECONDS)
