"""The catalogue of judges holds together."""

import re

import pytest

from experiments_ui.evaluators.catalogue import (
    FAMILIES,
    answers,
    code,
    conversations,
    retrieval,
    safety,
)
from experiments_ui.evaluators.templating import variables_of

ALL = [
    family
    for module in (answers, code, conversations, retrieval, safety)
    for family in module.FAMILIES
]


def test_column_names_and_display_names_are_there_once():
    assert len(FAMILIES) == len(ALL) >= 16
    assert len({family.display_name for family in ALL}) == len(ALL)


@pytest.mark.parametrize("family", ALL, ids=lambda family: family.column_name)
def test_a_family_can_be_stored_and_run_as_it_is(family):
    assert re.fullmatch(r"[a-zA-Z0-9_\s\-&()]+", family.column_name)
    assert variables_of(family.template)
    # Nothing else in braces, which a reader might take for a variable.
    assert family.template.count("{") == len(
        re.findall(r"\{[a-z_]+\}", family.template)
    )
    labels = [label for label, _ in family.choices]
    assert 2 <= len(labels) == len(set(labels))
    assert len({score for _, score in family.choices}) >= 2


@pytest.mark.parametrize("family", ALL, ids=lambda family: family.column_name)
def test_a_template_names_every_label_and_asks_for_no_explanation(family):
    for label, _ in family.choices:
        assert f'"{label}"' in family.template
    assert not re.search("(?i)explain your|explanation|step by step", family.template)


@pytest.mark.parametrize("family", ALL, ids=lambda family: family.column_name)
def test_every_variable_stands_inside_marks_of_its_own(family):
    for name in variables_of(family.template):
        assert re.search(rf"<(\w+)>\n\{{{name}\}}\n</\1>", family.template)
