"""From an answer to a verdict, or to an error that is never a score of 0."""

import asyncio

import pytest

from experiments_ui.llm.answers import matched, read_choice, read_freely
from experiments_ui.llm.errors import CallError, Kind
from experiments_ui.llm.exchange import Structure
from experiments_ui.llm.providers.endpoint import Provider
from tests.fakes.provider import right_label
from tests.llm.conftest import CHOICES, client_at, judge, run


def said(text, choices=CHOICES):
    return read_choice(text, choices)


@pytest.mark.parametrize(
    "text",
    [
        '{"explanation": "so", "label": "correct"}',
        '{"label": "correct", "explanation": "so", "mood": "extra"}',
        '\ufeff {"explanation": "so", "label": "correct"}',
        'Sure!\n```json\n{"explanation": "so", "label": "correct"}\n```',
        '```\n{"explanation": "so", "label": "correct"}\n```',
        'I think {maybe}. {"explanation": "so", "label": "correct"} That is all.',
        '{"label": "incorrect"} no: {"explanation": "so", "label": "correct"}',
        "so\n\nLabel: correct",
        "so\n\n**Label:** correct",
        "so\n**Verdict: correct**",
        "so\ncorrect",
        "so\n**Correct**.",
    ],
)
def test_a_label_and_its_reason_are_found(text):
    found = said(text)
    assert matched(found.label, CHOICES) == "correct"
    assert found.explanation == "so"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n ",
        "[]",
        "{}",
        "null\nnull",
        '{"label": null}',
        '{"explanation": "so"}',
        '{"label": ["correct"]}',
        '{"explanation": "the answer is corr',
        "This is not correct.\nIt is a long story.",
        "Label: correct\nLabel: incorrect",
        "x\n" * 5000,
        "{" * 5000,
        "[" * 200_000,
        '{"label":' * 20_000,
    ],
)
def test_an_answer_without_a_label_is_unparseable(text):
    with pytest.raises(CallError) as raised:
        said(text)
    assert raised.value.kind is Kind.UNPARSEABLE


@pytest.mark.parametrize(
    "label", ["correct", " correct ", "CORRECT", "Correct\n", "cORRECT"]
)
def test_case_and_spaces_around_a_label_do_not_matter(label):
    assert matched(label, CHOICES) == "correct"


@pytest.mark.parametrize(
    "label", ["banana", "", "corr", "correct!", "correct, incorrect", "in correct"]
)
def test_a_label_that_is_not_exactly_one_choice_is_an_error(label):
    with pytest.raises(CallError) as raised:
        matched(label, CHOICES)
    assert raised.value.kind is Kind.BAD_LABEL
    assert "banana" not in raised.value.message


def test_choices_that_differ_only_in_case_must_be_met_exactly():
    assert matched("a", ["a", "A"]) == "a"
    with pytest.raises(CallError):
        matched("é", ["E", "e"])


def test_json_words_match_choices_of_the_same_name():
    assert matched(said('{"label": true}').label, ["true", "false"]) == "true"
    assert matched(said('{"label": 1}').label, ["0", "1"]) == "1"


@pytest.mark.parametrize(
    ("text", "label", "score", "explanation"),
    [
        ('{"label": "good", "score": 0.5, "explanation": "e"}', "good", 0.5, "e"),
        ('{"score": 3}', None, 3.0, None),
        ('{"score": true, "label": "x"}', "x", None, None),
        ('{"score": 1e999, "label": "x"}', "x", None, None),
        ("7", "7", 7.0, None),
        ("nan", "nan", None, None),
        ("fine", "fine", None, None),
        ("a long\nstory", None, None, "a long\nstory"),
    ],
)
def test_a_judge_without_choices_answers_freely(text, label, score, explanation):
    found = read_freely(text)
    assert (found.label, found.score, found.explanation) == (label, score, explanation)


def test_what_no_database_takes_is_replaced():
    found = said('{"explanation": "a\\u0000b\\ud800", "label": "correct"}')
    assert found.explanation == "a\ufffdb\ufffd"


def test_the_explanation_comes_before_the_label_in_a_schema_that_never_changes():
    schema = judge().schema.as_json()
    assert list(schema["properties"]) == ["explanation", "label"]
    assert schema["required"] == ["explanation", "label"]
    assert schema["properties"]["label"]["enum"] == ["correct", "incorrect"]
    assert judge().schema == judge().schema


def test_without_explanations_none_is_asked_for(fake):
    asked = judge(explain=False)
    assert list(asked.schema.properties) == ["label"]
    assert run(fake, {"output": "gold: correct"}, judge_=asked).explanation is None


def test_a_variable_without_a_value_is_an_error_before_any_call(fake):
    with pytest.raises(CallError) as raised:
        run(fake, {"other": "x"})
    assert raised.value.kind is Kind.MISSING_VARIABLE
    assert fake.log() == []


def test_a_long_value_is_cut_in_the_middle_and_the_verdict_says_so(fake):
    text = "gold: correct " + "x" * 200_000 + " end of text"
    verdict = run(fake, {"output": text})
    assert verdict.truncated == ("output",)
    assert verdict.label == "correct"
    assert 24_000 < verdict.reply.tokens_in < 26_000


def test_a_loud_label_is_the_choice(fake):
    row = {"output": "gold: incorrect"}
    verdict = run(fake, row, judge_=judge("judge+shout"))
    assert (verdict.label, verdict.score) == ("incorrect", 0.0)


@pytest.mark.parametrize("model", ["judge+plain", "judge+fenced"])
@pytest.mark.parametrize(
    "provider", [Provider.OPEN_AI, Provider.ANTHROPIC, Provider.GEMINI]
)
def test_a_model_that_ignores_the_schema_is_understood(fake, provider, model):
    asked = judge(model, structures=frozenset({Structure.PROMPT}))
    verdict = run(fake, {"output": "gold: correct"}, judge_=asked, provider=provider)
    assert verdict.label == "correct"
    assert verdict.explanation


def test_many_rows_at_once_each_get_their_own_verdict(fake):
    rows = [{"output": f"row {number}"} for number in range(300)]

    async def all_of_them():
        async with client_at(fake) as client:
            return await asyncio.gather(
                *(judge().run(row, client=client) for row in rows)
            )

    verdicts = asyncio.run(all_of_them())
    expected = [right_label(row["output"], list(CHOICES)) for row in rows]
    assert [verdict.label for verdict in verdicts] == expected
    assert set(expected) == set(CHOICES)
