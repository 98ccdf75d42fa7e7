"""Row verdicts: which rows improved, regressed, changed or cannot be compared."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.analysis.verdicts import (
    Verdict,
    classify,
    classify_labels,
    disagree,
)

nan = float("nan")
scores = st.none() | st.sampled_from([0.0, 0.1, 0.5, 0.7, 0.8, 1.0])
pairs = st.lists(st.tuples(scores, scores), max_size=20)


def vectors(rows):
    columns = zip(*rows, strict=True) if rows else ((), ())
    return [
        np.array([nan if v is None else v for v in column], float) for column in columns
    ]


def names(codes):
    return [Verdict(code).name for code in codes]


def test_every_verdict_is_given_where_it_belongs():
    base = np.array([0.5, 0.5, 0.5, nan, 0.5, nan, 0.5])
    candidate = np.array([0.5, 0.9, 0.1, 0.5, nan, nan, 0.9])
    errored = np.array([False] * 6 + [True])

    verdicts = classify(base, candidate, direction="maximize", errored=errored)

    assert verdicts.dtype == np.int8
    assert names(verdicts) == [
        "SAME", "IMPROVED", "REGRESSED", "NEW", "MISSING", "ABSENT", "ERRORED",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("direction", "expected"),
    [
        ("maximize", ["IMPROVED", "REGRESSED"]),
        ("minimize", ["REGRESSED", "IMPROVED"]),
        ("none", ["FLIPPED", "FLIPPED"]),
    ],
)
def test_the_direction_says_what_a_change_is(direction, expected):
    verdicts = classify(np.array([1.0, 1.0]), np.array([2.0, 0.0]), direction=direction)
    assert names(verdicts) == expected


def test_a_change_of_epsilon_is_none_even_when_rounding_adds_to_it():
    base, candidate = np.array([0.7, 0.8, 0.7]), np.array([0.8, 0.7, 0.81])
    assert candidate[0] - base[0] > 0.1
    verdicts = classify(base, candidate, direction="maximize", epsilon=0.1)
    assert names(verdicts) == ["SAME", "SAME", "IMPROVED"]


def test_infinite_scores_compare_like_others():
    infinite = float("inf")
    verdicts = classify(
        np.array([infinite, infinite, 1.0]),
        np.array([infinite, 1.0, infinite]),
        direction="maximize",
    )
    assert names(verdicts) == ["SAME", "REGRESSED", "IMPROVED"]


def test_labels_are_same_flipped_or_on_one_side_only():
    verdicts = classify_labels(
        np.array([0, 0, -1, 2, -1], np.int32), np.array([0, 1, 1, -1, -1], np.int32)
    )
    assert names(verdicts) == ["SAME", "FLIPPED", "NEW", "MISSING", "ABSENT"]


@given(pairs, st.sampled_from([0.0, 0.1, 0.3]))
def test_swapping_the_sides_swaps_the_verdicts(rows, epsilon):
    base, candidate = vectors(rows)
    opposite = {
        Verdict.IMPROVED: Verdict.REGRESSED,
        Verdict.REGRESSED: Verdict.IMPROVED,
        Verdict.NEW: Verdict.MISSING,
        Verdict.MISSING: Verdict.NEW,
    }
    forth = classify(base, candidate, direction="maximize", epsilon=epsilon)
    back = classify(candidate, base, direction="maximize", epsilon=epsilon)
    minimized = classify(base, candidate, direction="minimize", epsilon=epsilon)
    assert [opposite.get(Verdict(code), code) for code in forth] == back.tolist()
    gaps = forth >= Verdict.NEW
    assert (minimized[~gaps] == back[~gaps]).all()
    assert (minimized[gaps] == forth[gaps]).all()


def test_experiments_disagree_where_present_scores_differ():
    stack = np.array(
        [
            [1.0, 1.0, nan, nan, 0.5],
            [1.0, 0.0, 1.0, nan, 0.6],
            [1.0, nan, 1.0, nan, 0.5],
        ]
    )
    assert disagree(stack).tolist() == [False, True, False, False, True]
    assert disagree(stack, epsilon=0.1).tolist() == [False, True, False, False, False]


def test_no_experiments_never_disagree():
    assert disagree(np.empty((0, 3))).tolist() == [False] * 3


@given(pairs)
def test_two_experiments_disagree_exactly_where_the_verdict_is_a_change(rows):
    base, candidate = vectors(rows)
    verdicts = classify(base, candidate, direction="none")
    changed = verdicts == Verdict.FLIPPED
    assert disagree(np.array([base, candidate])).tolist() == changed.tolist()
