"""Differences of two outputs, as the grid glimpses them and as the drawer tells all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.compare.diffs import differences
from experiments_ui.compare.diffs.differences import Base, Options, glimpse, whole

PROSE = "The parcel left our warehouse on Monday and should reach you by Friday. " * 40


def told(found):
    signs = {"same": "", "added": "+", "removed": "-"}
    return [signs[one.kind] + one.text for one in found.pieces]


@pytest.mark.parametrize("tell", [glimpse, whole])
@pytest.mark.parametrize(
    ("before", "after", "options", "sentence"),
    [
        ("a b", "a b", Options(), "Same text as the baseline"),
        ("a b", "a\n b ", Options(), "Same words as the baseline, other blanks"),
        ("a, b", "a ,b", Options(), "Same words as the baseline, other blanks"),
        (
            "a b",
            "A b",
            Options(case_folds=True),
            "Same words as the baseline, other case",
        ),
        (
            "a b",
            "A  b",
            Options(case_folds=True),
            "Same words as the baseline, other blanks and case",
        ),
        (
            '{"a": 1, "b": 2}',
            '{"b": 2.0, "a": 1}',
            Options("json"),
            "Same JSON as the baseline, written differently",
        ),
        (
            '{"a": "YES"}',
            '{"a": "yes"}',
            Options("json", case_folds=True),
            "Same JSON as the baseline, written differently",
        ),
    ],
)
def test_what_does_not_count_is_told_in_a_sentence(
    tell, before, after, options, sentence
):
    assert tell(Base(before, options), after).same == sentence


@pytest.mark.parametrize("tell", [glimpse, whole])
def test_blanks_are_marked_once_they_count(tell):
    base = Base("one two  three", Options("full", blanks_count=True))
    found = tell(base, "one two three")
    assert not found.same
    assert told(found) == ["one two", "-  ", "+ ", "three"]
    assert found.similarity == 1.0


@pytest.mark.parametrize("tell", [glimpse, whole])
def test_the_expected_answer_is_named(tell):
    base = Base("yes", Options("expected"), "the expected answer")
    assert tell(base, "yes").same == "Same text as the expected answer"


@pytest.mark.parametrize("blanks_count", [False, True])
@pytest.mark.parametrize(
    "lead", [PROSE, PROSE.replace(" ", ""), PROSE.replace(" ", "中")]
)
def test_a_glimpse_begins_shortly_before_the_first_difference(lead, blanks_count):
    base = Base(f"{lead} old end", Options(blanks_count=blanks_count))
    found = glimpse(base, f"{lead} new end")
    assert any(one.kind == "added" for one in found.pieces)
    assert sum(len(one.text) for one in found.pieces) < 300


def test_other_blanks_in_front_do_not_hide_the_first_difference():
    found = glimpse(Base(f"{PROSE} old", Options()), PROSE.replace(" ", "  ") + "new")
    assert told(found)[-1] == "+new"


def test_what_a_window_cuts_off_does_not_look_deleted():
    words = " ".join(f"word{n}" for n in range(300))
    found = glimpse(Base(words, Options("full")), f"Some words in front. {words}")
    assert [one.kind for one in found.pieces][:2] == ["added", "same"]
    assert "removed" not in [one.kind for one in found.pieces]
    assert found.more == len(words) + 21 - sum(len(one.text) for one in found.pieces)
    assert found.similarity > 0.9


def test_what_cannot_be_compared_by_word_says_so():
    many = [" ".join(f"{letter}{n}" for n in range(15_000)) for letter in "ab"]
    two = whole(Base(many[0], Options(blanks_count=True)), many[1])
    assert two.notes == (differences.FELL_BACK,)
    assert whole(Base("no json", Options("json")), "{}").notes == (differences.BY_WORD,)


def test_marks_beyond_what_a_browser_draws_are_left_out_and_that_is_said(monkeypatch):
    monkeypatch.setattr(differences, "MOST_PIECES", 10)
    before = " ".join(f"constant{n} old{n}" for n in range(100))
    after = before.replace("old", "new")
    found = whole(Base(before, Options("full")), after)
    assert found.notes == (differences.UNMARKED,)
    assert len(found.pieces) == 11
    kept = "".join(one.text for one in found.pieces if one.kind != "removed")
    assert kept == after


@given(st.text("aB中 \n.", max_size=60), st.text("ab中 \n.", max_size=60), st.data())
def test_all_of_the_other_text_is_in_the_drawer(before, after, data):
    mode = data.draw(st.sampled_from(["changes", "full", "expected"]))
    options = Options(mode, data.draw(st.booleans()), data.draw(st.booleans()))
    found = whole(Base(before, options), after)
    kept = "".join(one.text for one in found.pieces if one.kind != "removed")
    assert kept == after or found.same
