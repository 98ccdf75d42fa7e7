"""What tests of datasets start from."""

import pytest
from django.utils import timezone

from experiments_ui.datasets import actions, queries


@pytest.fixture
def create(space):
    """Make a dataset of rows; returns its first version."""

    def create(*batches, name="questions", **options):
        dataset = actions.create_dataset(
            space,
            name=name,
            batches=batches,
            by=None,
            now=timezone.now(),
            **options,
        )
        return queries.get_version(dataset, None)

    return create
