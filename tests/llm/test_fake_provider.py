"""The fake keeps its word: seeded faults, an honest log, and enough speed."""

import asyncio
from collections import Counter

from experiments_ui.llm.client import Limits
from experiments_ui.llm.errors import CallError, Kind
from tests.fakes.provider import FakeProvider
from tests.fakes.provider.behaviours import Settings, strikes
from tests.llm.conftest import client_at, judge

SHARES = {"429": 0.05, "500": 0.02, "nonsense": 0.01}


def drawn(seed, count=20_000):
    settings = Settings(shares=SHARES, seed=seed)
    return Counter(strikes(f"text {number}", 1, settings) for number in range(count))


def test_shares_strike_about_as_often_as_they_say_and_repeat_with_their_seed():
    first = drawn(1)
    assert first == drawn(1)
    assert first != drawn(2)
    for name, share in SHARES.items():
        assert abs(first[name] / 20_000 - share) < 0.005


def ask_all(fake, count, *, model="judge", **more):
    async def one(client, number):
        try:
            return await judge(model).run({"output": f"row {number}"}, client=client)
        except CallError as error:
            return error

    async def asked():
        async with client_at(fake, **more) as client:
            return await asyncio.gather(*(one(client, n) for n in range(count)))

    return asyncio.run(asked())


def test_the_log_and_its_totals_agree_with_what_the_client_saw(fake):
    fake.configure(shares=SHARES, seed=3, retry_after_s=0)
    results = ask_all(fake, 300, tries=10)
    verdicts = [result for result in results if not isinstance(result, CallError)]
    errors = [result for result in results if isinstance(result, CallError)]
    totals = fake.totals()
    assert 0 < len(errors) < 15
    assert totals["answered"] == totals["distinct"] == 300
    assert totals["repeated"] == totals["in_flight"] == 0
    counted = sum(each.reply.tokens_in for each in verdicts)
    assert totals["tokens_in"] == counted + sum(each.tokens_in for each in errors)
    assert totals["requests"] == sum(totals["statuses"].values()) > 300


def test_a_limit_of_requests_a_second_is_kept(fake):
    fake.configure(per_second=20)
    results = ask_all(fake, 60)
    refused = [result for result in results if isinstance(result, CallError)]
    assert {error.status for error in refused} == {429}
    assert len(refused) >= 20
    assert fake.most_within(60) == 60


def test_it_runs_in_a_process_of_its_own_and_forgets_on_demand():
    with FakeProvider(in_process=True) as fake:
        ask_all(fake, 5)
        assert [line["number"] for line in fake.log(since=2)] == [2, 3, 4]
        fake.reset()
        assert fake.totals()["requests"] == 0


def test_a_caller_that_hangs_up_is_no_longer_in_flight():
    with FakeProvider() as fresh:
        limits = Limits(attempt_s=0.05, deadline_s=5)
        hung = ask_all(fresh, 3, limits=limits, model="judge+hang")
        assert {error.kind for error in hung} == {Kind.DEADLINE}
        assert any(fresh.totals()["in_flight"] == 0 for _ in range(100))
        assert fresh.totals()["most_in_flight"] == 3
