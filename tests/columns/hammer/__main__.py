"""Let writers and readers loose on frames, kill some, and check what they saw.

Called as `python -m tests.columns.hammer FOLDER SEED SECONDS`, with DATABASE_URL.
"""

import json
import os
import sys
import time
from pathlib import Path
from random import Random

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "experiments_ui.settings")
django.setup()

from django.conf import settings  # noqa: E402 -- the settings come first
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from experiments_ui.columns import (  # noqa: E402
    drafts,
    load,
    refresh,
    storing,
    vectors,
    write,
)
from experiments_ui.columns.models import Frame  # noqa: E402
from tests.columns.hammer import processes, verdict  # noqa: E402

FRAMES = 4
SMALL_CHUNK = 32  # rows, so that many chunks are crossed soon
SILENCE_SECONDS = 0.2


def main(folder, seed, seconds):
    settings.LOAD_SILENCE_SECONDS = SILENCE_SECONDS
    for module in (drafts, load, refresh, storing, vectors, write):
        module.CHUNK_ROWS = SMALL_CHUNK
    call_command("migrate", "columns", verbosity=0)
    frame_ids = [Frame.objects.create().pk for _ in range(FRAMES)]
    connections.close_all()  # before the processes part
    log = os.open(folder / "log", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    common = {"frame_ids": frame_ids, "log": log}
    deaths = processes.run(
        Random(seed),
        common,
        seed=seed,
        until=time.monotonic() + seconds,
        enough=lambda: enough_happened(folder / "log"),
    )
    report = verdict.check(folder / "log", frame_ids)
    print(json.dumps(report | {"deaths": deaths}))


def enough_happened(log):
    """Tell whether every kind of operation has been committed, and patches folded."""
    counts = verdict.counted(verdict.lines_of(log))
    needed = ("append", "patch", "load", "patches folded", "observed")
    return all(counts[what] for what in needed)


main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
