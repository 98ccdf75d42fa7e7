"""What tests of the column store share."""

from datetime import UTC, datetime

import pytest

from experiments_ui.columns.cache import cache

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()
    yield
    cache.clear()
