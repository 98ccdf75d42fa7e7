"""Where a variable's value comes from."""

import pytest

from experiments_ui.tasks.jobs.inputs import Row, value_of, values_for


@pytest.fixture
def row():
    return Row(
        sequence=0,
        run={
            "output": '{"answer": {"text": "four"}, "parts": ["a", "b"]}',
            "topic": "of the run",
            "eval.tone.score": 0.5,
            "meta": {"a.b": {"c": 1}},
            "nothing": None,
            "zero": 0,
        },
        example={"topic": "of the example", "nothing": "something", "deep": {"er": 2}},
    )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("topic", "of the run"),
        ("dataset.topic", "of the example"),
        ("example.topic", "of the example"),
        ("nothing", "something"),
        ("zero", 0),
        ("eval.tone.score", 0.5),
        ("output.answer.text", "four"),
        ("output.parts.1", "b"),
        ("output.parts.9", None),
        ("meta.a.b.c", 1),
        ("deep.er", 2),
        ("dataset.deep.er", 2),
        ("absent", None),
        ("topic.inside", None),
        ("output.__class__", None),
    ],
)
def test_a_column_is_looked_up_in_the_run_then_in_its_example(row, column, value):
    assert value_of(column, row) == value


def test_a_variable_without_a_mapping_reads_its_own_name(row):
    found = values_for(["topic", "said"], {"said": "output.answer.text"}, row)
    assert found == {"topic": "of the run", "said": "four"}
