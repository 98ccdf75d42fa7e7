"""Keeping writers and readers going, and killing writers."""

import itertools
import os
import signal
import time
import traceback

from tests.columns.hammer import reader
from tests.columns.hammer.writer import Writer

WRITERS, READERS = 3, 2


def run(random, common, *, seed):
    """Keep the processes going, killing a writer now and then; count the deaths."""
    numbers = itertools.count()

    def start_writer():
        own_seed = f"{seed} writer {next(numbers)}"
        return _fork(lambda: Writer(**common, seed=own_seed).run())

    readers = {
        _fork(lambda n=n: reader.run(**common, seed=f"{seed} reader {n}"))
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
            if time.monotonic() < common["deadline"]:
                deaths += 1  # a writer does not end before, unless it is killed
                writers.add(start_writer())
        if time.monotonic() > next_kill and writers:
            next_kill += random.uniform(0.1, 0.5)
            os.kill(random.choice(sorted(writers)), signal.SIGKILL)
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
