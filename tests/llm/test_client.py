"""The client against a provider that misbehaves in every known way (BI-25)."""

import asyncio
import json
import logging

import pytest

from experiments_ui.llm.client import Limits
from experiments_ui.llm.errors import CallError, Kind, Recovery
from experiments_ui.llm.exchange import Message, Request, Structure
from experiments_ui.llm.providers.endpoint import Provider
from tests.llm.conftest import (
    AWS_KEY,
    KEY,
    Naps,
    client_at,
    endpoint_at,
    judge,
    run,
)

WIRES = [Provider.OPEN_AI, Provider.ANTHROPIC, Provider.AWS_BEDROCK, Provider.GEMINI]
ROW = {"output": "gold: correct"}


def failing(fake, model, *, provider=Provider.OPEN_AI, parameters=None, **more):
    asked = judge(model, parameters=parameters or {})
    with pytest.raises(CallError) as raised:
        run(fake, ROW, judge_=asked, provider=provider, **more)
    return raised.value


@pytest.mark.parametrize("provider", list(Provider))
def test_every_provider_is_asked_and_answers(fake, provider):
    endpoint = endpoint_at(fake, provider, project="p")
    verdict = run(fake, {"output": "gold: incorrect"}, endpoint=endpoint)
    assert (verdict.label, verdict.score) == ("incorrect", 0.0)
    (line,) = fake.log()
    reply = verdict.reply
    assert (reply.tokens_in, reply.tokens_out) == (
        line["tokens_in"],
        line["tokens_out"],
    )
    assert reply.model.startswith("judge")
    assert reply.tries == 1
    assert reply.latency_ms > 0


@pytest.mark.parametrize("provider", WIRES)
@pytest.mark.parametrize(
    ("model", "kind", "recovery"),
    [
        ("judge+401", Kind.AUTH, Recovery.FATAL),
        ("judge+403", Kind.AUTH, Recovery.FATAL),
        ("judge+404", Kind.PROVIDER, Recovery.FATAL),
        ("judge+400", Kind.PROVIDER, Recovery.FATAL),
        ("judge+filtered", Kind.REFUSAL, Recovery.FATAL),
        ("judge+refuse", Kind.REFUSAL, Recovery.FATAL),
        ("judge+quota", Kind.QUOTA_EXHAUSTED, Recovery.QUOTA),
        ("judge+429", Kind.RETRIES_EXHAUSTED, Recovery.RETRY),
        ("judge+500", Kind.RETRIES_EXHAUSTED, Recovery.RETRY),
        ("judge+529", Kind.RETRIES_EXHAUSTED, Recovery.RETRY),
        ("judge+drop", Kind.RETRIES_EXHAUSTED, Recovery.RETRY),
        ("judge+error-body", Kind.RETRIES_EXHAUSTED, Recovery.RETRY),
        ("judge+html", Kind.UNPARSEABLE, Recovery.FATAL),
        ("judge+deep", Kind.UNPARSEABLE, Recovery.FATAL),
        ("judge+nonsense", Kind.UNPARSEABLE, Recovery.FATAL),
        ("judge+empty", Kind.UNPARSEABLE, Recovery.FATAL),
        ("judge+gzip", Kind.UNPARSEABLE, Recovery.FATAL),
        ("judge+cut-json", Kind.UNPARSEABLE, Recovery.FATAL),
        ("judge+cut", Kind.TRUNCATED, Recovery.FATAL),
        ("judge+off-label", Kind.BAD_LABEL, Recovery.FATAL),
        ("judge+redirect", Kind.REDIRECT_REFUSED, Recovery.FATAL),
        ("judge+huge", Kind.RESPONSE_TOO_LARGE, Recovery.FATAL),
    ],
)
def test_every_failure_has_a_kind(fake, provider, model, kind, recovery):
    error = failing(fake, model, provider=provider)
    assert (error.kind, error.recovery) == (kind, recovery)
    assert error.tries == 1
    assert error.message.endswith(".")


@pytest.mark.parametrize("model", ["judge+off-label", "judge+cut", "judge+nonsense"])
def test_an_unusable_answer_tells_what_it_cost_and_what_it_was(fake, model):
    error = failing(fake, model)
    (line,) = fake.log()
    assert (error.tokens_in, error.tokens_out) == (
        line["tokens_in"],
        line["tokens_out"],
    )
    assert "chat.completion" in error.raw
    assert error.model == "judge-2026-01-01"


@pytest.mark.parametrize("provider", WIRES)
def test_a_refusal_tells_what_it_cost(fake, provider):
    error = failing(fake, "judge+refuse", provider=provider)
    assert error.tokens_in > 0
    assert error.raw


def test_a_hanging_provider_is_left_after_the_time_of_an_attempt(fake):
    limits = Limits(attempt_s=0.05, deadline_s=20)
    error = failing(fake, "judge+hang", limits=limits, tries=3)
    assert (error.kind, error.recovery) == (Kind.DEADLINE, Recovery.RETRY)
    assert error.tries == 3


def test_a_call_ends_at_its_deadline_however_often_it_may_be_tried(fake):
    limits = Limits(attempt_s=0.05, deadline_s=0.2)
    error = failing(fake, "judge+hang", limits=limits, tries=1_000)
    assert error.kind is Kind.DEADLINE
    assert 1 < error.tries < 6


@pytest.mark.parametrize(
    ("behaviour", "provider", "asked_s"),
    [
        ("429x2", Provider.OPEN_AI, 7),
        ("429-msx2", Provider.ANTHROPIC, 7),
        ("429x2", Provider.GEMINI, 1.25),
        ("429-googlex2", Provider.AWS_BEDROCK, 2.5),
    ],
)
def test_a_limited_call_waits_as_it_is_asked_and_is_tried_again(
    fake, behaviour, provider, asked_s
):
    fake.configure(retry_after_s=asked_s)
    naps = Naps()
    asked = judge(f"judge+{behaviour}")
    verdict = run(fake, ROW, judge_=asked, provider=provider, tries=6, naps=naps)
    assert verdict.label == "correct"
    assert verdict.reply.tries == 3
    assert naps.seconds == [asked_s, asked_s]


def test_a_date_is_waited_for(fake):
    fake.configure(retry_after_s=30)
    naps = Naps()
    run(fake, ROW, judge_=judge("judge+429-datex1"), tries=2, naps=naps)
    assert 20 < naps.seconds[0] < 32


def test_a_very_long_wait_is_the_callers_to_plan(fake):
    naps = Naps()
    error = failing(fake, "judge+429-huge", tries=6, naps=naps)
    assert (error.retry_after_s, naps.seconds) == (86_400.0, [])
    assert error.recovery is Recovery.RETRY


def test_an_overloaded_provider_is_tried_again(fake):
    asked = judge("judge+529x1+500x1")
    assert run(fake, ROW, judge_=asked, tries=3).reply.tries == 2


@pytest.mark.parametrize("provider", WIRES)
def test_a_parameter_that_is_refused_is_left_out_once_for_all(fake, provider):
    asked = judge("judge+no-temperature", parameters={"temperature": 0})

    async def twice():
        async with client_at(fake, provider) as client:
            return [await asked.run(ROW, client=client) for _ in range(2)]

    first, second = asyncio.run(twice())
    assert first.reply.dropped == second.reply.dropped == ("temperature",)
    assert (first.reply.tries, second.reply.tries) == (2, 1)


def test_a_limit_of_tokens_is_renamed_and_never_left_out(fake):
    asked = judge("judge+no-max-tokens", parameters={"max_tokens": 50})
    reply = run(fake, ROW, judge_=asked).reply
    assert reply.dropped == ("max_tokens→max_completion_tokens",)


@pytest.mark.parametrize(
    ("model", "tries"), [("judge+no-schema", 2), ("judge+no-schema+no-tools", 3)]
)
@pytest.mark.parametrize(
    "provider", [Provider.OPEN_AI, Provider.ANTHROPIC, Provider.GEMINI]
)
def test_a_model_without_schemas_is_asked_by_tool_then_in_words(
    fake, provider, model, tries
):
    verdict = run(fake, ROW, judge_=judge(model), provider=provider)
    assert verdict.label == "correct"
    assert verdict.reply.tries == tries
    assert verdict.reply.dropped[0] == "schema→tool"


def test_a_way_that_is_not_allowed_is_not_taken(fake):
    asked = judge("judge+no-schema", structures=frozenset({Structure.SCHEMA}))
    with pytest.raises(CallError) as raised:
        run(fake, ROW, judge_=asked)
    assert raised.value.status == 400


def test_what_a_wire_has_no_place_for_is_noted(fake):
    asked = judge(parameters={"frequency_penalty": 1, "temperature": 0})
    reply = run(fake, ROW, judge_=asked, provider=Provider.ANTHROPIC).reply
    assert reply.dropped == ("frequency_penalty",)


@pytest.mark.parametrize("provider", WIRES)
def test_no_key_is_in_an_error_or_a_log(fake, provider, caplog):
    caplog.set_level(logging.DEBUG)
    error = failing(fake, "judge+echo-key", provider=provider)
    told = f"{error!r} {error.message} {error.raw} {caplog.text}"
    assert "redacted" in error.raw
    for key in (KEY, KEY[-12:], *AWS_KEY.split(":")):
        assert key not in told


def test_a_model_that_says_the_key_is_not_quoted(fake):
    verdict = run(fake, ROW, judge_=judge("judge+say-key"))
    assert KEY not in f"{verdict.explanation} {verdict.reply.text} {verdict.reply.raw}"
    assert verdict.explanation == "I was called with [redacted]"


def test_two_tenants_keep_their_own_keys_and_headers(fake):
    """Two clients in one loop, as two batches in one worker (BI-24)."""

    async def both():
        one = endpoint_at(fake, api_key="key-of-tenant-one")
        two = endpoint_at(fake, api_key="key-of-tenant-two")
        async with (
            client_at(fake, endpoint=one) as a,
            client_at(fake, endpoint=two) as b,
        ):
            rows = [{"output": f"row {number}"} for number in range(20)]
            await asyncio.gather(
                *(judge("one").run(row, client=a) for row in rows),
                *(judge("two").run(row, client=b) for row in rows),
            )

    asyncio.run(both())
    seen = {(line["model"], line["credential"]) for line in fake.log()}
    assert seen == {("one", "key-of-tenant-one"), ("two", "key-of-tenant-two")}


class Counting:
    """A gate that counts."""

    def __init__(self):
        self.entered, self.told, self.good = 0, [], 0

    async def enter(self):
        self.entered += 1

    async def told_to_wait(self, seconds):
        self.told.append(seconds)

    async def succeeded(self):
        self.good += 1


def test_a_gate_is_asked_before_each_request_and_told_of_limits(fake):
    fake.configure(retry_after_s=3)
    gate = Counting()
    run(fake, ROW, judge_=judge("judge+429x1+500x2"), tries=4, gate=gate)
    assert (gate.entered, gate.told, gate.good) == (3, [3.0], 1)


def test_a_prompt_without_a_schema_is_answered_in_words(fake):
    async def once():
        async with client_at(fake) as client:
            return await client.complete(Request("m", (Message("user", "hello"),)))

    reply = asyncio.run(once())
    assert (reply.text, reply.json) == ("HELLO", None)
    assert json.loads(reply.raw)["choices"]


def test_a_certificate_that_nobody_vouches_for_is_refused(fake, untrusted):
    """TLS that fails ends the call at once (BI-25), before anything is sent."""
    endpoint = endpoint_at(fake, base_url=untrusted)
    error = failing(fake, "judge", endpoint=endpoint, tries=3)
    assert (error.kind, error.recovery) == (Kind.PROVIDER, Recovery.FATAL)
    assert "certificate" in error.message
    assert error.tries == 1
