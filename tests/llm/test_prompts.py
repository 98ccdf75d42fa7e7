"""Prompts of experiments are filled in for each example."""

import pytest

from experiments_ui.llm.errors import CallError
from experiments_ui.llm.exchange import Message, Structure, structures
from experiments_ui.llm.prompts import filled, variables_of
from experiments_ui.llm.templates import VariableFormat

PROMPT = [
    {"role": "SYSTEM", "content": "Answer in {{ language }}."},
    {"role": "USER", "content": "{{question}} {{language}} {literal}"},
    {"role": "ASSISTANT", "content": None, "tool_calls": [{"id": "1"}]},
]
M = VariableFormat.MUSTACHE


def test_messages_keep_their_roles_and_get_their_values():
    values = {"language": "French", "question": "Why {{language}}?"}
    assert filled(PROMPT, values, style=M).messages == (
        Message("system", "Answer in French."),
        Message("user", "Why {{language}}? French {literal}"),
        Message("assistant", None, ({"id": "1"},)),
    )


def test_without_variables_a_prompt_is_sent_as_it_is():
    messages = filled(PROMPT, {}, style=VariableFormat.NONE).messages
    assert messages[0].content == "Answer in {{ language }}."


def test_variables_of_all_messages_are_listed_once():
    assert variables_of(PROMPT, M) == ("language", "question")


def test_missing_values_of_all_messages_are_named():
    with pytest.raises(CallError, match="language, question"):
        filled(PROMPT, {}, style=M)


def test_what_was_cut_is_named_once():
    values = {"language": "x" * 50, "question": "short"}
    assert filled(PROMPT, values, style=M, cap=20).truncated == ("language",)


def test_the_wires_two_switches_say_how_a_schema_may_be_asked_for():
    assert structures(schema=False, tool=False) == {Structure.PROMPT}
    assert structures(schema=True, tool=False) == {Structure.SCHEMA, Structure.PROMPT}
