"""An asyncio client for one credential: guarded, bounded, and patient as it is told."""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from experiments_ui.llm.errors import CallError, Kind, Recovery
from experiments_ui.llm.exchange import (
    Answer,
    Finish,
    HttpRequest,
    Json,
    Reply,
    Request,
    Structure,
)
from experiments_ui.llm.faults import fault, repaired
from experiments_ui.llm.guard import (
    GuardedResolver,
    Lookup,
    Policy,
    check_url,
    system_lookup,
)
from experiments_ui.llm.providers import WIRES
from experiments_ui.llm.providers.endpoint import Endpoint, base_url
from experiments_ui.llm.providers.wire import Form, as_object
from experiments_ui.llm.redaction import Redactor
from experiments_ui.llm.retrying import Gate, OpenGate, Retry

MOST_REPAIRS = 6
CHUNK_BYTES = 65_536
TOLD_TO_WAIT = frozenset({429, 503, 529})
MISSHAPEN = (KeyError, IndexError, TypeError, AttributeError, ValueError)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may take.

    `attempt_s` bounds one HTTP request, `deadline_s` the call with all its waiting.
    """

    connect_s: float = 10.0
    attempt_s: float = 120.0
    deadline_s: float = 300.0
    body_bytes: int = 4_000_000


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a test replaces: chance, clocks, sleep and the resolving of names."""

    random: Callable[[], float] = random.random
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    lookup: Lookup = system_lookup


@dataclass(slots=True)
class _Call:
    """What has happened to a call so far."""

    request: Request
    form: Form
    tries: int = 0
    failures: int = 0
    latency_ms: float | None = None

    def marked(self, error: CallError) -> CallError:
        error.tries, error.latency_ms = self.tries, self.latency_ms
        error.dropped = self.form.notes
        return error


class Client:
    """Calls one endpoint with one credential; never shared between two of them.

    Use as ``async with Client(endpoint, policy) as client``, in one event loop. Any
    number of calls may be in flight; their number is the caller's to bound.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        policy: Policy,
        *,
        limits: Limits | None = None,
        retry: Retry | None = None,
        gate: Gate | None = None,
        surroundings: Surroundings | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._policy = policy
        self._limits = limits or Limits()
        self._retry = retry or Retry()
        self._gate = gate or OpenGate()
        self._around = surroundings or Surroundings()
        self._wire = WIRES[endpoint.provider]
        self._redactor = Redactor(endpoint.secrets(), endpoint.headers.values())
        self._learned: dict[tuple[str, tuple[Structure, ...]], Form] = {}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        is_encrypted = not (self._endpoint.base_url or "").startswith("http:")
        lookup = self._around.lookup
        resolver = GuardedResolver(
            self._policy, is_encrypted=is_encrypted, lookup=lookup
        )
        connector = aiohttp.TCPConnector(
            resolver=resolver,
            socket_factory=resolver.socket,
            use_dns_cache=False,
            limit=0,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(sock_connect=self._limits.connect_s),
            trust_env=False,
            auto_decompress=False,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def complete(self, request: Request) -> Reply:
        """The model's answer.

        Raises:
            CallError: Of any kind but `bad_label`, which only a judge knows.
        """
        allowed = self._structures(request)
        first = Form(structure=allowed[0] if allowed else None)
        ignored = self._wire.unsupported(request)
        form = self._learned.get((request.model, allowed), first)
        call = _Call(request, form)
        try:
            async with asyncio.timeout(self._limits.deadline_s):
                reply = await self._answered(call, allowed, ignored)
        except TimeoutError:
            raise call.marked(_late(self._limits.deadline_s)) from None
        except CallError as error:
            raise call.marked(error) from error.__cause__
        if call.form is not form:
            self._learned[request.model, allowed] = call.form
        return reply

    def _structures(self, request: Request) -> tuple[Structure, ...]:
        if request.schema is None:
            return ()
        wanted = [each for each in self._wire.structures if each in request.structures]
        return tuple(wanted) or (Structure.PROMPT,)

    async def _answered(
        self, call: _Call, allowed: tuple[Structure, ...], ignored: tuple[str, ...]
    ) -> Reply:
        """Ask until there is an answer, or no use in asking."""
        while True:
            await self._gate.enter()
            sent = self._encoded(call)
            try:
                body = await self._sent(call, sent)
                reply = self._reply(call, body, ignored)
            except CallError as error:
                if not self._repair(call, sent, error, allowed):
                    await self._wait(call, error)
            else:
                await self._gate.succeeded()
                return reply

    def _encoded(self, call: _Call) -> HttpRequest:
        check_url(base_url(self._endpoint, call.request), self._policy)
        return self._wire.encode(self._endpoint, call.request, call.form)

    async def _sent(self, call: _Call, sent: HttpRequest) -> bytes:
        call.tries += 1
        began = time.perf_counter()
        try:
            async with asyncio.timeout(self._limits.attempt_s):
                return await self._exchanged(sent)
        except aiohttp.ServerTimeoutError as error:
            raise _unreachable(error) from None
        except TimeoutError:
            raise _late(self._limits.attempt_s) from None
        except aiohttp.ClientSSLError:
            message = "The provider's certificate cannot be trusted."
            raise CallError(Kind.PROVIDER, message) from None
        except (aiohttp.ClientError, OSError) as error:
            raise _unreachable(error) from None
        finally:
            call.latency_ms = (time.perf_counter() - began) * 1000

    async def _exchanged(self, sent: HttpRequest) -> bytes:
        """The body of a successful answer.

        Raises:
            CallError: For any other answer.
        """
        if self._session is None:
            raise RuntimeError("A client is used inside `async with`.")
        async with self._session.post(
            URL(sent.url, encoded=True),
            data=sent.body,
            headers=sent.headers,
            allow_redirects=False,
        ) as response:
            body = await self._bounded(response)
            if response.status != 200:
                raise self._fault(response, body)
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise _unreadable("The answer is compressed, which was not asked for.")
            return body

    async def _bounded(self, response: aiohttp.ClientResponse) -> bytes:
        most = self._limits.body_bytes
        body = bytearray()
        async for chunk in response.content.iter_chunked(CHUNK_BYTES):
            body += chunk
            if len(body) > most:
                response.close()
                raise CallError(
                    Kind.RESPONSE_TOO_LARGE,
                    f"The answer is larger than {most:,} bytes.",
                    status=response.status,
                    raw=self._redactor.excerpt(bytes(body)),
                )
        return bytes(body)

    def _fault(self, response: aiohttp.ClientResponse, body: bytes) -> CallError:
        readable = as_object(body.decode("utf-8", "replace"))
        raw = self._redactor.excerpt(body)
        now = self._around.now()
        return fault(response.status, dict(response.headers), readable, raw, now)

    def _reply(self, call: _Call, body: bytes, ignored: tuple[str, ...]) -> Reply:
        answer = self._decoded(body)
        text = self._redactor.whole(answer.text)
        model = self._redactor.whole(str(answer.model or call.request.model))[:200]
        if answer.finish is Finish.REFUSAL:
            error = CallError(Kind.REFUSAL, "The model refused to answer.", status=200)
            raise billed(error, answer, model, self._redactor.excerpt(body))
        return Reply(
            text=text,
            json=as_object(text),
            tool_calls=answer.tool_calls,
            finish=answer.finish,
            tokens_in=answer.tokens_in,
            tokens_out=answer.tokens_out,
            model=model,
            tries=call.tries,
            dropped=(*ignored, *call.form.notes),
            latency_ms=call.latency_ms or 0.0,
            body=body,
            redactor=self._redactor,
        )

    def _decoded(self, body: bytes) -> Answer:
        readable = as_object(body.decode("utf-8", "replace"))
        raw = self._redactor.excerpt
        if readable is None:
            raise _unreadable("The answer is not a JSON object.", raw(body))
        if error := readable.get("error"):
            raise self._hidden_fault(error, readable, raw(body))
        try:
            return self._wire.decode(readable)
        except MISSHAPEN:
            message = "The answer does not have the provider's shape."
            raise _unreadable(message, raw(body)) from None

    def _hidden_fault(self, error: object, body: Json, raw: str) -> CallError:
        """An error that a gateway passed on as a success, perhaps with its status."""
        code = error.get("code") if isinstance(error, dict) else None
        if isinstance(code, int) and 400 <= code <= 599:
            return fault(code, {}, body, raw, self._around.now())
        return CallError(
            Kind.PROVIDER,
            "The provider answered with an error.",
            recovery=Recovery.RETRY,
            status=200,
            raw=raw,
        )

    def _repair(
        self,
        call: _Call,
        sent: HttpRequest,
        error: CallError,
        allowed: tuple[Structure, ...],
    ) -> bool:
        """Whether the request can be put differently; if so, it is from now on."""
        if len(call.form.notes) >= MOST_REPAIRS:
            return False
        form = repaired(call.form, json.loads(sent.body), error, allowed)
        call.form = form or call.form
        return form is not None

    async def _wait(self, call: _Call, error: CallError) -> None:
        """Sleep before the next try, or raise if there is none."""
        if error.recovery is not Recovery.RETRY:
            raise error
        if error.status in TOLD_TO_WAIT or error.retry_after_s is not None:
            await self._gate.told_to_wait(error.retry_after_s)
        call.failures += 1
        wait_s = self._retry.wait_s(
            call.failures, error.retry_after_s, self._around.random
        )
        if wait_s is None:
            raise _given_up(error)
        await self._around.sleep(wait_s)


def billed(error: CallError, answer: Answer, model: str, raw: str) -> CallError:
    """An error that cost tokens all the same."""
    error.tokens_in, error.tokens_out = answer.tokens_in, answer.tokens_out
    error.model, error.raw = model, raw
    return error


def _late(seconds: float) -> CallError:
    message = f"No answer within {seconds:g} seconds."
    return CallError(Kind.DEADLINE, message, recovery=Recovery.RETRY)


def _unreadable(message: str, raw: str = "") -> CallError:
    return CallError(Kind.UNPARSEABLE, message, status=200, raw=raw)


def _unreachable(error: Exception) -> CallError:
    # Its text may hold what the server sent; the name of the kind cannot.
    message = f"The provider cannot be reached ({type(error).__name__})."
    return CallError(Kind.PROVIDER, message, recovery=Recovery.RETRY)


def _given_up(error: CallError) -> CallError:
    if error.kind is Kind.PROVIDER:
        error.kind = Kind.RETRIES_EXHAUSTED
    return error
