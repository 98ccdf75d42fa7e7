"""Runs find their example and their repetition."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.experiments.placement import ByExample, Standalone


def look_up(texts):
    return np.array([int(t) if t.isdigit() else -1 for t in texts], np.int64)


@given(st.lists(st.lists(st.sampled_from(["0", "1", "2", "7", "none"]), max_size=8)))
def test_repetitions_count_up_per_example_over_batches(batches):
    placement = ByExample(look_up, np.empty(0, np.int64))
    seen = {}
    for batch in batches:
        positions, repetitions = placement.place(batch, first=0)
        for text, position, repetition in zip(
            batch, positions, repetitions, strict=True
        ):
            if text == "none":
                assert (position, repetition) == (-1, 0)
                continue
            assert position == int(text)
            assert repetition == seen.get(text, 0)
            seen[text] = repetition + 1


def test_runs_stored_before_count_as_repetitions():
    placement = ByExample(look_up, np.array([1, 1, -1]))
    positions, repetitions = placement.place(["1", "0"], first=3)
    assert positions.tolist() == [1, 0]
    assert repetitions.tolist() == [2, 0]


def test_without_a_dataset_the_position_is_the_order_of_arrival():
    positions, _ = Standalone().place([None, None], first=5)
    assert positions.tolist() == [5, 6]
