"""Templates look names up and evaluate nothing (BI-8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.llm.errors import CallError, Kind
from experiments_ui.llm.templates import VariableFormat, render, variables

F, M, NONE = VariableFormat.F_STRING, VariableFormat.MUSTACHE, VariableFormat.NONE


def filled(template, style=F, **values):
    values = {name.replace("__dot__", "."): value for name, value in values.items()}
    return render(template, values, style=style).text


def test_a_variable_is_replaced_wherever_it_stands():
    assert filled("{a} and {b}, {a}.", a="1", b="2") == "1 and 2, 1."


def test_a_name_with_dots_is_looked_up_as_a_whole():
    values = {"attributes.output.value": "yes", "messages[0].content": "hi"}
    template = "{attributes.output.value} {messages[0].content}"
    assert render(template, values).text == "yes hi"


@pytest.mark.parametrize(
    "template",
    [
        "{{ 7*7 }}",
        "{{7*7}}",
        "{{x}}",
        "{% for a in b %}{% endfor %}",
        "{x.__class__}",
        "{__import__}",
        "{x.__init__.__globals__}",
        "{a!r}",
        "{a:>2000000000}",
        "{0}",
        "{}",
        "{ a }",
        "{a b}",
        "{> /etc/passwd}",
        "{{> /etc/passwd}}",
        "{#if}",
        '{ "json": 1 }',
        '{"label": "x", "nested": {"y": [1]}}',
        "{",
        "}",
        "{{{",
        "{x[__class__]}",
        "${x",
    ],
)
def test_what_is_no_plain_variable_stays_as_it_is(template):
    assert filled(template, x="VALUE", a="VALUE") == template
    assert variables(template, F) == ()


@pytest.mark.parametrize(
    "template",
    [
        "{{ 7*7 }}",
        "{{#a}}x{{/a}}",
        "{{> a}}",
        "{{! a}}",
        "{{a.__class__}}",
        "{a}",
        "{% a %}",
        "{{a|upper}}",
    ],
)
def test_mustache_has_variables_and_nothing_else(template):
    assert filled(template, M, a="VALUE", x="VALUE") == template


def test_mustache_variables_may_stand_in_spaces():
    assert filled("{{a}} {{ b.c }}", M, a="1", b__dot__c="2") == "1 2"


def test_without_a_format_nothing_is_replaced():
    assert filled("{a} {{a}}", NONE, a="1") == "{a} {{a}}"


def test_a_variable_within_json_braces_is_replaced():
    assert filled('{"answer": {a}}', a="1") == '{"answer": 1}'
    assert filled('{{"answer": {a}}}', a="1") == '{{"answer": 1}}'


def test_a_value_that_holds_a_variable_is_not_looked_at():
    assert filled("{a} {b}", a="{b} {a} {{b}}", b="\\1 \\g<0>") == (
        "{b} {a} {{b}} \\1 \\g<0>"
    )


@given(st.text(), st.text())
def test_values_come_out_as_they_went_in(one, two):
    assert filled("<{a}|{b}>", a=one, b=two) == f"<{one}|{two}>"


def test_variables_are_listed_once_in_order_of_appearance():
    template = "{question} {context.text} {question} {{not}} {answer}"
    assert variables(template, F) == ("question", "context.text", "answer")


def test_all_variables_without_a_value_are_named():
    with pytest.raises(CallError) as raised:
        render("{a} {u.password} {b}", {"a": "1"})
    assert raised.value.kind is Kind.MISSING_VARIABLE
    assert "u.password, b" in raised.value.message


def test_a_long_value_keeps_its_beginning_and_end_and_is_named():
    value = "a" * 60 + "b" * 60
    rendered = render("{x} {y}", {"x": value, "y": "short"}, cap=20)
    note = "\n[… 100 characters left out …]\n"
    assert rendered.text == f"{'a' * 10}{note}{'b' * 10} short"
    assert rendered.truncated == ("x",)


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "piece", ["{", "{{", "{a", "{a.", "{{a ", "{a.b[", "}{", "{a} "]
)
@pytest.mark.parametrize("style", [F, M])
def test_a_template_of_a_megabyte_takes_no_longer_than_its_length(piece, style):
    template = piece * (1_000_000 // len(piece))
    assert len(render(template, {"a": "x"}, style=style).text) > 300_000
