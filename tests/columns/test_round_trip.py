"""Any sequence of writes, read back exactly, from the cache and afresh."""

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments_ui.columns import drafts, load, read, refresh, storing, write
from experiments_ui.columns.models import Kind
from experiments_ui.columns.write import fold
from experiments_ui.errors import Invalid
from tests.columns.frames import (
    APPS,
    add,
    change,
    column,
    exact,
    make_frame,
    stored_values,
    upload,
    values,
)

pytestmark = pytest.mark.django_db(transaction=True, available_apps=APPS)

SMALL_CHUNK = 4  # rows

integers = st.integers(-(2**63), 2**63 - 1) | st.integers(-9, 9)
floats = st.floats(allow_nan=False, allow_infinity=False) | st.just(-0.0)
labels = st.sampled_from(["good", "bad", "", "schön “😀”", "zero\\u0000", "'\""])
few = {"max_size": 7}
rows = st.one_of(
    st.lists(st.none() | integers, **few),
    st.lists(st.none() | floats, **few),
    st.lists(st.none() | st.booleans(), **few),
    st.lists(st.none() | labels, **few),
    st.lists(st.none() | integers | floats | st.booleans() | labels, **few),
)
changes = st.one_of(
    st.dictionaries(st.integers(0, 20), st.none() | values_, max_size=4)
    for values_ in (floats, labels)
)
steps = st.lists(
    st.tuples(st.just("append"), rows)
    | st.tuples(st.just("upload"), st.lists(rows, max_size=3))
    | st.tuples(st.just("patch"), changes)
    | st.tuples(st.just("fold"), st.none()),
    max_size=8,
)


class Owner:
    """Keeps what a frame's owner keeps: the spilled values. And what it expects."""

    def __init__(self):
        self.frame_id = make_frame()
        self.expected = []
        self.spilled = []

    def append(self, new):
        self._keep(add(self.frame_id, column("a", new)).spilled, new)

    def upload(self, batches):
        several = upload(self.frame_id, *(column("a", new) for new in batches))
        for spilled, new in zip(several, batches, strict=True):
            self._keep(spilled, new)

    def patch(self, new):
        new = {row: value for row, value in new.items() if row < len(self.expected)}
        try:
            change(self.frame_id, "a", new)
        except Invalid:
            return
        for row, value in new.items():
            self.expected[row] = self._as_patched(value)
            self.spilled[row] = None

    def _as_patched(self, value):
        if not isinstance(value, float):
            return value
        kind = read.describe([self.frame_id])[self.frame_id].columns["a"].kind
        return value == 1 if kind == Kind.BOOLEAN else value + 0.0

    def fold(self, _nothing):
        fold(self.frame_id)

    def restored(self, reading):
        held = reading(self.frame_id, "a") or [None] * len(self.spilled)
        pairs = zip(held, self.spilled, strict=True)
        return [value if rest is None else rest for value, rest in pairs]

    def _keep(self, spilled, new):
        rest = spilled.get("a", [None] * len(new))
        self.spilled += rest.to_pylist() if isinstance(rest, pa.Array) else rest
        self.expected += new


@pytest.fixture
def _small_chunks(monkeypatch):
    for module in (drafts, load, refresh, storing, write):
        monkeypatch.setattr(module, "CHUNK_ROWS", SMALL_CHUNK)


@pytest.mark.usefixtures("_small_chunks")
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps)
def test_any_writes_are_read_back_exactly(steps):
    owner = Owner()

    for what, argument in steps:
        getattr(owner, what)(argument)
        assert exact(owner.restored(values)) == exact(owner.expected)

    assert exact(owner.restored(stored_values)) == exact(owner.expected)
