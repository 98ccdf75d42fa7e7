"""Differences of JSON values by path."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.analysis.jsondiff import (
    MAX_CHANGES,
    MAX_CHARACTERS,
    MAX_DEPTH,
    PathChange,
    changed_paths,
    diff,
    parse,
    paths,
)

plain = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "a", 0.5])
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "c.d"]), inner, max_size=3)
    ),
    max_leaves=10,
)
opposite = {"added": "removed", "removed": "added", "changed": "changed"}


def told(base, other):
    return [
        (change.path, change.kind, change.before, change.after)
        for change in diff(base, other)
    ]


def test_changes_are_told_by_path():
    base = {"total": 1, "lines": [{"sku": "a"}, {"sku": "b"}], "gone": None}
    other = {"lines": [{"sku": "a"}, {"sku": "c"}, 5], "total": 2, "x y": []}
    assert told(base, other) == [
        ("total", "changed", 1, 2),
        ("lines[1].sku", "changed", "b", "c"),
        ("lines[2]", "added", None, 5),
        ("gone", "removed", None, None),
        ('["x y"]', "added", None, []),
    ]


@pytest.mark.parametrize(
    ("base", "other", "same"),
    [
        (1, 1.0, True),
        (True, 1, False),
        (None, False, False),
        ("1", 1, False),
        ([], {}, False),
        (float("nan"), float("nan"), True),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ([1, 2], [2, 1], False),
    ],
)
def test_values_are_equal_as_json_is(base, other, same):
    assert (diff(base, other) == ()) is same


def test_the_root_has_a_name():
    assert told([1], "x") == [("$", "changed", [1], "x")]


@given(values)
def test_a_value_does_not_differ_from_its_copy(value):
    assert diff(value, json.loads(json.dumps(value))) == ()


@given(values, values)
def test_swapping_the_sides_swaps_the_changes(base, other):
    forth = {(change.path, change.kind) for change in diff(base, other)}
    back = {(change.path, opposite[change.kind]) for change in diff(other, base)}
    assert forth == back
    assert bool(forth) is (diff(base, other) != ())


def test_many_changes_are_cut_and_the_cut_is_told():
    changes = diff(list(range(MAX_CHANGES + 1)), ["x"] * (MAX_CHANGES + 1))
    assert len(changes) == MAX_CHANGES + 1
    assert changes[-1] == PathChange(f"[{MAX_CHANGES}]", "truncated")
    assert diff([0] * MAX_CHANGES, [1] * MAX_CHANGES)[-1].kind == "changed"


def nested(levels, leaf):
    for _ in range(levels):
        leaf = [leaf]
    return leaf


def test_nesting_is_followed_a_hundred_levels_deep():
    assert diff(nested(MAX_DEPTH, 1), nested(MAX_DEPTH, 2))[0].kind == "changed"
    changes = diff(nested(50_000, 1), nested(50_000, 2))
    assert [change.kind for change in changes] == ["truncated"]
    assert changes[0].path == "[0]" * MAX_DEPTH


def test_paths_of_lists_are_told_once_for_all_places():
    base = {"lines": [{"total": 1, "[3]": 0}, {"total": 2}], "gone": 1}
    other = {"lines": [{"total": 3, "[3]": 1}, {"total": 4}]}
    assert paths(diff(base, other)) == (
        "lines[*].total",
        'lines[*]["[3]"]',
        "gone",
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('{"a": 1, "b": [1]}', '{"b": [2], "a": 1.0}', ("b[*]",)),
        ("[1]", "[1]", ()),
        ('```json\n{"a": 1}\n```', ' {"a": 2} ', ("a",)),
        ("{'a': 1}", '{"a": 1}', None),
        ('{"a": 1}', "1", None),
        ('"text"', '{"a": 1}', None),
        ("{}", "", None),
        ("[1]", "{}", ("$",)),
        ('{"n": 12345678901234567890123}', '{"n": 12345678901234567890124}', ("n",)),
    ],
)
def test_two_texts_differ_at_paths_if_both_are_json(before, after, expected):
    assert changed_paths(before, after) == expected


@pytest.mark.parametrize(
    "text",
    [
        f'["{"x" * MAX_CHARACTERS}"]',
        "[" * 100_000,
        "```",
        "[NaN]",
        '["\\ud800"]',
        '["\ud800"]',
        "[1\x00]",
    ],
    ids=["long", "unclosed", "fence", "nan", "escape", "surrogate", "nul"],
)
def test_what_cannot_be_read_safely_is_no_json(text):
    assert parse(text) is None


def test_a_number_of_very_many_digits_is_read_as_well_as_can_be():
    assert parse(f"[{'9' * 300}]") == [int("9" * 300)]
    assert parse(f'[{"9" * 5_000}, "a"]') in (None, [float("inf"), "a"])


def test_long_keys_do_not_multiply_in_the_paths():
    key = "k" * 100_000
    base = {key: {str(n): n for n in range(1_000)}}
    other = {key: {str(n): -n for n in range(1_000)}}
    assert max(len(change.path) for change in diff(base, other)) < 120
