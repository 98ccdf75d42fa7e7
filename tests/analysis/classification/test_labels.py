"""Labels as people mean them, whatever their type."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.analysis.classification import Rules, encode, normalise

nan = float("nan")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, "1"),
        (1.0, "1"),
        (np.int64(1), "1"),
        (np.float64(0.5), "0.5"),
        ("1", "1"),
        ("1.0", "1.0"),
        (True, "true"),
        ("true", "true"),
        ("True", "True"),
        (" Spam \n", "Spam"),
        ("e\u0301", "é"),
        ("two  words", "two  words"),
        ([2, "a"], '[2, "a"]'),
        (-0.0, "0"),
        (10**30, str(10**30)),
    ],
)
def test_a_label_of_a_text_column_is_written_one_way(value, expected):
    assert normalise(value) == expected


@pytest.mark.parametrize("value", [None, nan, "", " \t"])
def test_what_is_blank_is_missing(value):
    assert normalise(value) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, "1"), ("1.0", "1"), (" 1 ", "1"), ("1e0", "1"), ("0.50", "0.5"), ("one", "one"), ("1_0", "1_0")],
)  # fmt: skip
def test_numbers_of_a_number_column_are_the_same_however_written(value, expected):
    assert normalise(value, Rules(kind="number")) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, "true"), ("TRUE", "true"), (1, "true"), ("1.0", "true"), (0, "false"), ("False", "false"), ("maybe", "maybe"), (2, "2")],
)  # fmt: skip
def test_truths_of_a_boolean_column_are_the_same_however_written(value, expected):
    assert normalise(value, Rules(kind="boolean")) == expected


def test_case_blanks_and_other_words_are_folded_when_asked():
    rules = Rules(
        fold_case=True, collapse_blanks=True, aliases={"Not  Spam": "HAM", "Y": "yes"}
    )
    assert normalise("not\u00a0 spam", rules) == "ham"
    assert normalise("STRASSE", rules) == normalise("straße", rules)
    assert normalise("y", rules) == "yes"
    assert normalise("Y") == "Y"


@given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans()), st.booleans())
def test_writing_a_label_twice_changes_nothing(value, fold):
    rules = Rules(fold_case=fold, collapse_blanks=True)
    once = normalise(value, rules)
    assert normalise(once, rules) == once
    assert once is None or unicodedata.is_normalized("NFC", once)


def test_labels_are_numbered_with_the_label_set_first():
    found = encode(["b", None, "c"], ["a", "z", " b"], label_set=["b", "a"])
    assert found.labels == ("b", "a", "c", "z")
    assert found.declared == 2
    assert found.truth.tolist() == [0, -1, 2]
    assert found.predicted.tolist() == [1, 3, 0]
    assert found.truth.dtype == np.int32


def test_without_a_label_set_it_is_what_occurs_as_a_truth():
    found = encode(["b", "a", None], ["c", "a", nan])
    assert (found.labels, found.declared) == (("a", "b", "c"), 2)


def test_true_and_1_are_two_labels_of_a_text_column_although_python_finds_them_equal():
    assert encode([True, 1, 1.0], [1, True, "1"]).labels == ("1", "true")
    assert encode([[1], [1]], [[1], [2]]).labels == ("[1]", "[2]")
