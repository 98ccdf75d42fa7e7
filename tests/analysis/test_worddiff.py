"""What the word diff shows, and what it costs at worst."""

import random
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.analysis import worddiff
from experiments_ui.analysis.worddiff import Fold, Segment, runs, texts

prose = st.text("ab ,.\n’1é中ไ", max_size=40) | st.text(max_size=20)


def compared(base: str, other: str, **options) -> worddiff.Diff:
    return worddiff.diff(worddiff.tokenize(base), worddiff.tokenize(other), **options)


def shown(diff: worddiff.Diff) -> str:
    """Write a diff as text: [-removed-] and {+added+}."""
    brackets = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
    return "".join(
        text.join(brackets[kind])
        if kind == "same"
        else brackets[kind][0] + text + brackets[kind][1]
        for kind, text in ((segment.kind, segment.text) for segment in diff.segments)
    )


def without_blanks(text: str) -> str:
    return "".join(text.split())


def kept(diff: worddiff.Diff, kind: str) -> str:
    return "".join(part.text for part in diff.segments if part.kind in ("same", kind))


@pytest.mark.parametrize(
    ("base", "other", "expected"),
    [
        ("the red car stops", "the blue car stops", "the [-red -]{+blue +}car stops"),
        ("score 0.91 today", "score 0.81 today", "score [-0.91 -]{+0.81 +}today"),
        ("it's snake_case", "its snake_case", "[-it's -]{+its +}snake_case"),
        ("one two three", "one two", "one two[- three-]"),
        ("one two", "one two three", "one two {+three+}"),
        ("", "new", "{+new+}"),
        ("old", "", "[-old-]"),
        ("", "", ""),
        ("今日は晴れ", "今日は雨", "今日は[-晴れ-]{+雨+}"),
        ("la cafe\u0301 noir", "la cafe noir", "la [-cafe\u0301 -]{+cafe +}noir"),
        ("fine 👍🏽 ok", "fine 👍🏿 ok", "fine [-👍🏽 -]{+👍🏿 +}ok"),
        ("3rd of 12.5GB", "4th of 12.5GB", "[-3rd -]{+4th +}of 12.5GB"),
        ("  a  b\n\nc", "a b c ", "a b c "),
        ("a b", "\n\ta b", "\n\ta b"),
    ],
)
def test_the_diff_marks_whole_words(base, other, expected):
    assert shown(compared(base, other)) == expected


def test_a_lone_word_between_two_changes_is_dissolved():
    diff = compared("quick brown the lazy dog", "slow green the happy cat")
    assert [part.kind for part in diff.segments] == ["removed", "added"]
    assert diff.similarity == pytest.approx(0.2)


def test_case_counts_unless_it_is_ignored():
    assert compared("Yes it is", "yes IT is").similarity == pytest.approx(1 / 3)
    ignoring = compared("Yes it is", "yes IT is", ignore_case=True)
    assert ignoring.segments == (Segment("same", "yes IT is"),)
    assert ignoring.similarity == 1.0


@given(prose, prose, st.booleans())
def test_the_other_text_is_reproduced_exactly(base, other, ignore_case):
    diff = compared(base, other, ignore_case=ignore_case)
    assert kept(diff, "added") == other
    assert 0 <= diff.similarity <= 1
    assert all(part.text for part in diff.segments)
    if not ignore_case:
        assert without_blanks(kept(diff, "removed")) == without_blanks(base)


@given(prose, prose)
def test_where_blanks_count_both_texts_are_reproduced_exactly(base, other):
    diff = worddiff.diff(
        worddiff.tokenize(base, blanks_count=True),
        worddiff.tokenize(other, blanks_count=True),
    )
    assert kept(diff, "added") == other
    assert kept(diff, "removed") == base
    assert (diff.segments == ()) or (base == other) is (
        {part.kind for part in diff.segments} == {"same"}
    )


def test_where_blanks_count_they_change_no_similarity():
    base, other = (
        worddiff.tokenize(text, blanks_count=True) for text in ("a  b\n", "a b c")
    )
    diff = worddiff.diff(base, other)
    assert shown(diff) == "a[-  -]{+ +}b[-\n-]{+ c+}"
    assert diff.similarity == pytest.approx(0.8)


def test_very_long_texts_keep_their_blanks_too():
    base, other = "  one\n" * 40_000, "one\n" * 40_000
    tokens = [worddiff.tokenize(text, blanks_count=True) for text in (base, other)]
    diff = worddiff.diff(*tokens)
    assert not all(part.kind == "same" for part in diff.segments)
    blank = [worddiff.tokenize(" " * 300_000, blanks_count=True)] * 2
    assert worddiff.diff(*blank).similarity == 1.0


@given(prose, prose)
def test_similarity_is_symmetric(base, other):
    assert compared(base, other).similarity == compared(other, base).similarity


@given(st.lists(st.text("ab1,é中", min_size=1), max_size=8), st.data())
def test_blanks_alone_are_no_difference(words, data):
    blanks = st.text(" \n\t", min_size=1, max_size=3)
    base, other = (
        "".join(word + data.draw(blanks) for word in words) for _ in range(2)
    )
    diff = compared(base, other)
    assert diff.similarity == 1.0
    assert all(part.kind == "same" for part in diff.segments)


@given(
    st.lists(st.sampled_from("abcdef"), max_size=9),
    st.lists(st.sampled_from("abcxyz"), max_size=9),
)
def test_leaving_lone_words_out_of_the_search_changes_no_similarity(base, other):
    direct = runs.align(base, other, budget=runs.Budget(1_000))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "SMALL", -1)
        reduced = runs.align(base, other, budget=runs.Budget(1_000))

    assert matched(reduced) == matched(direct)
    for cover in (direct, reduced):
        assert all(one.equal != two.equal for one, two in pairwise(cover))
        assert all(
            base[run.base_start : run.base_end]
            == other[run.other_start : run.other_end]
            for run in cover
            if run.equal
        )


def matched(cover):
    return sum(run.base_end - run.base_start for run in cover if run.equal)


@given(prose, prose, st.integers(0, 3))
def test_folding_loses_no_text(base, other, context_words):
    diff = compared(base * 3, other)
    folded = worddiff.fold(diff.segments, context_words=context_words)
    for kind in ("same", "removed", "added"):
        whole = "".join(part.text for part in diff.segments if part.kind == kind)
        assert "".join(part.text for part in folded if part.kind == kind) == whole


@given(st.lists(st.text("ab.\n ", max_size=8), max_size=12), st.data())
def test_long_texts_compared_by_passage_are_reproduced_too(lines, data):
    other = "\n".join(data.draw(st.permutations(lines)))
    base = "\n".join(lines)
    diff = texts._diff_passages(
        worddiff.tokenize(base), worddiff.tokenize(other), ignore_case=False
    )
    assert kept(diff, "added") == other
    assert without_blanks(kept(diff, "removed")) == without_blanks(base)
    assert 0 <= diff.similarity <= 1


def test_long_unchanged_runs_and_deletions_fold_to_their_word_counts():
    before = " ".join(f"b{number}" for number in range(30))
    after = " ".join(f"a{number}" for number in range(20))
    deleted = " ".join(f"d{number}" for number in range(13))
    diff = compared(f"{before} {deleted} {after}", f"{before} new, {after}")

    parts = worddiff.fold(diff.segments, context_words=3)

    assert [(type(part), part.kind) for part in parts] == [
        (Fold, "same"),
        (Segment, "same"),
        (Fold, "removed"),
        (Segment, "added"),
        (Segment, "same"),
        (Fold, "same"),
    ]
    assert parts[0].words == 27
    assert parts[1].text == "b27 b28 b29 "
    assert parts[2].words == 13
    assert parts[4].text == "a0 a1 a2 "
    assert parts[5].words == 17


def test_short_runs_and_deletions_stay_open():
    diff = compared("one two three four five old", "one two three four five new")
    assert worddiff.fold(diff.segments) == diff.segments


@pytest.mark.parametrize(
    ("text", "limit", "clipped"),
    [
        ("short", 10, "short"),
        ("one two three", 9, "one two "),
        ("one two three", 7, "one two"),
        ("one two three", 8, "one two "),
        ("x" * 50, 10, "x" * 10),
        ("a " + "x" * 50, 10, "a " + "x" * 8),
        ("abc", 0, ""),
    ],
)
def test_a_window_ends_between_words(text, limit, clipped):
    assert worddiff.window(text, limit) == clipped


def test_a_change_in_a_long_text_is_found_by_passage_then_word():
    random.seed(3)
    lines = [" ".join(random.choices("abcdefgh", k=20)) + str(n) for n in range(4_000)]
    changed = lines.copy()
    changed[10] += " one"
    changed[3_990] += " two"
    base, other = "\n".join(lines), "\n".join(changed)
    assert len(base) < texts.MAX_CHARACTERS

    diff = compared(base, other)

    assert not diff.fell_back
    assert diff.similarity > 0.999
    added = [part.text.strip() for part in diff.segments if part.kind == "added"]
    assert added == ["one", "two"]
    assert kept(diff, "added") == other


def test_a_megabyte_of_lines_is_compared_without_falling_back():
    lines = [
        f"line {number} of a very long answer, as logs are" for number in range(24_000)
    ]
    changed = lines.copy()
    changed[5] = "line 5 of a rather long answer, as logs are"
    changed[20_000] = "gone"
    base, other = "\n".join(lines), "\n".join(changed)
    assert len(base) > 1_000_000

    diff = compared(base, other)

    assert not diff.fell_back
    assert Segment("added", "rather ") in diff.segments
    assert kept(diff, "added") == other


@pytest.fixture
def work(monkeypatch):
    """Pairs of tokens compared, and pairs refused."""

    class Counting(runs.Budget):
        def spend(self, cells):
            granted = super().spend(cells)
            counted["done" if granted else "refused"] += cells
            return granted

    counted = Counter()
    monkeypatch.setattr(texts, "Budget", Counting)
    return counted


def words_of(prefix: str, size: int) -> str:
    return " ".join(f"{prefix}{number}" for number in range(size))


def scattered(letters: str, size: int, seed: int) -> str:
    return "".join(random.Random(seed).choices(letters, k=size))


@pytest.mark.parametrize(
    ("base", "other"),
    [
        (words_of("a", 15_000), words_of("b", 15_000)),
        (scattered("ab ", 100_000, 1), scattered("cd ", 100_000, 2)),
        (scattered("a b ", 100_000, 1), scattered("a b ", 100_000, 2)),
        (scattered(".,", 100_000, 1), scattered(".,", 100_000, 2)),
        (scattered(".,\n", 100_000, 1), scattered(".,\n", 100_000, 2)),
        (scattered("中文字", 100_000, 1), scattered("中文字", 100_000, 2)),
        ("x" * 100_000, "y" * 100_000),
        ("1." * 50_000, "1," * 50_000),
        ("a'" * 50_000, "b'" * 50_000),
    ],
    ids=[
        "words",
        "letters",
        "shared letters",
        "points",
        "lines",
        "han",
        "x",
        "dots",
        "quotes",
    ],
)
@pytest.mark.parametrize("blanks_count", [False, True])
def test_two_texts_of_100_kb_take_bounded_work(work, base, other, blanks_count):
    diff = worddiff.diff(
        worddiff.tokenize(base, blanks_count=blanks_count),
        worddiff.tokenize(other, blanks_count=blanks_count),
    )
    # By word, by passage, and by word within the passages.
    assert work["done"] <= 3 * texts.MAX_CELLS
    assert diff.fell_back or not work["refused"]
    assert kept(diff, "added") == other


@pytest.mark.parametrize("letters", ["x", ".", "中", "1.", "a’", "\u0301", "👍\u200d"])
def test_a_megabyte_without_a_blank_is_answered(work, letters):
    text = letters * (1_000_000 // len(letters))
    diff = compared(text, text[:-3] + "end")
    assert work["done"] <= 3 * texts.MAX_CELLS
    assert diff.fell_back
    assert kept(diff, "added") == text[:-3] + "end"


def test_a_megabyte_of_blanks_against_nothing_is_no_change():
    diff = compared(" " * 1_000_000, "")
    assert diff.segments == ()
    assert diff.similarity == 1.0
    assert not diff.fell_back
