"""A process of two threads that share a cache and note what they see."""

import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

from django.db import connection

from experiments_ui.columns import read, refresh
from experiments_ui.columns.cache import cache
from experiments_ui.columns.models import Frame
from tests.columns.hammer import model


def run(*, frame_ids, seed, log, going):
    _dawdle(Random(seed))
    randoms = [Random(f"{seed} {number}") for number in range(2)]
    with ThreadPoolExecutor() as pool:
        for thread in [
            pool.submit(_observe_until, going, frame_ids, random, log)
            for random in randoms
        ]:
            thread.result()


def _dawdle(random):
    """Pause between the steps of a read, so that writes fall in between."""
    for name in ("_columns", "_patches", "_chunks", "_torn"):
        step = getattr(refresh, name)

        def slowed(*args, step=step, **more):
            if random.random() < 0.3:
                time.sleep(random.uniform(0, 0.03))
            return step(*args, **more)

        setattr(refresh, name, slowed)


def _observe_until(going, frame_ids, random, log):
    while going:
        if random.random() < 0.03:
            cache.clear()
        chosen = random.sample(frame_ids, random.randrange(1, len(frame_ids) + 1))
        names = random.sample(model.COLUMNS, random.randrange(1, len(model.COLUMNS)))
        for line in observe(chosen, names):
            model.write_line(log, line)
        time.sleep(random.uniform(0, 0.02))  # leave the processors to the writers
    connection.close()


def observe(frame_ids, names):
    """Read columns; note the digests, and the revisions before and after."""
    before = _revisions(frame_ids)
    found = read.vectors(dict.fromkeys(frame_ids, names))
    after = _revisions(frame_ids)
    return [
        {
            "frame": pk,
            "between": [before[pk], after[pk]],
            "seen": {name: _digest(found[pk].get(name)) for name in names},
        }
        for pk in frame_ids
    ]


def _revisions(frame_ids):
    frames = Frame.objects.filter(pk__in=frame_ids)
    return dict(frames.values_list("pk", "revision"))


def _digest(vector):
    if vector is None:
        return None
    return model.digest(vector.values_at(range(len(vector))))
