"""Laying runs out by position, against a plain loop."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.analysis.alignment import first_run, scatter

nan = float("nan")
layouts = st.integers(0, 6).flatmap(
    lambda size: st.tuples(
        st.just(size),
        st.lists(
            st.tuples(st.integers(-1, size), st.none() | st.integers(0, 4)), max_size=12
        )
        | st.permutations(range(size)).map(
            lambda order: [(place, 1) for place in order]
        )
        | st.just([(place, place) for place in range(size)]),
    )
)


def arrays(runs):
    positions = np.array([position for position, _ in runs], np.int32)
    numbers = np.array([nan if value is None else value for _, value in runs], float)
    codes = np.array([-1 if value is None else value for _, value in runs], np.int32)
    return positions, numbers, codes


@given(layouts)
def test_scattering_agrees_with_a_loop(layout):
    size, runs = layout
    positions, numbers, codes = arrays(runs)
    found = [
        [v for p, v in runs if p == place and v is not None] for place in range(size)
    ]

    means = scatter(numbers, positions, size)
    of_first = scatter(codes, positions, size)

    expected = [sum(values) / len(values) if values else nan for values in found]
    assert means.values.tolist() == pytest.approx(expected, nan_ok=True)
    firsts = [next((v for p, v in runs if p == at), None) for at in range(size)]
    assert of_first.values.tolist() == [-1 if one is None else one for one in firsts]
    stray = sum(not 0 <= position < size for position, _ in runs)
    assert means.left_out == of_first.left_out == stray


@given(layouts)
def test_the_first_run_of_each_position_is_found(layout):
    size, runs = layout
    positions = [position for position, _ in runs]
    first = first_run(np.array(positions, np.int32), size)
    assert first.dtype == np.int32
    expected = [positions.index(p) if p in positions else -1 for p in range(size)]
    assert first.tolist() == expected


def test_runs_in_order_are_not_copied():
    values = np.array([1.0, nan, 3.0])
    assert scatter(values, np.arange(3), 3).values is values


def test_repeats_give_the_mean_without_the_missing_ones():
    positions = np.array([1, 1, 1, 0, 2, 2], np.int32)
    values = np.array([1.0, nan, 0.0, 0.3, nan, nan])
    laid_out = scatter(values, positions, 3).values
    assert laid_out[:2].tolist() == [0.3, 0.5]
    assert math.isnan(laid_out[2])
