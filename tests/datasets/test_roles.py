"""Which column is shown as what."""

import pytest

from experiments_ui.datasets.roles import Roles, guess


def test_the_usual_names_are_recognised_and_the_rest_is_metadata():
    columns = {
        "input": "string",
        "expected": "string",
        "label": "string",
        "tier": "mixed",
    }
    assert guess(columns) == Roles("input", "expected", "label", ("tier",))


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Question", "input"),
        ("userInput", "input"),
        ("attributes.input.value", "input"),
        ("Expected Output", "expected"),
        ("groundTruth", "expected"),
        ("expected-label", "label"),
        ("intent", "label"),
    ],
)
def test_names_are_recognised_however_they_are_written(name, role):
    assert getattr(guess({"id_number": "integer", name: "string"}), role) == name


def test_the_first_text_is_the_input_where_no_name_says_so():
    roles = guess(
        {"case_id": "string", "score": "float", "story": "string", "b": "string"}
    )
    assert roles == Roles("story", None, None, ("case_id", "score", "b"))


def test_no_column_has_two_roles_and_columns_without_values_have_none():
    roles = guess({"answer": "string", "input": "null"})
    assert roles == Roles(None, "answer", None, ("input",))


def test_a_dataset_without_columns_has_no_roles():
    assert guess({}) == Roles(None, None, None, ())
