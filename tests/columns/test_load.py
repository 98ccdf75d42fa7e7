"""Loads: invisible until the end, one at a time, and cleared up after when dead."""

import pytest

from experiments_ui.arrow.columns import Batch
from experiments_ui.columns import read
from experiments_ui.columns.load import Load, discard_silent_loads, give_up_all_loads
from experiments_ui.columns.models import Chunk, Column, Frame, Role
from experiments_ui.columns.vectors import CHUNK_ROWS
from experiments_ui.columns.write import fold, writing
from experiments_ui.errors import Conflict, NotFound
from tests.columns.frames import (
    APPS,
    LATER,
    NOW,
    add,
    change,
    column,
    exact,
    make_frame,
    stored_values,
    upload,
    values,
    write_and_undo,
)

pytestmark = pytest.mark.django_db(transaction=True, available_apps=APPS)

MANY = 3 * CHUNK_ROWS // 2  # more than a chunk, and no whole number of them


def begun(frame_id, *batches, now=NOW):
    """Return a load that has taken and flushed the batches."""
    load = Load.begin(frame_id, now=now)
    for rows in batches:
        load.fit(Batch.from_rows(rows), {})
        load.flush(now=now)
    return load


def commit(load):
    with writing(load.frame_id) as stamp:
        return load.commit(stamp)


def test_nothing_of_a_load_is_visible_before_its_commit():
    frame_id = make_frame([{"n": -1}])
    load = begun(frame_id, [{"n": n, "new": n} for n in range(MANY)])

    assert values(frame_id, "n") == [-1]
    assert list(read.describe([frame_id])[frame_id].columns) == ["n"]
    assert values(frame_id, "new") is None

    assert commit(load) == MANY + 1
    assert values(frame_id, "n") == [-1, *range(MANY)]
    assert values(frame_id, "new") == [None, *range(MANY)]


def test_loads_and_appends_that_share_a_chunk_keep_every_row():
    frame_id = make_frame(column("n", range(5)))
    upload(frame_id, column("n", range(5, 100)), column("n", range(100, 200)))
    upload(frame_id, column("n", range(200, 200 + CHUNK_ROWS)))
    add(frame_id, column("n", [0.5]))

    assert exact(stored_values(frame_id, "n")) == exact([*range(200 + CHUNK_ROWS), 0.5])


def test_what_is_flushed_is_no_longer_held_in_memory():
    load = Load.begin(make_frame(), now=NOW)
    for start in range(0, 5 * CHUNK_ROWS, 10_000):
        load.fit(Batch.from_rows(column("n", range(start, start + 10_000))), {})
        load.flush(now=NOW)
        held = load._drafts.by_name["n"].pieces
        assert sum(len(piece) for _, piece in held) < CHUNK_ROWS + 10_000


def test_roles_are_those_the_owner_gave():
    load = Load.begin(make_frame(), now=NOW)
    load.fit(Batch.from_rows([{"a": 1, "b": 2}]), {"a": Role.METRIC})
    commit(load)

    shape = read.describe([load.frame_id])[load.frame_id]
    assert {name: c.role for name, c in shape.columns.items()} == {
        "a": Role.METRIC,
        "b": Role.EXTRA,
    }


def test_a_second_load_is_refused_while_the_first_is_alive():
    load = begun(make_frame())

    with pytest.raises(Conflict, match="Another upload into this experiment"):
        Load.begin(load.frame_id, now=NOW)


def test_a_silent_load_is_taken_over_and_what_it_wrote_is_gone():
    frame_id = make_frame([{"n": -1}])
    dead = begun(frame_id, [{"n": n, "new": n} for n in range(MANY)])

    load = begun(frame_id, column("n", [1, 2]), now=LATER)

    assert not Column.objects.filter(name="new").exists()
    assert list(Chunk.objects.values_list("number", flat=True)) == [0]
    with pytest.raises(Conflict, match="silent"):
        dead.flush(now=LATER)
    with pytest.raises(Conflict, match="silent"):
        commit(dead)
    dead.abort()
    commit(load)
    assert values(frame_id, "n") == [-1, 1, 2]


def test_a_load_that_flushes_stays_alive():
    load = begun(make_frame())
    load.flush(now=LATER)

    with pytest.raises(Conflict):
        Load.begin(load.frame_id, now=LATER)


def test_an_aborted_load_leaves_the_frame_as_it_was():
    frame_id = make_frame([{"n": -1, "topic": "old"}])
    load = begun(frame_id, [{"n": n, "topic": f"t{n % 3}"} for n in range(MANY)])

    load.abort()

    assert Chunk.objects.count() == 2
    assert exact(stored_values(frame_id, "n")) == exact([-1])
    assert stored_values(frame_id, "topic") == ["old"]
    add(frame_id, [{"other": 1}, {"topic": "t1"}])
    # The dead load's values must not turn up in columns that this append lacked.
    assert stored_values(frame_id, "n") == [-1, None, None]
    assert stored_values(frame_id, "topic") == ["old", None, "t1"]


def test_a_load_whose_commit_was_undone_can_be_aborted():
    frame_id = make_frame([{"n": -1}])
    load = begun(frame_id, column("n", range(MANY)))

    write_and_undo(frame_id, load.commit)
    load.abort()

    assert stored_values(frame_id, "n") == [-1]
    assert Frame.objects.get(pk=frame_id).load_token == ""


def test_aborting_after_the_commit_removes_nothing():
    load = begun(make_frame(), column("n", range(3)))
    commit(load)

    load.abort()

    assert stored_values(load.frame_id, "n") == [0, 1, 2]


def test_patches_and_folds_during_a_load_are_kept():
    frame_id = make_frame(column("n", [1, 2, 3]))
    load = begun(frame_id, column("n", range(100)))
    change(frame_id, "n", {0: 0.5, 1: None})
    fold(frame_id)
    load.fit(Batch.from_rows(column("n", range(100, MANY))), {})
    load.flush(now=NOW)
    change(frame_id, "n", {2: 0.25})
    fold(frame_id)
    commit(load)

    assert exact(stored_values(frame_id, "n")) == exact([0.5, None, 0.25, *range(MANY)])


def test_labels_that_are_patched_in_during_a_load_keep_their_codes():
    frame_id = make_frame(column("x.label", ["a", "b"]))
    load = begun(frame_id, column("x.label", ["c", "d"] * CHUNK_ROWS))
    change(frame_id, "x.label", {0: "d", 1: "e"})
    load.fit(Batch.from_rows(column("x.label", ["f", "e", "c"])), {})
    commit(load)

    assert stored_values(frame_id, "x.label") == [
        "d",
        "e",
        *["c", "d"] * CHUNK_ROWS,
        "f",
        "e",
        "c",
    ]


def test_a_column_that_a_patch_made_meanwhile_takes_the_loads_integers():
    frame_id = make_frame([{"a": 1}])
    load = begun(frame_id, column("score", [1, 2]))
    change(frame_id, "score", {0: 0.5})
    commit(load)

    assert exact(stored_values(frame_id, "score")) == exact([0.5, 1, 2])


def test_a_column_that_became_another_kind_meanwhile_refuses_the_load():
    frame_id = make_frame([{"a": 1}])
    load = begun(frame_id, column("score", [1, 2]))
    change(frame_id, "score", {0: "good"})

    with pytest.raises(Conflict, match="'score'"):
        commit(load)
    load.abort()

    assert stored_values(frame_id, "score") == ["good"]


def test_a_patch_into_a_column_of_an_unfinished_load_outlives_the_load():
    frame_id = make_frame([{"a": 1}])
    load = begun(frame_id, column("score", [0.25] * CHUNK_ROWS))
    change(frame_id, "score", {0: 0.5})
    load.abort()

    assert stored_values(frame_id, "score") == [0.5]


def test_silent_loads_are_cleared_up_and_counted():
    silent = [begun(make_frame(), column("n", range(MANY))) for _ in range(2)]
    alive = begun(make_frame(), now=LATER)

    assert discard_silent_loads(now=LATER) == 2
    assert discard_silent_loads(now=LATER) == 0

    assert not Chunk.objects.exists()
    assert not Column.objects.exists()
    assert Frame.objects.get(pk=silent[0].frame_id).load_token == ""
    commit(alive)


def test_a_load_knows_whether_it_still_has_its_claim():
    load = begun(make_frame())
    assert load.is_claimed()

    Load.begin(load.frame_id, now=LATER)

    assert not load.is_claimed()


def test_all_loads_can_be_given_up_at_once():
    load = begun(make_frame(), column("n", range(3)))

    give_up_all_loads(now=NOW)

    assert begun(load.frame_id, now=NOW).start == 0
    assert not load.is_claimed()


def test_a_load_into_a_frame_that_is_gone_is_refused():
    with pytest.raises(NotFound):
        Load.begin(404, now=NOW)


def test_an_empty_load_changes_no_length():
    frame_id = make_frame([{"n": 1}])

    assert commit(begun(frame_id, [])) == 1
