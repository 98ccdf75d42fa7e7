"""Let writers and readers loose on frames, kill some, and check what they saw.

Called as `python -m tests.columns.hammer FOLDER SEED SECONDS`, with DATABASE_URL.
"""

import json
import os
import signal
import sys
import time
import traceback
from collections import Counter, defaultdict
from datetime import timedelta
from pathlib import Path
from random import Random

import django
from django.db import connections

SMALL_CHUNK = 32  # rows, so that many chunks are crossed soon
FRAMES, WRITERS, READERS = 4, 3, 2
SILENCE_SECONDS = 0.2


def main(folder, seed, seconds):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "experiments_ui.settings")
    django.setup()
    _shrink_chunks()
    frame_ids = _make_frames()
    connections.close_all()
    log = os.open(folder / "log", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    deadline = time.monotonic() + seconds
    common = {"frame_ids": frame_ids, "log": log, "deadline": deadline}
    deaths = _run_processes(Random(seed), common, seed=seed)
    report = _check(folder / "log", frame_ids)
    print(json.dumps(report | {"deaths": deaths}))


def _shrink_chunks():
    from django.conf import settings

    from experiments_ui.columns import drafts, load, refresh, storing, vectors, write

    settings.LOAD_SILENCE_SECONDS = SILENCE_SECONDS
    for module in (drafts, load, refresh, storing, vectors, write):
        module.CHUNK_ROWS = SMALL_CHUNK


def _make_frames():
    from django.core.management import call_command

    from experiments_ui.columns.models import Frame

    call_command("migrate", "columns", verbosity=0)
    return [Frame.objects.create().pk for _ in range(FRAMES)]


def _run_processes(random, common, *, seed):
    """Keep the processes going, killing a writer now and then; count the deaths."""
    from tests.columns.hammer import reader
    from tests.columns.hammer.writer import Writer

    def start_writer(number):
        return _fork(lambda: Writer(**common, seed=f"{seed} writer {number}").run())

    readers = {
        _fork(lambda n=n: reader.run(**common, seed=f"{seed} reader {n}"))
        for n in range(READERS)
    }
    writers = {start_writer(number) for number in range(WRITERS)}
    started, deaths, next_kill = WRITERS, 0, time.monotonic() + 0.2
    while readers or writers:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid and os.WIFEXITED(status) and os.WEXITSTATUS(status):
            raise SystemExit("A process failed: its traceback is above.")
        readers.discard(pid)
        if pid in writers:
            writers.remove(pid)
            if os.WIFSIGNALED(status):
                deaths += 1
            if time.monotonic() < common["deadline"]:
                writers.add(start_writer(started))
                started += 1
        if time.monotonic() > next_kill and writers:
            next_kill += random.uniform(0.1, 0.5)
            os.kill(random.choice(sorted(writers)), signal.SIGKILL)
        if not pid:
            time.sleep(0.005)
    return deaths


def _fork(work):
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _check(log, frame_ids):
    from django.utils import timezone

    from experiments_ui.columns.cache import cache
    from experiments_ui.columns.load import discard_silent_loads
    from tests.columns.hammer import reader

    discard_silent_loads(now=timezone.now() + timedelta(hours=1))
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    history = _replay(lines)
    counts = Counter(line["op"] for line in lines if "op" in line)
    counts["observed"] = sum("seen" in line for line in lines)
    counts["patches folded"] = sum(line.get("patches", 0) for line in lines)
    counts["loads cleared"] = sum(line.get("loads", 0) for line in lines)
    cache.clear()
    final = reader.observe(frame_ids, reader.model.COLUMNS)
    for line in [*lines, *final]:
        if "seen" in line:
            _check_observation(line, history[line["frame"]])
    for frame_id in frame_ids:
        _check_nothing_is_left(frame_id, revisions=len(history[frame_id]) - 1)
    return dict(counts)


def _replay(lines):
    """Return, for each frame, the digests of all columns at each revision."""
    from tests.columns.hammer.model import State

    operations, committed = defaultdict(dict), []
    for line in lines:
        if line.get("op") == "committed":
            committed.append(line)
        elif "revision" in line:
            operations[line["frame"]][line["revision"]] = line
    for line in committed:
        kept = operations[line["frame"]][line["revision"]]
        assert (kept["op"], kept["seed"]) == (line["what"], line["seed"]), line
    history = {}
    for frame_id, by_revision in operations.items():
        state, states = State(), [State().digests]
        for revision in range(1, _last_revision(frame_id) + 1):
            state.apply(by_revision[revision])
            states.append(dict(state.digests))
        history[frame_id] = states
    return history


def _last_revision(frame_id):
    from experiments_ui.columns.models import Frame

    return Frame.objects.get(pk=frame_id).revision


def _check_observation(line, states):
    first, last = line["between"]
    for digests in states[first : last + 1]:
        if all(digests[name] == digest for name, digest in line["seen"].items()):
            return
    wrong = [
        {name: digests[name] == digest for name, digest in line["seen"].items()}
        for digests in states[first : last + 1]
    ]
    raise SystemExit(
        f"No state between these revisions is what was read: {line} {wrong}"
    )


def _check_nothing_is_left(frame_id, *, revisions):
    from experiments_ui.columns.models import Chunk, Column, Frame, Patch

    frame = Frame.objects.get(pk=frame_id)
    assert frame.revision == revisions
    assert not frame.load_token
    columns = Column.objects.filter(frame=frame)
    assert not columns.filter(revision=0).exists()
    assert not columns.filter(spills=True).exists()
    chunks = Chunk.objects.filter(column__in=columns)
    assert not chunks.filter(number__gte=-(-frame.length // SMALL_CHUNK)).exists()
    patches = Patch.objects.filter(column__in=columns)
    assert not patches.filter(row__gte=frame.length).exists()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
