"""A process that writes at random until it is told to stop, or dies in the middle."""

import os
import signal
import time
from random import Random

from django.conf import settings
from django.utils import timezone

from experiments_ui.arrow.columns import Batch
from experiments_ui.columns import bulk, storing, write
from experiments_ui.columns.load import Load, discard_silent_loads
from experiments_ui.columns.models import Role
from experiments_ui.errors import Conflict
from tests.columns.hammer import model

LONGEST_FRAME = 900


class Writer:
    """Writes at random, logging each operation under the lock that it holds.

    The last operation logged for a revision is the one that got it: a transaction
    that was undone gives its revision to the next.
    """

    def __init__(self, *, frame_ids, seed, log, going):
        self.frame_ids = frame_ids
        self.random = Random(seed)
        self.log = log
        self.going = going
        raise_revision = storing.raise_revision
        upsert = bulk.upsert

        def logged(frame_id):
            raised = raise_revision(frame_id)
            revision = write.Frame.objects.get(pk=frame_id).revision
            self.note(frame=frame_id, revision=revision, op="nothing")
            return raised

        def deadly(*args, **more):
            self.may_die(0.004)
            upsert(*args, **more)
            self.may_die(0.004)

        storing.raise_revision = logged
        bulk.upsert = deadly

    def run(self):
        actions = [self.append] * 5 + [self.patch] * 6 + [self.load] * 3
        actions += [self.fold] * 2 + [self.clear_up]
        while self.going:
            try:
                self.random.choice(actions)(self.random.choice(self.frame_ids))
            except Conflict:
                self.note(op="conflict")

    def append(self, frame_id):
        with write.writing(frame_id) as stamp:
            if stamp.length > LONGEST_FRAME:
                return
            seed = self.random.random()
            batch = Batch.from_rows(model.rows(seed))
            done = write.append(stamp, batch, {}, now=timezone.now())
            assert not done.spilled
            operation = self.intend(stamp, op="append", seed=seed)
        self.finish(operation)

    def patch(self, frame_id):
        with write.writing(frame_id) as stamp:
            if not stamp.length:
                return
            seed = self.random.random()
            for name, values in model.patches(seed, stamp.length).items():
                write.patch(stamp, name, values, role=Role.SCORE)
            operation = self.intend(stamp, op="patch", seed=seed)
        self.finish(operation)

    def load(self, frame_id):
        seed = self.random.random()
        load = Load.begin(frame_id, now=timezone.now())
        self.may_die(0.02)
        if load.start > LONGEST_FRAME or self.random.random() < 0.1:
            load.abort()
            return
        for rows in model.batches(seed):
            assert not load.fit(Batch.from_rows(rows), {})
            self.may_die(0.02)
            load.flush(now=timezone.now())
            self.may_die(0.02)
        if self.random.random() < 0.2:  # fall silent, so that others take over
            time.sleep(2 * settings.LOAD_SILENCE_SECONDS)
        with write.writing(frame_id) as stamp:
            load.commit(stamp)
            operation = self.intend(stamp, op="load", seed=seed)
        self.finish(operation)

    def fold(self, frame_id):
        folded = write.fold(frame_id)
        self.note(op="folded", patches=folded)

    def clear_up(self, _frame_id):
        self.note(op="cleared", loads=discard_silent_loads(now=timezone.now()))

    def intend(self, stamp, *, op, seed):
        operation = {
            "frame": stamp.frame_id,
            "revision": stamp.revision,
            "op": op,
            "seed": seed,
        }
        self.note(**operation)
        self.may_die(0.01)
        return operation

    def finish(self, operation):
        self.may_die(0.02)
        self.note(**operation | {"op": "committed", "what": operation["op"]})

    def note(self, **line):
        model.write_line(self.log, line)

    def may_die(self, probability):
        if self.random.random() < probability:
            os.kill(os.getpid(), signal.SIGKILL)
