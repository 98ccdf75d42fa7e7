"""Code checks: what each says of a row, and that no row can hurt them."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments_ui.errors import Invalid
from experiments_ui.evaluators.checks import CHECKS, Outcome, Skipped, checker


def run(key, *values, **parameters):
    return checker(key, parameters, variables=len(values))(list(values))


def label(key, *values, **parameters):
    outcome = run(key, *values, **parameters)
    return outcome.label if isinstance(outcome, Outcome) else "skipped"


SCHEMA = json.dumps(
    {
        "type": "object",
        "required": ["label"],
        "properties": {"label": {"type": "string", "pattern": "^[a-z]+$"}},
    }
)
NESTED = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    ("key", "values", "parameters", "expected"),
    [
        ("EXACT_MATCH", ["yes", "yes"], {}, "pass"),
        ("EXACT_MATCH", ["yes", "Yes"], {}, "fail"),
        ("EXACT_MATCH", ["yes"], {"any_name": "yes"}, "pass"),
        ("EXACT_MATCH", [3, "3"], {}, "pass"),
        ("EXACT_MATCH", [True, "true"], {}, "pass"),
        ("MATCHES_REGEX", ["order 66"], {"pattern": r"\d+"}, "pass"),
        ("MATCHES_REGEX", ["order"], {"pattern": r"\d+"}, "fail"),
        ("MATCHES_REGEX", ["\ud800 x"], {"pattern": "x"}, "pass"),
        ("CONTAINS_ANY_KEYWORD", ["a refund"], {"keywords": ["no", "refund"]}, "pass"),
        ("CONTAINS_ANY_KEYWORD", ["a Refund"], {"keywords": ["refund"]}, "fail"),
        (
            "CONTAINS_ANY_KEYWORD",
            ["a Refund"],
            {"keywords": ["refund"], "ignore_case": "true"},
            "pass",
        ),
        ("CONTAINS_ALL_KEYWORDS", ["a b"], {"keywords": ["a", "b"]}, "pass"),
        ("CONTAINS_ALL_KEYWORDS", ["a"], {"keywords": ["a", "b"]}, "fail"),
        ("JSON_PARSEABLE", ['{"a": 1}'], {}, "pass"),
        ("JSON_PARSEABLE", ["{'a': 1}"], {}, "fail"),
        ("JSON_PARSEABLE", ["NaN"], {}, "fail"),
        ("JSON_PARSEABLE", ["9" * 5_000], {}, "pass"),
        ("JSON_PARSEABLE", [""], {}, "fail"),
        ("JSON_PARSEABLE", [{"a": 1}], {}, "pass"),
        ("JSON_PARSEABLE", [NESTED], {}, "skipped"),
        ("JSON_PARSEABLE", ["1" * 1_000_001], {}, "skipped"),
        ("JSON_SCHEMA", ['{"label": "a"}'], {"schema": SCHEMA}, "pass"),
        ("JSON_SCHEMA", ['{"label": "A"}'], {"schema": SCHEMA}, "fail"),
        ("JSON_SCHEMA", ["[]"], {"schema": SCHEMA}, "fail"),
        ("JSON_SCHEMA", ["no JSON"], {"schema": SCHEMA}, "fail"),
        ("JSON_SCHEMA", [{"label": "a"}], {"schema": SCHEMA}, "pass"),
        ("NORMALISED_MATCH", ["  The  END. ", "the end"], {}, "pass"),
        ("NORMALISED_MATCH", ["ﬁne"], {"expected": "fine"}, "pass"),
        ("NORMALISED_MATCH", ["the end", "an end"], {}, "fail"),
        ("SIMILARITY", ["kitten", "kitten"], {}, "pass"),
        ("SIMILARITY", ["kitten", "xyz"], {}, "fail"),
        ("SIMILARITY", ["a" * 20_001, "b"], {}, "skipped"),
        ("NUMERIC_TOLERANCE", ["It is 1,204.5 in all", 1204.5], {}, "pass"),
        ("NUMERIC_TOLERANCE", ["101", "100"], {"absolute": "1"}, "pass"),
        ("NUMERIC_TOLERANCE", ["102", "100"], {"relative": "0.01"}, "fail"),
        ("NUMERIC_TOLERANCE", ["none", "100"], {}, "fail"),
        ("NUMERIC_TOLERANCE", ["1", "none"], {}, "skipped"),
        ("NUMERIC_TOLERANCE", [10**400, "1"], {}, "fail"),
        ("NUMERIC_TOLERANCE", [float("nan"), "1"], {}, "fail"),
        ("NUMERIC_TOLERANCE", ["7"], {"expected": "7"}, "pass"),
        ("LENGTH", ["one two"], {"maximum": "2", "unit": "words"}, "pass"),
        ("LENGTH", ["one two"], {"maximum": "6"}, "fail"),
        ("LENGTH", [""], {"minimum": "1"}, "fail"),
    ],
)
def test_a_check_says_what_its_name_promises(key, values, parameters, expected):
    assert label(key, *values, **parameters) == expected


def test_the_score_of_similarity_is_the_share_of_likeness():
    outcome = run("SIMILARITY", "abcd", "abcx", threshold="0.5")
    assert outcome == Outcome("pass", 0.75, "75.0% alike; 50% are asked for.")


@pytest.mark.parametrize("key", CHECKS)
def test_a_missing_value_is_skipped_and_not_failed(key):
    outcome = run(key, None, **parameters_of(key))
    assert isinstance(outcome, Skipped)
    assert "no value" in outcome.reason


@pytest.mark.parametrize(
    ("key", "parameters", "field"),
    [
        ("MATCHES_REGEX", {}, "pattern"),
        ("MATCHES_REGEX", {"pattern": "("}, "pattern"),
        ("MATCHES_REGEX", {"pattern": "(?=a)b"}, "pattern"),
        ("MATCHES_REGEX", {"pattern": "(a{1000}){1000}"}, "pattern"),
        ("MATCHES_REGEX", {"pattern": "a" * 1_001}, "pattern"),
        ("MATCHES_REGEX", {"pattern": "\ud800"}, "pattern"),
        ("MATCHES_REGEX", {"pattern": "a", "flags": "i"}, "flags"),
        ("CONTAINS_ANY_KEYWORD", {}, "keywords"),
        ("CONTAINS_ANY_KEYWORD", {"keywords": ["a", ""]}, "keywords"),
        ("CONTAINS_ALL_KEYWORDS", {"keywords": ["a"], "ignore_case": "x"}, None),
        ("EXACT_MATCH", {}, "expected"),
        ("EXACT_MATCH", {"a": "1", "b": "2"}, "static_params"),
        ("SIMILARITY", {"expected": "x", "threshold": "2"}, "threshold"),
        ("SIMILARITY", {"expected": "x", "threshold": "nan"}, "threshold"),
        ("NUMERIC_TOLERANCE", {"expected": "x"}, "expected"),
        ("NUMERIC_TOLERANCE", {"expected": "1", "absolute": "-1"}, "absolute"),
        ("LENGTH", {"minimum": "3", "maximum": "2"}, "maximum"),
        ("LENGTH", {"unit": "pages"}, "unit"),
        ("JSON_SCHEMA", {"schema": "{"}, "schema"),
        ("JSON_SCHEMA", {"schema": '{"type": "strange"}'}, "schema"),
        ("JSON_SCHEMA", {"schema": '{"$ref": "#"}'}, "schema"),
        ("JSON_SCHEMA", {"schema": '{"$ref": "http://127.0.0.1/"}'}, "schema"),
        ("JSON_SCHEMA", {"schema": '{"patternProperties": {}}'}, "schema"),
        ("JSON_SCHEMA", {"schema": '{"pattern": "(?=a)"}'}, "schema"),
        ("JSON_SCHEMA", {"schema": json.dumps({"enum": [1] * 600})}, "schema"),
        ("JSON_SCHEMA", {"schema": "[" * 20_000}, "schema"),
    ],
)
def test_a_parameter_that_is_of_no_use_is_named(key, parameters, field):
    with pytest.raises(Invalid) as refusal:
        checker(key, parameters, variables=1)
    assert field is None or list(refusal.value.fields) == [field]


@pytest.mark.parametrize(("key", "variables"), [("LENGTH", 2), ("EXACT_MATCH", 3)])
def test_too_many_variables_are_refused(key, variables):
    with pytest.raises(Invalid, match="variable"):
        checker(key, parameters_of(key), variables=variables)


@pytest.mark.timeout(20)
def test_hostile_patterns_and_texts_are_over_soon():
    text = "a" * 100_000
    assert label("MATCHES_REGEX", text, pattern="(a+)+$") == "pass"
    assert label("MATCHES_REGEX", text[1:] + "!", pattern="^(a|aa)+$") == "fail"
    assert label("MATCHES_REGEX", text + "!", pattern="^(a|aa)+$") == "skipped"
    schema = json.dumps({"pattern": "^(a|aa)+$"})
    assert label("JSON_SCHEMA", json.dumps(text[:50_000] + "!"), schema=schema)
    assert label("NUMERIC_TOLERANCE", "1," * 50_000 + "-" * 50_000, expected="1")
    assert label("SIMILARITY", text[:20_000], "b" * 20_000) == "fail"


VALUES = st.one_of(
    st.text(),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.none(),
    st.lists(st.integers()),
    st.dictionaries(st.text(), st.text()),
)


@pytest.mark.parametrize("key", CHECKS)
@settings(deadline=None)
@given(value=VALUES)
def test_no_value_makes_a_check_raise(key, value):
    outcome = run(key, value, **parameters_of(key))
    if isinstance(outcome, Outcome):
        assert 0 <= outcome.score <= 1
        assert outcome.label in {"pass", "fail"}
    assert outcome.__class__ in (Outcome, Skipped)


def parameters_of(key):
    given = {"pattern": "a", "keywords": ["a"], "schema": "{}", "expected": "1"}
    names = {parameter.name for parameter in CHECKS[key].parameters}
    return {name: value for name, value in given.items() if name in names}
