"""One upload into one frame: any number of rows, in bounded memory, all or nothing."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import transaction

from experiments_ui.arrow.columns import Batch
from experiments_ui.columns import storing
from experiments_ui.columns.drafts import Drafts
from experiments_ui.columns.fitting import Spilled
from experiments_ui.columns.models import Frame, Role
from experiments_ui.columns.storing import Stamp
from experiments_ui.columns.vectors import CHUNK_ROWS
from experiments_ui.errors import Conflict, NotFound


class Load:
    """An upload under way; nobody sees its rows before `commit`.

    Call `begin`, then `fit` and `flush` for each batch, then `commit` inside
    `writing(frame_id)`; on any failure `abort`. A load that does not flush for
    LOAD_SILENCE_SECONDS counts as dead, and another may take its place.

    Attributes:
        start: The row that the first value of this load gets.
        rows: How many rows were fitted so far.
    """

    def __init__(self, *, frame_id: int, token: str, start: int) -> None:
        self.frame_id = frame_id
        self.start = start
        self.rows = 0
        self._token = token
        self._stored = start  # rows before this one are in chunks
        self._drafts = Drafts(frame_id)

    @classmethod
    def begin(cls, frame_id: int, *, now: datetime) -> Self:
        """Claim a frame, clearing up after a load that died.

        Raises:
            NotFound: There is no such frame.
            Conflict: Another load is under way.
        """
        token = secrets.token_hex(16)
        with transaction.atomic():
            frame = storing.lock(frame_id)
            if frame is None:
                raise NotFound("The experiment no longer exists.")
            if storing.is_live(frame, now=now):
                raise storing.busy()
            if frame.load_token:
                storing.discard(frame)
            frame.load_token, frame.load_seen_at = token, now
            frame.save(update_fields=["load_token", "load_seen_at"])
        return cls(frame_id=frame_id, token=token, start=frame.length)

    def fit(self, batch: Batch, roles: Mapping[str, Role]) -> dict[str, Spilled]:
        """Take the next batch; return, by column and row, what no vector holds.

        The owner keeps those values with its rows: where one is not None, it and
        not the vector is the value.
        """
        row = self.start + self.rows
        spilled = self._drafts.fit(batch, roles, row=row)
        self.rows += batch.length
        return spilled

    def flush(self, *, now: datetime) -> None:
        """Write the chunks that are full, and show that this load is alive.

        Raises:
            Conflict: The load was silent for too long and lost its claim.
        """
        full = (self.start + self.rows) // CHUNK_ROWS * CHUNK_ROWS
        with transaction.atomic():
            mine = Frame.objects.filter(pk=self.frame_id, load_token=self._token)
            if not mine.update(load_seen_at=now):
                raise _lost()
            if full > self._stored:
                self._drafts.store_columns(revision=None)
                self._drafts.store_chunks(first=self._stored, stop=full)
        # Only once they are committed: a failed flush may be tried again.
        self._drafts.forget(before=full)
        self._stored = max(self._stored, full)

    def commit(self, stamp: Stamp) -> int:
        """Make all rows visible; return the frame's new length.

        Raises:
            Conflict: The load was silent for too long and lost its claim.
        """
        end = self.start + self.rows
        mine = Frame.objects.filter(pk=stamp.frame_id, load_token=self._token)
        if not mine.update(load_token="", load_seen_at=None, length=end):
            raise _lost()
        self._drafts.store_columns(revision=stamp.revision)
        self._drafts.store_chunks(first=self._stored, stop=end)
        return end

    def is_claimed(self) -> bool:
        """Tell whether no other load has taken this one's place, nor is it done."""
        mine = Frame.objects.filter(pk=self.frame_id, load_token=self._token)
        return mine.exists()

    def abort(self) -> None:
        """Remove what this load wrote, unless it was committed or taken over."""
        with transaction.atomic():
            frame = storing.lock(self.frame_id)
            if frame is not None and frame.load_token == self._token:
                storing.discard(frame)


def discard_silent_loads(*, now: datetime) -> int:
    """Clear up after loads that died; return how many there were."""
    silent_since = now - timedelta(seconds=settings.LOAD_SILENCE_SECONDS)
    dead = Frame.objects.exclude(load_token="").filter(load_seen_at__lt=silent_since)
    return sum(
        _discard_if_silent(frame_id, now=now)
        for frame_id in list(dead.values_list("pk", flat=True))
    )


def give_up_all_loads(*, now: datetime) -> None:
    """Let every load count as dead; for when all who wrote them are known to be."""
    silent = now - timedelta(seconds=settings.LOAD_SILENCE_SECONDS + 1)
    Frame.objects.exclude(load_token="").update(load_seen_at=silent)


def _discard_if_silent(frame_id: int, *, now: datetime) -> bool:
    with transaction.atomic():
        frame = storing.lock(frame_id)
        if frame is None or not frame.load_token or storing.is_live(frame, now=now):
            return False
        storing.discard(frame)
        return True


def _lost() -> Conflict:
    return Conflict(
        "This upload was silent for too long and was given up; send it again."
    )
