"""Making frames, and reading them back as plain values."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from experiments_ui.arrow.columns import Batch
from experiments_ui.columns import read
from experiments_ui.columns.cache import cache
from experiments_ui.columns.load import Load
from experiments_ui.columns.models import Frame, Role
from experiments_ui.columns.write import append, patch, writing

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
# The tables to empty after a test that commits: a tenth of the time that all take.
APPS = ["experiments_ui.columns"]
LATER = NOW + timedelta(hours=1)


def make_frame(*batches):
    """Return a new frame's id, with each batch (a list of rows) appended."""
    frame_id = Frame.objects.create().pk
    for rows in batches:
        add(frame_id, rows)
    return frame_id


def add(frame_id, rows, *, now=NOW):
    with writing(frame_id) as stamp:
        return append(stamp, Batch.from_rows(rows), {}, now=now)


def change(frame_id, name, values, *, role=Role.SCORE):
    with writing(frame_id) as stamp:
        return patch(stamp, name, values, role=role)


def upload(frame_id, *batches, now=NOW):
    load = Load.begin(frame_id, now=now)
    spilled = []
    for rows in batches:
        spilled.append(load.fit(Batch.from_rows(rows), {}))
        load.flush(now=now)
    with writing(frame_id) as stamp:
        load.commit(stamp)
    return spilled


class _UndoneError(Exception):
    pass


def write_and_undo(frame_id, write):
    """Write, and fail before the commit, as when the owner's own write fails."""
    with suppress(_UndoneError), writing(frame_id) as stamp:
        write(stamp)
        raise _UndoneError


def column(name, values):
    """Return rows of one column."""
    return [{name: value} for value in values]


def values(frame_id, name):
    """Return a column as this process sees it, with what it has cached."""
    vector = read.vectors({frame_id: [name]})[frame_id].get(name)
    return None if vector is None else vector.values_at(range(len(vector)))


def stored_values(frame_id, name):
    cache.clear()
    return values(frame_id, name)


def exact(values):
    """Return values in a form that tells 1 from 1.0 and True, and 0.0 from -0.0."""
    return [(type(value).__name__, repr(value)) for value in values]
