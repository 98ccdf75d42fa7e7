"""Which errors count as one."""

import pytest

from experiments_ui.experiments.clusters import clusters_of, plain_form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("timeout after 30 s", "timeout after 1,200.5 s"),
        ("request 8c0f2b4a1d9e failed", "request 00aa17ffee21 failed"),
        (
            "run 123e4567-e89b-12d3-a456-426614174000 gone",
            "run 00000000-e89b-12d3-a456-426614174fff gone",
        ),
        ("no key 'colour'", 'no key "size"'),
        ("at 0x7f55 in f", "at 0xDEAD in f"),
        ("a\n  b", "a b"),
    ],
)
def test_errors_that_differ_in_numbers_ids_and_names_are_one(one, other):
    assert plain_form(one) == plain_form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("timeout", "rate limit"),
        ("Error('Rate limit was reached')", "Error('Request timed out badly')"),
    ],
)
def test_errors_with_other_words_are_apart(one, other):
    assert plain_form(one) != plain_form(other)


def test_clusters_come_by_size_with_their_runs():
    found = clusters_of([(0, "a 1"), (3, "b"), (4, "a 2"), (9, "")])
    assert [(c.text, c.sequences) for c in found] == [
        ("a …", (0, 4)),
        ("b", (3,)),
        ("(no message)", (9,)),
    ]
    assert len({c.key for c in found}) == 3
