"""The Test button: one small real call, and what came of it in words."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from experiments_ui.errors import DomainError, Invalid
from experiments_ui.integrations import actions, queries
from experiments_ui.integrations.addresses import policy
from experiments_ui.integrations.calling import endpoint_of
from experiments_ui.integrations.models import Integration
from experiments_ui.llm.client import Client, Limits
from experiments_ui.llm.errors import CallError, Kind
from experiments_ui.llm.exchange import Message, Reply, Request
from experiments_ui.llm.providers.endpoint import Endpoint
from experiments_ui.llm.retrying import Retry
from experiments_ui.web.templatetags.shown import milliseconds

_LIMITS = Limits(attempt_s=20.0, deadline_s=30.0)
_WORDS = {
    Kind.AUTH: "The provider does not accept the key.",
    Kind.QUOTA_EXHAUSTED: "The quota of this key is used up.",
    Kind.DEADLINE: "There was no answer within 30 seconds.",
    Kind.REDIRECT_REFUSED: "The address leads on to another one; enter that one.",
    Kind.RESPONSE_TOO_LARGE: "The answer is too large to be a model's.",
    Kind.UNPARSEABLE: "What answers at this address is no such provider.",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """How a test went; `kind` is the kind of error, and empty after a good call."""

    ok: bool
    words: str
    kind: str = ""
    model: str = ""
    latency_ms: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None


def try_out(integration: Integration, *, model: str, now: datetime) -> Trial:
    """Ask a model for one word; keep how it went, and count what it cost.

    It takes as long as the model does, 30 seconds at most. No transaction is open.

    Raises:
        Invalid: No model is named, or the month's budget is spent.
    """
    model = model or next(iter(integration.model_names or []), "")
    if not model:
        raise Invalid("Name a model to test with, or list the models first.")
    left = queries.budget_left(integration, now=now)
    if left is not None and left <= 0:
        raise Invalid("This month's budget is spent; raise it to make a call.")
    trial = _trial(integration, model)
    if trial.input_tokens is not None or trial.output_tokens is not None:
        _count(integration, trial, asked=model, now=now)
    actions.record_test(integration, asdict(trial), now=now)
    return trial


def _trial(integration: Integration, model: str) -> Trial:
    try:
        reply = asyncio.run(_ask(endpoint_of(integration), model))
    except DomainError as error:
        return Trial(ok=False, words=error.message, kind="key", model=model)
    except CallError as error:
        return _failed(error, model)
    name = reply.model or model
    took = milliseconds(reply.latency_ms)
    return Trial(
        ok=True,
        words=f"{name} answered in {took}{_tokens(reply)}.",
        model=name,
        latency_ms=reply.latency_ms,
        input_tokens=reply.tokens_in,
        output_tokens=reply.tokens_out,
    )


async def _ask(endpoint: Endpoint, model: str) -> Reply:
    request = Request(
        model=model,
        messages=(Message("user", "Answer with the one word OK."),),
        # Models that think need some tokens for it.
        parameters={"max_tokens": 256},
    )
    async with Client(
        endpoint, policy(), limits=_LIMITS, retry=Retry(tries=2)
    ) as client:
        return await client.complete(request)


def _failed(error: CallError, model: str) -> Trial:
    # Cut off is an answer: the key, the address and the model are right.
    ok = error.kind == Kind.TRUNCATED
    words = "The model answers." if ok else _WORDS.get(error.kind, error.message)
    status = f" (HTTP {error.status})" if error.status and not ok else ""
    return Trial(
        ok=ok,
        words=f"{words}{status}",
        kind="" if ok else error.kind.value,
        model=model,
        latency_ms=error.latency_ms,
        input_tokens=error.tokens_in,
        output_tokens=error.tokens_out,
    )


def _tokens(reply: Reply) -> str:
    if reply.tokens_in is None or reply.tokens_out is None:
        return ""
    return f", {reply.tokens_in} tokens in and {reply.tokens_out} out"


def _count(
    integration: Integration, trial: Trial, *, asked: str, now: datetime
) -> None:
    tokens_in, tokens_out = trial.input_tokens or 0, trial.output_tokens or 0
    price = queries.price_of(integration, asked)
    usd: Decimal | None = price.of(tokens_in, tokens_out) if price else None
    actions.record_spending(
        integration,
        now=now,
        usd=usd,
        input_tokens=tokens_in,
        output_tokens=tokens_out,
    )
