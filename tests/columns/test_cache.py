"""The cache: bounded by bytes, the least recently used leave first."""

import numpy as np
import pytest

from experiments_ui.columns.cache import OVERHEAD_BYTES, Cache

EACH = 1_000  # bytes of a value, with what an entry costs


@pytest.fixture
def small(settings):
    settings.COLUMN_CACHE_BYTES = 3 * EACH
    return Cache()


def put(cache, *keys):
    for key in keys:
        cache.put(key, key.upper(), nbytes=EACH - OVERHEAD_BYTES)


def test_the_least_recently_used_leaves_when_the_limit_is_passed(small):
    put(small, "a", "b", "c")
    small.get("a")

    put(small, "d")

    assert [small.get(key) for key in "abcd"] == ["A", None, "C", "D"]
    assert small.nbytes == 3 * EACH


def test_a_value_that_is_put_again_counts_once(small):
    put(small, "a", "a", "a", "b")

    assert small.nbytes == 2 * EACH


def test_what_is_larger_than_the_cache_is_not_kept_and_pushes_nothing_out(small):
    put(small, "a")
    small.put("large", "LARGE", nbytes=9 * EACH)

    assert small.get("large") is None
    assert small.get("a") == "A"


def test_clearing_forgets_everything(small):
    put(small, "a")
    small.clear()

    assert small.get("a") is None
    assert small.nbytes == 0


def test_a_derived_value_is_built_once_for_its_revisions(small):
    built = []

    def build():
        built.append(1)
        return np.zeros(10)

    first = small.derived("sum", (1, 2), build)

    assert small.derived("sum", (1, 2), build) is first
    assert small.derived("sum", (1, 3), build) is not first
    assert len(built) == 2
    assert small.nbytes == 80 + OVERHEAD_BYTES


def test_a_derived_value_and_a_vector_of_the_same_key_are_apart(small):
    put(small, "a")
    small.derived("a", 1, lambda: np.zeros(1))

    assert small.get("a") == "A"
