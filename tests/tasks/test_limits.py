"""The row of requests that all workers of a credential share."""

from datetime import UTC, datetime, timedelta

import pytest

from experiments_ui.tasks.jobs import clock, limits
from experiments_ui.tasks.models import MOST_IN_FLIGHT, ProviderLimit
from tests.tasks import building

pytestmark = pytest.mark.django_db


class Clock:
    def __init__(self):
        self.seconds = 0.0

    def now(self):
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.seconds)


@pytest.fixture
def at(monkeypatch):
    ours = Clock()
    monkeypatch.setattr(clock, "now", ours.now)
    return ours


@pytest.fixture
def limited(db):
    return building.integration(requests_per_minute=600)


def sent_by_two(integration, at, *, seconds):
    """Let two greedy workers ask in turn; return when requests were sent."""
    sent = []
    while at.seconds < seconds:
        for _ in range(2):
            places = limits.reserve(integration, 64)
            sent += [at.seconds + delay for delay in places.delays]
        at.seconds += 0.04
    return sorted(sent)


def test_two_workers_share_one_limit_in_every_window(limited, at):
    sent = sent_by_two(limited, at, seconds=30)
    windows = [sum(start <= moment < start + 10 for moment in sent) for start in sent]
    assert max(windows) <= 100 * 1.05
    assert len(sent) >= 30 * 10 * 0.95


def test_without_a_limit_everything_goes_at_once(db):
    places = limits.reserve(building.integration(), 64)
    assert places.delays == [0.0] * 64


def test_a_refusal_blocks_everyone_for_as_long_as_it_says(limited, at):
    limits.told_to_wait(limited, 7.0)
    places = limits.reserve(limited, 5)
    assert not places.delays
    assert 6 <= places.again_s <= 7
    at.seconds = 7.0
    assert limits.reserve(limited, 1).delays == [0.0]


def test_a_refusal_blocks_without_a_limit_as_well(at):
    free = building.integration()
    limits.told_to_wait(free, 7.0)
    assert limits.reserve(free, 5).again_s == 7.0


def test_a_longer_block_is_not_cut_short_by_a_shorter_one(limited, at):
    limits.told_to_wait(limited, 20.0)
    limits.told_to_wait(limited, 1.0)
    assert limits.reserve(limited, 1).again_s > 18


def test_a_wave_of_refusals_halves_once_and_successes_climb(limited, at):
    for _ in range(10):
        limits.told_to_wait(limited, None)
    assert limits.reserve(limited, 1).most == MOST_IN_FLIGHT / 2
    limits.note(limited, successes=40, failures=[])
    assert limits.reserve(limited, 1).most == MOST_IN_FLIGHT / 2 + 20
    limits.note(limited, successes=4_000, failures=[])
    assert limits.reserve(limited, 1).most == MOST_IN_FLIGHT


def test_failures_in_a_row_are_counted_over_workers_until_a_success(limited):
    assert limits.note(limited, successes=0, failures=["a", "b"]) == 2
    assert limits.note(limited, successes=0, failures=["c"]) == 3
    assert ProviderLimit.objects.get(pk=limited.pk).last_failure == "c"
    assert limits.note(limited, successes=1, failures=["d"]) == 1
