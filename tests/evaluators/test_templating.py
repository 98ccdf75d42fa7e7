"""The variables of a judge's template."""

import pytest

from experiments_ui.evaluators.templating import Part, parts, variables_of


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("Judge {output} for {input}, {output}.", ["output", "input"]),
        ("{attributes.output.value}", ["attributes.output.value"]),
        ("{{input}} is text", []),
        ("{{ 7*7 }} and {% if x %}", []),
        ("{x.__class__} {x.__class__.__mro__}", []),
        ("{x!r} {x:>10} {0} {} {a b}", []),
        ('Answer as {"label": "{choice}"}', ["choice"]),
    ],
)
def test_only_names_in_single_braces_are_variables(template, names):
    assert variables_of(template) == names
    assert "".join(part.text for part in parts(template)) == template


def test_a_template_is_cut_where_its_variables_are():
    assert list(parts("{a}{b} of {{a}}")) == [
        Part("{a}", is_variable=True),
        Part("{b}", is_variable=True),
        Part(" of {{a}}"),
    ]
