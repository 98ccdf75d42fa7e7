"""Large confusions stay readable: worst pairs, neighbours, and the rest as one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.analysis.classification import (
    collapse,
    confusion,
    most_confused,
    neighbours,
)


def counted(truth, predicted, size, **options):
    names = tuple(f"c{place}" for place in range(size))
    sides = (np.array(side, dtype=np.int32) for side in (truth, predicted))
    return confusion(*sides, names, **options)


def test_the_most_confused_pairs_come_first():
    found = counted([0, 0, 0, 1, 1, 2, 2], [1, 1, 0, 1, 2, 2, -1], 3)
    pairs = most_confused(found)
    assert [(each.truth, each.predicted, each.count) for each in pairs] == [
        (0, 1, 2),
        (1, 2, 1),
    ]
    assert pairs[0].share == pytest.approx(2 / 3)
    assert len(most_confused(found, limit=1)) == 1


def test_classes_confused_with_each_other_stand_together():
    generator = np.random.default_rng(15)
    size = 200
    family = generator.permutation(size) % 40
    members = {each: np.flatnonzero(family == each) for each in range(40)}
    truth = generator.integers(0, size, 60_000)
    astray = generator.random(60_000) < 0.3
    predicted = truth.copy()
    for row in np.flatnonzero(astray):
        predicted[row] = generator.choice(members[family[truth[row]]])

    order = neighbours(counted(truth, predicted, size))

    assert sorted(order) == list(range(size))
    changes = np.count_nonzero(np.diff(family[list(order)]))
    assert changes == 39  # each family is one stretch


def test_a_chain_of_confusions_is_drawn_as_a_chain():
    truth = [0] * 10 + [2] * 10 + [4] * 10 + [1] * 10 + [3] * 10
    predicted = [0] * 7 + [2] * 3 + [2] * 7 + [4] * 3 + [4] * 7 + [1] * 3 + [1] * 10
    order = neighbours(counted(truth, predicted + [3] * 10, 5))
    assert order in ((0, 2, 4, 1, 3), (1, 4, 2, 0, 3))


def test_classes_that_are_never_confused_keep_their_order():
    assert neighbours(counted([0, 1, 2], [0, 1, 2], 3)) == (0, 1, 2)
    assert neighbours(counted([], [], 0)) == ()


def test_chosen_classes_stay_and_the_others_become_one():
    found = counted([0, 1, 2, 3, 3, 0], [0, 2, 2, 0, 3, -1], 4)
    folded = collapse(found, [3, 0])
    assert folded.labels == ("c3", "c0", "other")
    assert folded.counts.tolist() == [[1, 1, 0, 0, 0], [0, 1, 0, 0, 1], [0, 0, 2, 0, 0]]
    assert folded.right.tolist() == [1, 1, 1]
    assert folded.folded == 2


cases = st.lists(st.tuples(st.integers(0, 5), st.integers(-1, 5)), max_size=30)


@given(cases, st.lists(st.integers(0, 5), unique=True))
def test_folding_loses_no_row_and_no_right_answer(rows, keep):
    truth, predicted = zip(*rows, strict=True) if rows else ((), ())
    found = counted(truth, predicted, 6)
    folded = collapse(found, keep)
    assert folded.counts.sum() == found.n
    assert folded.right.sum() == found.right.sum()
    assert len(folded.labels) == len(folded.counts) == len(keep) + (len(keep) < 6)


@given(cases)
def test_an_order_holds_every_class_once(rows):
    truth, predicted = zip(*rows, strict=True) if rows else ((), ())
    assert sorted(neighbours(counted(truth, predicted, 6))) == list(range(6))
