"""Reading: how many queries, what is remembered, and others writing meanwhile."""

import numpy as np
import pytest
from django.db import transaction

from experiments_ui.arrow.columns import Batch
from experiments_ui.columns import read, refresh
from experiments_ui.columns.cache import cache
from experiments_ui.columns.models import Role
from experiments_ui.columns.read import describe, vectors
from experiments_ui.columns.write import append, fold, patch
from tests.columns.frames import (
    APPS,
    NOW,
    add,
    change,
    make_frame,
    values,
    write_and_undo,
)

pytestmark = pytest.mark.django_db(transaction=True, available_apps=APPS)


def frames(count, *, columns):
    rows = [{f"c{n}": n + row for n in range(columns)} for row in range(3)]
    return [make_frame(rows) for _ in range(count)]


def wanted(frame_ids, *, columns):
    return {pk: [f"c{n}" for n in range(columns)] for pk in frame_ids}


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (4, 6)])
def test_reading_afresh_takes_five_queries_however_much_is_read(
    count, columns, django_assert_num_queries
):
    names = wanted(frames(count, columns=columns), columns=columns)

    with django_assert_num_queries(5):
        found = vectors(names)

    assert {pk: sorted(columns) for pk, columns in found.items()} == names


def test_reading_again_when_nothing_has_changed_takes_one_query(
    django_assert_num_queries,
):
    names = wanted(frames(4, columns=6), columns=6)
    before = vectors(names)

    with django_assert_num_queries(1):
        again = vectors(names)

    assert again == before  # the very same vectors


def test_what_is_absent_is_remembered_too(django_assert_num_queries):
    (frame_id,) = frames(1, columns=1)
    assert vectors({frame_id: ["c0", "nothing"]})[frame_id].keys() == {"c0"}

    with django_assert_num_queries(1):
        vectors({frame_id: ["c0", "nothing"]})


def test_patches_take_four_queries_and_leave_other_columns_as_they_are(
    django_assert_num_queries,
):
    frame_ids = frames(3, columns=4)
    before = vectors(wanted(frame_ids, columns=4))
    change(frame_ids[0], "c1", {2: 0.5})

    with django_assert_num_queries(4):
        after = vectors(wanted(frame_ids, columns=4))

    assert after[frame_ids[0]]["c0"] is before[frame_ids[0]]["c0"]
    assert after[frame_ids[0]]["c1"].values_at([0, 1, 2]) == [1, 2, 0.5]


def test_a_fold_makes_nobody_read_again_who_has_seen_the_patches():
    (frame_id,) = frames(1, columns=2)
    change(frame_id, "c1", {2: 0.5})
    before = vectors({frame_id: ["c0", "c1"]})
    fold(frame_id)

    after = vectors({frame_id: ["c0", "c1"]})

    assert after == before


def test_a_fold_of_patches_not_seen_is_read():
    (frame_id,) = frames(1, columns=1)
    vectors({frame_id: ["c0"]})
    change(frame_id, "c0", {2: 0.5})
    fold(frame_id)

    assert values(frame_id, "c0") == [0, 1, 0.5]


def test_appended_rows_are_added_to_what_is_known():
    frame_id = make_frame([{"a": 1, "x.label": "good"}])
    assert values(frame_id, "a") == [1]
    assert values(frame_id, "x.label") == ["good"]

    add(frame_id, [{"a": 0.5}])
    add(frame_id, [{"x.label": "bad"}])

    assert values(frame_id, "a") == [1, 0.5, None]
    assert values(frame_id, "x.label") == ["good", None, "bad"]


def test_a_column_appears_to_those_who_knew_of_none():
    (frame_id,) = frames(1, columns=1)
    assert values(frame_id, "late.label") is None

    change(frame_id, "late.label", {1: "good"}, role=Role.LABEL)

    assert values(frame_id, "late.label") == [None, "good", None]


def test_columns_without_a_vector_are_described_but_not_read():
    frame_id = make_frame([{"text": [1, 2], "nothing": None, "n": 1}])

    shape = describe([frame_id])[frame_id]

    assert (shape.length, shape.revision) == (1, 1)
    assert [(c.name, c.kind, c.spills) for c in shape.columns.values()] == [
        ("text", "text", True),
        ("nothing", "text", False),
        ("n", "i8", False),
    ]
    assert vectors({frame_id: shape.columns})[frame_id].keys() == {"n"}


def test_describing_takes_two_queries_and_then_one(django_assert_num_queries):
    frame_ids = frames(4, columns=3)
    with django_assert_num_queries(2):
        first = describe(frame_ids)
    with django_assert_num_queries(1):
        assert describe(frame_ids) == first
    change(frame_ids[0], "new", {0: 0.5})

    assert "new" in describe(frame_ids)[frame_ids[0]].columns


def test_frames_that_do_not_exist_have_no_shape_and_no_vectors():
    assert describe([404]) == {}
    assert vectors({404: ["c0"]}) == {404: {}}


def test_vectors_cannot_be_written_to():
    (frame_id,) = frames(1, columns=1)
    change(frame_id, "c0", {1: 0.5})

    with pytest.raises(ValueError, match="read-only"):
        vectors({frame_id: ["c0"]})[frame_id]["c0"].numbers()[0] = 5


def test_what_an_undone_transaction_wrote_is_not_remembered():
    (frame_id,) = frames(1, columns=1)

    def write(stamp):
        patch(stamp, "c0", {0: 0.5}, role=Role.SCORE)
        assert values(frame_id, "c0") == [0.5, 1, 2]

    write_and_undo(frame_id, write)
    change(frame_id, "c0", {1: 0.25})  # gets the revision that was given back

    assert values(frame_id, "c0") == [0, 0.25, 2]


def test_a_transaction_reads_what_it_wrote_itself():
    (frame_id,) = frames(1, columns=1)
    values(frame_id, "c0")

    def write(stamp):
        append(stamp, Batch.from_rows([{"c0": 7}]), {}, now=NOW)
        assert values(frame_id, "c0") == [0, 1, 2, 7]
        assert describe([frame_id])[frame_id].length == 4

    with transaction.atomic():
        write_and_undo(frame_id, write)
    assert values(frame_id, "c0") == [0, 1, 2]


@pytest.mark.parametrize("step", ["_columns", "_patches", "_chunks"])
@pytest.mark.parametrize("times", [1, 3, 99])
def test_others_who_write_in_the_middle_cause_no_mixture(monkeypatch, step, times):
    """Append, patch (with a new label and a new column) and fold before each step."""
    rows = [{"n": 0, "x.label": "t0"}, {"n": 0, "x.label": "t0"}]
    frame_id = make_frame(rows)
    states = [{"n": [0, 0], "x.label": ["t0", "t0"], "new": None}]
    original = getattr(refresh, step)
    writes = iter(range(1, times + 1))

    def interrupted(*args):
        number = (
            None if transaction.get_connection().in_atomic_block else next(writes, None)
        )
        if number is not None:
            states.append(_write_all(frame_id, states[-1], number))
        return original(*args)

    monkeypatch.setattr(refresh, step, interrupted)

    for _ in range(3):
        found = vectors({frame_id: ["n", "x.label", "new"]})[frame_id]
        seen = {
            name: found[name].values_at(range(len(found[name])))
            if name in found
            else None
            for name in ("n", "x.label", "new")
        }
        assert seen in states
    assert seen == states[-1]


def _write_all(frame_id, before, number):
    """Write in four ways at once, and return the state after it."""
    added = {"n": number, "x.label": f"t{number}", "new": None}
    with transaction.atomic():
        add(frame_id, [{"n": number, "x.label": f"t{number}"}])
        change(frame_id, "x.label", {0: f"patched {number}"})
        fold(frame_id)
        change(frame_id, "new", {1: number / 4})
    length = len(before["n"])
    after = {
        name: [*(old or [None] * length), added[name]] for name, old in before.items()
    }
    after["x.label"][0] = f"patched {number}"
    after["new"][1] = number / 4
    return after


def test_a_column_that_is_known_and_one_that_is_not_show_the_same_state(monkeypatch):
    frame_id = make_frame([{"c0": 0.25, "c1": 0.25}])
    vectors({frame_id: ["c0"]})
    patches = refresh._patches

    def interrupted(plans):
        monkeypatch.setattr(refresh, "_patches", patches)
        with transaction.atomic():
            change(frame_id, "c0", {0: 0.5})
            change(frame_id, "c1", {0: 0.5})
        return patches(plans)

    monkeypatch.setattr(refresh, "_patches", interrupted)
    found = vectors({frame_id: ["c0", "c1"]})[frame_id]

    assert found["c0"].values_at([0]) == found["c1"].values_at([0]) == [0.5]


def test_derived_vectors_last_until_a_revision_moves():
    (frame_id,) = frames(1, columns=1)
    built = []

    def doubled():
        revision = describe([frame_id])[frame_id].revision

        def build():
            built.append(revision)
            return vectors({frame_id: ["c0"]})[frame_id]["c0"].numbers() * 2

        return cache.derived("doubled", (revision,), build)

    np.testing.assert_array_equal(doubled(), [0, 2, 4])
    np.testing.assert_array_equal(doubled(), [0, 2, 4])
    change(frame_id, "c0", {0: 5})
    np.testing.assert_array_equal(doubled(), [10, 2, 4])
    assert built == [1, 2]


def test_a_cache_too_small_for_anything_still_serves(settings):
    settings.COLUMN_CACHE_BYTES = 0
    (frame_id,) = frames(1, columns=1)

    assert values(frame_id, "c0") == values(frame_id, "c0") == [0, 1, 2]
    assert cache.nbytes == 0
    assert read.describe([frame_id])[frame_id].length == 3
