"""Replaying what was committed, and comparing it with all that was seen."""

import json
from collections import Counter, defaultdict
from contextlib import suppress
from datetime import timedelta

from django.utils import timezone

from experiments_ui.columns import vectors
from experiments_ui.columns.cache import cache
from experiments_ui.columns.load import discard_silent_loads
from experiments_ui.columns.models import Chunk, Column, Frame, Patch
from tests.columns.hammer import model, reader


def check(log, frame_ids):
    discard_silent_loads(now=timezone.now() + timedelta(hours=1))
    lines = lines_of(log)
    history = _replay(lines, frame_ids)
    cache.clear()
    final = reader.observe(frame_ids, model.COLUMNS)
    for line in [*lines, *final]:
        if "seen" in line:
            _check_observation(line, history[line["frame"]])
    for frame_id in frame_ids:
        _check_nothing_is_left(frame_id, revisions=len(history[frame_id]) - 1)
    return dict(counted(lines))


def lines_of(log):
    lines = []
    for line in log.read_text().splitlines():
        with suppress(json.JSONDecodeError):  # who died while writing wrote half
            lines.append(json.loads(line))
    return lines


def counted(lines):
    counts = Counter(line["op"] for line in lines if "op" in line)
    counts["observed"] = sum("seen" in line for line in lines)
    counts["patches folded"] = sum(line.get("patches", 0) for line in lines)
    counts["loads cleared"] = sum(line.get("loads", 0) for line in lines)
    return counts


def _replay(lines, frame_ids):
    """Return, for each frame, the digests of all columns at each revision."""
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
    for frame_id in frame_ids:
        state = model.State()
        states = [dict(state.digests)]
        for revision in range(1, _last_revision(frame_id) + 1):
            state.apply(operations[frame_id][revision])
            states.append(dict(state.digests))
        history[frame_id] = states
    return history


def _last_revision(frame_id):
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
    frame = Frame.objects.get(pk=frame_id)
    assert frame.revision == revisions
    assert not frame.load_token
    columns = Column.objects.filter(frame=frame)
    assert not columns.filter(revision=0).exists()
    assert not columns.filter(spills=True).exists()
    chunks = Chunk.objects.filter(column__in=columns)
    assert not chunks.filter(
        number__gte=-(-frame.length // vectors.CHUNK_ROWS)
    ).exists()
    patches = Patch.objects.filter(column__in=columns)
    assert not patches.filter(row__gte=frame.length).exists()
