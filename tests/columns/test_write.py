"""Short writes: appends, patches and folds, and what they refuse."""

import math

import pytest

from experiments_ui.columns.load import Load
from experiments_ui.columns.models import Chunk, Column, Frame, Patch, Role
from experiments_ui.columns.vectors import CHUNK_ROWS
from experiments_ui.columns.write import (
    MOST_PATCHES,
    fold,
    needs_fold,
    patch,
    writing,
)
from experiments_ui.errors import Conflict, Invalid, LimitExceeded, NotFound
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
    values,
    write_and_undo,
)

pytestmark = pytest.mark.django_db(transaction=True, available_apps=APPS)


def test_an_append_says_where_its_rows_begin_and_what_no_vector_holds():
    frame_id = make_frame([{"score": 1}, {"score": 2}])

    done = add(frame_id, [{"score": "n/a"}, {"score": 3}])

    assert done.start == 2
    assert done.spilled == {"score": ["n/a", None]}
    assert values(frame_id, "score") == [1, 2, None, 3]


def test_appends_that_cross_a_chunk_keep_every_row():
    expected = []
    frame_id = make_frame()
    for start in range(0, CHUNK_ROWS + 900, 900):
        rows = [{"n": n, "topic": f"t{n % 5}"} for n in range(start, start + 900)]
        add(frame_id, rows)
        expected += rows

    assert stored_values(frame_id, "n") == [row["n"] for row in expected]
    assert stored_values(frame_id, "topic") == [row["topic"] for row in expected]


def test_a_column_that_comes_later_or_stays_away_is_missing_there():
    frame_id = make_frame([{"a": 1}], [{"b": 2}], [{"a": 3}])

    assert values(frame_id, "a") == [1, None, 3]
    assert values(frame_id, "b") == [None, 2, None]


def test_floats_after_stored_integers_join_them_unless_a_float_cannot_hold_those():
    frame_id = make_frame([{"small": 1, "large": 2**60 + 1}])

    done = add(frame_id, [{"small": 0.5, "large": 0.5}])

    assert done.spilled == {"large": [0.5]}
    assert exact(stored_values(frame_id, "small")) == exact([1, 0.5])
    assert exact(stored_values(frame_id, "large")) == exact([2**60 + 1, None])


def test_too_many_rows_for_an_append_are_refused():
    frame_id = make_frame()

    with pytest.raises(LimitExceeded, match="1,000"):
        add(frame_id, column("score", range(1_001)))

    assert Frame.objects.get(pk=frame_id).length == 0


def test_an_append_is_refused_while_a_load_is_alive_and_clears_up_a_dead_one():
    frame_id = make_frame([{"score": 1}])
    dead = Load.begin(frame_id, now=NOW)

    with pytest.raises(Conflict, match="under way"):
        add(frame_id, [{"score": 2}])
    add(frame_id, [{"score": 3}], now=LATER)

    assert values(frame_id, "score") == [1, 3]
    with pytest.raises(Conflict, match="silent"):
        dead.flush(now=LATER)


def test_a_patch_makes_its_column_when_absent():
    frame_id = make_frame([{"score": 1}] * 3)

    change(frame_id, "judge.score", {1: 0.5}, role=Role.SCORE)
    change(frame_id, "judge.label", {2: "good"}, role=Role.LABEL)

    assert values(frame_id, "judge.score") == [None, 0.5, None]
    assert values(frame_id, "judge.label") == [None, None, "good"]
    assert Column.objects.get(name="judge.label").role == Role.LABEL
    ordinals = Column.objects.order_by("ordinal").values_list("ordinal", flat=True)
    assert list(ordinals) == [0, 1, 2]


def test_the_last_patch_of_a_row_wins_and_none_removes():
    frame_id = make_frame(column("score", [0.1, 0.2, 0.3]))

    change(frame_id, "score", {0: 1.0, 1: 1.0})
    change(frame_id, "score", {1: None, 2: math.nan})

    assert values(frame_id, "score") == [1.0, None, None]
    assert stored_values(frame_id, "score") == [1.0, None, None]


def test_a_patched_number_is_a_float_and_a_patched_flag_a_flag():
    frame_id = make_frame([{"score": 1, "ok": True}, {"score": 2, "ok": True}])

    change(frame_id, "score", {1: 3})
    change(frame_id, "ok", {0: math.nan, 1: 0})

    assert exact(stored_values(frame_id, "score")) == exact([1, 3.0])
    assert stored_values(frame_id, "ok") == [None, False]


@pytest.mark.parametrize(
    ("held", "values", "message"),
    [
        ("good", {0: 0.5}, "holds labels, so it takes no numbers"),
        (0.5, {0: "good"}, "holds numbers, so it takes no labels"),
        (True, {0: 0.5}, "true and false"),
        (2**60 + 1, {0: 0.5}, "integers that a float cannot hold"),
        ([1], {0: 0.5}, "texts or values of several types"),
        (0.5, {0: 0.5, 1: "good"}, "mix numbers and labels"),
        (0.5, {2: 0.5}, "Row 2 is not among the 2"),
        (0.5, {-1: 0.5}, "Row -1 is not among the 2"),
    ],
)
def test_a_patch_that_does_not_fit_is_refused_and_changes_nothing(
    held, values, message
):
    frame_id = make_frame([{"score": held}] * 2)

    with pytest.raises(Invalid, match=message):
        change(frame_id, "score", values)

    assert Frame.objects.get(pk=frame_id).revision == 1
    assert not Patch.objects.exists()


def test_a_patch_says_when_the_column_has_spilled_values():
    frame_id = make_frame([{"score": 0.5}], [{"score": "n/a"}])

    assert change(frame_id, "score", {1: 0.7})
    assert not change(frame_id, "other", {1: 0.7})


def test_large_integers_can_be_removed():
    frame_id = make_frame(column("number", [2**60 + 1, 5]))

    change(frame_id, "number", {1: None})
    fold(frame_id)

    assert stored_values(frame_id, "number") == [2**60 + 1, None]


def test_removing_from_a_column_that_does_not_exist_does_nothing():
    frame_id = make_frame([{"score": 0.5}])

    change(frame_id, "other", {0: None})

    assert not Column.objects.filter(name="other").exists()


def test_a_dictionary_that_is_full_takes_no_more_labels(monkeypatch):
    monkeypatch.setattr("experiments_ui.columns.write.MOST_LABELS", 2)
    frame_id = make_frame(column("x.label", ["a", "b"]))

    with pytest.raises(LimitExceeded, match=r"x\.label"):
        change(frame_id, "x.label", {0: "c"})


def test_folding_changes_no_value_and_removes_the_patches():
    frame_id = make_frame(column("n", range(1000)))
    for start in range(1000, CHUNK_ROWS + 1000, 1000):
        add(frame_id, column("n", range(start, start + 1000)))
    last = CHUNK_ROWS + 10
    change(frame_id, "n", {0: 0.5, CHUNK_ROWS: None, last: 2})
    change(frame_id, "late.label", {last: "good"})
    expected = stored_values(frame_id, "n")

    assert fold(frame_id) == 4

    assert not Patch.objects.exists()
    assert exact(stored_values(frame_id, "n")) == exact(expected)
    assert stored_values(frame_id, "late.label")[last] == "good"
    assert fold(frame_id) == 0


def test_folding_rewrites_only_the_chunks_that_patches_touch():
    frame_id = make_frame()
    for start in range(0, CHUNK_ROWS + 1000, 1000):
        add(frame_id, column("n", range(start, start + 1000)))
    untouched = bytes(Chunk.objects.get(number=0).values)
    change(frame_id, "n", {CHUNK_ROWS + 1: None})

    fold(frame_id)

    assert bytes(Chunk.objects.get(number=0).values) == untouched


def test_a_fold_is_due_after_some_thousand_patches():
    frame_id = make_frame(*[[{"n": 1}] * 1000] * 6)
    change(frame_id, "n", dict.fromkeys(range(MOST_PATCHES), 0.5))
    assert not needs_fold(frame_id)

    change(frame_id, "n", {MOST_PATCHES: 0.5})

    assert needs_fold(frame_id)


def test_every_write_raises_the_revision():
    frame_id = make_frame([{"n": 1}])
    change(frame_id, "n", {0: 2})
    fold(frame_id)

    assert Frame.objects.get(pk=frame_id).revision == 3


def test_a_write_that_fails_leaves_nothing():
    frame_id = make_frame([{"n": 1}])

    write_and_undo(frame_id, lambda stamp: patch(stamp, "n", {0: 0.5}, role=Role.SCORE))

    assert values(frame_id, "n") == [1]
    assert Frame.objects.get(pk=frame_id).revision == 1


def test_a_frame_that_is_gone_cannot_be_written():
    with pytest.raises(NotFound), writing(404):
        pass
