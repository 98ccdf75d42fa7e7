"""Vectors: exact values, patches, joins and bytes."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.columns.assembly import all_missing, assemble, concatenate
from experiments_ui.columns.vectors import (
    BOOLEAN,
    CODE,
    FLOAT,
    INTEGER,
    Vector,
    decode,
    encode,
)
from tests.columns.frames import exact

integers = st.integers(-(2**63), 2**63 - 1)


def floats(*values, integers=None):
    marks = None if integers is None else np.array(integers, dtype=np.bool_)
    return Vector(FLOAT, np.array(values, dtype=np.float64), integers=marks)


def whole(*values):
    missing = np.array([value is None for value in values])
    numbers = np.array([value or 0 for value in values], dtype=np.int64)
    return Vector(INTEGER, numbers, missing=missing if missing.any() else None)


def flags(*values):
    return Vector(BOOLEAN, np.array(values, dtype=np.int8))


def codes(*values, labels=("good", "bad")):
    return Vector(CODE, np.array(values, dtype=np.int32), labels=labels)


EXAMPLES = [
    (floats(0.1, math.nan, -0.0, math.inf), [0.1, None, -0.0, math.inf]),
    (floats(1, 2.5, math.nan, integers=[1, 0, 0]), [1, 2.5, None]),
    (whole(2**63 - 1, None, -(2**63), 0), [2**63 - 1, None, -(2**63), 0]),
    (flags(1, 0, -1), [True, False, None]),
    (codes(1, -1, 0), ["bad", None, "good"]),
]


@pytest.mark.parametrize(("vector", "expected"), EXAMPLES)
def test_values_come_back_as_what_they_were(vector, expected):
    assert exact(vector.values_at(range(len(vector)))) == exact(expected)


def test_values_come_back_in_the_order_asked_for():
    assert whole(10, None, 30).values_at([2, 0, 1, 2]) == [30, 10, None, 30]


@pytest.mark.parametrize(
    ("vector", "expected"),
    [
        (floats(0.5, math.nan), [0.5, math.nan]),
        (whole(3, None), [3, math.nan]),
        (flags(1, 0, -1), [1, 0, math.nan]),
        (codes(1, 0), [math.nan, math.nan]),
    ],
)
def test_numbers_are_floats_with_nan_for_missing(vector, expected):
    assert vector.numbers().dtype == np.float64
    np.testing.assert_array_equal(vector.numbers(), expected)


def test_a_slice_shares_memory():
    vector = whole(1, None, 3)

    assert np.shares_memory(vector.slice(1, 3).values, vector.values)
    assert vector.slice(1, 3).values_at([0, 1]) == [None, 3]


def test_a_patch_leaves_the_vector_it_was_made_from_alone():
    before = floats(1, 2, 3, integers=[1, 1, 1])

    after = before.patched([1, 2], np.array([0.5, math.nan]))

    assert exact(after.values_at(range(3))) == exact([1, 0.5, None])
    assert exact(before.values_at(range(3))) == exact([1, 2, 3])


def test_a_number_patched_into_integers_is_a_float_and_the_rest_stay_integers():
    after = whole(1, None, 3).patched([1], np.array([2.0]))

    assert exact(after.values_at(range(3))) == exact([1, 2.0, 3])


def test_large_integers_can_be_removed_but_not_replaced_by_a_float():
    large = whole(2**60 + 1, 5)

    assert large.patched([1], np.array([math.nan])).values_at([0, 1]) == [
        2**60 + 1,
        None,
    ]
    with pytest.raises(ValueError, match="exactly"):
        large.patched([1], np.array([0.5]))


def test_labels_and_flags_can_be_patched_and_removed():
    assert codes(0, 1).patched([0], np.array([-1])).values_at([0, 1]) == [None, "bad"]
    patched = flags(1, 0).patched([0, 1], np.array([math.nan, 1.0]))
    assert patched.values_at([0, 1]) == [None, True]


def test_gaps_between_pieces_are_missing():
    vector = assemble(INTEGER, 5, [(1, whole(7)), (3, whole(8, None))])

    assert vector.values_at(range(5)) == [None, 7, None, 8, None]


def test_integers_and_floats_join_as_floats_that_remember():
    joined = concatenate([whole(1, None), floats(0.5)])

    assert exact(joined.values_at(range(3))) == exact([1, None, 0.5])


def test_labels_and_numbers_do_not_join():
    with pytest.raises(ValueError, match="kind"):
        concatenate([codes(0), floats(0.5)])


@pytest.mark.parametrize("kind", [FLOAT, INTEGER, BOOLEAN, CODE])
def test_a_vector_of_nothing_is_all_missing(kind):
    assert all_missing(kind, 3).values_at(range(3)) == [None] * 3
    assert all_missing(kind, 3).is_missing().all()


def test_arrays_that_are_shared_cannot_be_written_to():
    vector = assemble(FLOAT, 2, [(0, floats(1, 2, integers=[1, 0]))])

    for array in (vector.values, vector.integers, vector.patched([0], [5.0]).values):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def same(one, other):
    return exact(one.values_at(range(len(one)))) == exact(
        other.values_at(range(len(other)))
    )


@given(st.lists(st.none() | integers))
def test_integers_survive_their_bytes(numbers):
    assert same(decode(encode(whole(*numbers))), whole(*numbers))


@given(st.lists(st.floats() | st.integers(-(2**53), 2**53)))
def test_floats_survive_their_bytes(numbers):
    vector = floats(*numbers, integers=[type(number) is int for number in numbers])

    assert same(decode(encode(vector)), vector)


@given(st.lists(st.sampled_from([1, 0, -1])))
def test_flags_and_codes_survive_their_bytes(numbers):
    assert same(decode(encode(flags(*numbers))), flags(*numbers))
    again = decode(encode(codes(*numbers)))
    assert same(again.labelled(("good", "bad")), codes(*numbers))


@pytest.mark.parametrize("damaged", [b"", b"XUV1", b"JUNK" + bytes(20)])
def test_damaged_bytes_are_refused(damaged):
    with pytest.raises(ValueError, match="chunk"):
        decode(damaged)


def test_a_chunk_that_was_cut_off_is_refused():
    with pytest.raises(ValueError, match="buffer"):
        decode(encode(whole(1, 2, 3))[:-4])
