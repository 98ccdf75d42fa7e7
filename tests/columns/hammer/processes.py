"""Keeping writers and readers going, and killing writers."""

import itertools
import mmap
import os
import signal
import time
import traceback

from tests.columns.hammer import reader
from tests.columns.hammer.writer import Writer

WRITERS, READERS = 3, 2


class Going:
    """A flag that all the processes see: true until it is ended."""

    def __init__(self):
        self._shared = mmap.mmap(-1, 1)

    def __bool__(self):
        return self._shared[0] == 0

    def end(self):
        self._shared[0] = 1


def run(random, common, *, seed, until, enough):
    """Keep the processes going, killing a writer now and then; count the deaths.

    It ends at the time given, or when enough has happened, whichever is later.
    """
    numbers = itertools.count()
    going = Going()

    def start_writer():
        own_seed = f"{seed} writer {next(numbers)}"
        return _fork(lambda: Writer(**common, seed=own_seed, going=going).run())

    readers = {
        _fork(lambda n=n: reader.run(**common, seed=f"{seed} reader {n}", going=going))
        for n in range(READERS)
    }
    writers = {start_writer() for _ in range(WRITERS)}
    deaths = 0
    next_kill = time.monotonic() + 0.2
    while readers | writers:
        ended = _ended_process()
        readers.discard(ended)
        if ended in writers:
            writers.remove(ended)
            if going:
                deaths += 1  # a writer does not end before, unless it is killed
                writers.add(start_writer())
        if time.monotonic() > next_kill and writers:
            next_kill = time.monotonic() + random.uniform(0.1, 0.5)
            os.kill(random.choice(sorted(writers)), signal.SIGKILL)
            if time.monotonic() > until and enough():
                going.end()
    return deaths


def _ended_process():
    """Return the id of a process that ended, or None a moment later."""
    pid, status = os.waitpid(-1, os.WNOHANG)
    if pid and os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("A process failed: its traceback is above.")
    if not pid:
        time.sleep(0.005)
    return pid or None


def _fork(work):
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        work()
        status = 0
    finally:
        if status:
            traceback.print_exc()
        os._exit(status)
