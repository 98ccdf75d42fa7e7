"""Where a prediction stands in an output, and rules that are refused."""

import pytest

from experiments_ui.analysis.classification import Rule, extractor
from experiments_ui.errors import Invalid


def found(place, text, output, **columns):
    return extractor(Rule(place, text))(output, columns)


def refused(place, text):
    with pytest.raises(Invalid) as caught:
        extractor(Rule(place, text))
    return caught.value


def test_the_whole_output_is_a_prediction():
    assert found("output", "", " yes ") == " yes "
    assert found("output", "", None) is None


def test_a_column_holds_a_prediction():
    assert found("column", "label", "ignored", label="spam") == "spam"
    assert found("column", "label", "ignored") is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("answer.label", "spam"),
        ("$.answer.label", "spam"),
        ("items[0].label", "ham"),
        ("items[-1].label", "eggs"),
        ('["odd name"]', 3),
        ("['odd name']", 3),
        ("answer['label']", "spam"),
        ("odd name", 3),
        ("items[7].label", None),
        ("items.label", None),
        ("answer[0]", None),
        ("nothing.at.all", None),
    ],
)
def test_a_path_leads_into_json(path, expected):
    output = (
        '{"answer": {"label": "spam"}, "odd name": 3,'
        ' "items": [{"label": "ham"}, {"label": "eggs"}]}'
    )
    assert found("path", path, output) == expected


def test_a_path_leads_into_a_list():
    assert found("path", "[1]", '["a", "b"]') == "b"


def test_json_may_stand_in_a_fenced_block():
    output = 'Sure, here it is:\n```json\n{"label": "spam"}\n```\nAnything else?'
    assert found("path", "label", output) == "spam"


@pytest.mark.parametrize(
    "output",
    [None, "", "spam", "{", "[" * 100_000, "```json\n{\n```", "9" * 5_000, "x" * 2_000_000],
)  # fmt: skip
def test_an_output_that_is_no_json_has_no_prediction(output):
    assert found("path", "label", output) is None


@pytest.mark.parametrize(
    "path", ["", "  ", ".a", "a..b", "a[", "a[x]", "a]", "x" * 501, "a[99999999999]"]
)
def test_a_path_that_cannot_be_read_is_refused(path):
    assert set(refused("path", path).fields) == {"path"}


def test_a_column_needs_a_name():
    assert set(refused("column", " ").fields) == {"column"}


def test_the_group_of_a_patterns_first_match_is_the_prediction():
    output = "Thinking…\nLabel: spam\nLabel: ham"
    assert found("pattern", r"(?i)label:\s*(\w+)", output) == "spam"
    assert found("pattern", r"Score: (\d+)", output) is None
    assert found("pattern", r"Label: (spam)|ham", "ham") is None
    assert found("pattern", "(é+)", "café\ud800") == "é"


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(?=a)(b)", "Look-around"),
        ("(?<!a)(b)", "Look-around"),
        (r"(a)\1", "Back-references"),
        ("label", "has 0 groups"),
        ("(a)(b)", "has 2 groups"),
        ("(a", r"cannot be read: missing \): \(a"),
        ("(a){1001}", "cannot be read"),
        (r"(\pL{1,50})", "repeats too much"),
        ("", "at most 1,000 characters"),
        ("(" + "a" * 1_000_000 + ")", "at most 1,000 characters"),
        ("(\ud800)", "cannot be read"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused_bi_20(pattern, words):
    import re

    error = refused("pattern", pattern)
    assert set(error.fields) == {"pattern"}
    assert re.search(words, error.message)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(?:a*a*a*a*)*(b)$"])
def test_a_pattern_that_would_hang_elsewhere_answers_at_once_bi_20(pattern):
    # Backtracking would take longer than the universe has.
    assert found("pattern", pattern, "a" * 99_999 + "!") is None


def test_only_the_beginning_of_a_very_long_output_is_searched():
    assert found("pattern", "(b)", "a" * 100_000 + "b") is None
