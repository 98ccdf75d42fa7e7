"""Ids that the server makes for examples."""

import uuid

from experiments_ui.datasets.example_ids import new_ids
from tests.race import together


def test_ids_are_uuids_that_sort_as_they_were_made():
    made = [text for count in (1, 1000, 3) for text in new_ids(count)]

    assert made == sorted(made)
    assert len(set(made)) == 1004
    assert {uuid.UUID(text).version for text in made} == {7}
    assert {uuid.UUID(text).variant for text in made} == {uuid.RFC_4122}
    assert all(str(uuid.UUID(text)) == text for text in made)


def test_batches_made_at_once_do_not_interleave(db):
    batches = sorted(together(4, lambda: new_ids(500)))
    made = [text for batch in batches for text in batch]
    assert made == sorted(set(made))
