"""The fake's HTTP server: raw asyncio, so that it is never what a test waits for."""

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

from tests.fakes.provider import rules, wires
from tests.fakes.provider.behaviours import Plan, Settings, plan
from tests.fakes.provider.log import Line, Log, now
from tests.fakes.provider.replies import REFUSALS, Sent, reply

PROMPT_CHARACTERS = 2_000
REASONS = {200: "OK", 302: "Found", 400: "Bad Request", 404: "Not Found"}


class Provider:
    """What all connections share: settings, log and the rate limit."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.log = Log()
        self._allowance = 0.0
        self._refilled_at = now()

    def control(self, method: str, path: str, body: bytes) -> Any:
        """Answer one of the fake's own addresses."""
        path, _, query = path.partition("?")
        if (method, path) == ("POST", "/_settings"):
            self.settings = replace(Settings(), **json.loads(body or b"{}"))
        if (method, path) == ("POST", "/_reset"):
            self.log, self.settings = Log(), Settings()
        if path == "/_log":
            return self.log.since(int(parse_qs(query).get("since", ["0"])[0]))
        if path == "/_window":
            return self.log.most_within(float(parse_qs(query)["seconds"][0]))
        return self.log.totals()

    def is_over_limit(self) -> bool:
        """Whether this request comes too soon; the bucket holds one second's worth."""
        rate = self.settings.per_second
        if not rate:
            return False
        elapsed, self._refilled_at = now() - self._refilled_at, now()
        self._allowance = min(max(rate, 1.0), self._allowance + elapsed * rate)
        if self._allowance < 1:
            return True
        self._allowance -= 1
        return False

    def noted(self, asked: wires.Asked, credential: str) -> tuple[Line, Plan]:
        """Write a request down and decide what happens to it."""
        text = rules.judged(asked.prompt)
        key = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
        attempt = self.log.attempt(asked.model, key)
        planned = plan(asked.model, key, attempt, self.settings)
        line = Line(
            number=len(self.log.lines),
            at=now(),
            wire=asked.wire,
            model=asked.model,
            key=key,
            attempt=attempt,
            credential=credential,
            behaviours=sorted(planned.behaviours),
            prompt=asked.prompt[:PROMPT_CHARACTERS],
        )
        self.log.lines.append(line)
        return line, planned


class Connection(asyncio.Protocol):
    """One client's connection; requests on it are answered in turn."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._buffer = bytearray()
        self._transport: Any = None
        self._hanging: list[Log] = []

    def connection_lost(self, _: Exception | None) -> None:
        for log in self._hanging:
            log.in_flight -= 1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            first, headers = _head(bytes(self._buffer[:end]))
            length = int(headers.get("content-length", 0))
            if len(self._buffer) < end + 4 + length:
                return
            body = bytes(self._buffer[end + 4 : end + 4 + length])
            del self._buffer[: end + 4 + length]
            method, path, *_ = first.split(" ")
            self._handle(method, path, headers, body)

    def _handle(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> None:
        if path.startswith("/_"):
            answer = self._provider.control(method, path, body)
            self._send(Sent(200, json.dumps(answer).encode()))
            return
        try:
            asked = wires.read(path, json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            self._send(
                Sent(400, json.dumps({"error": {"message": repr(error)}}).encode())
            )
            return
        if asked is None:
            self._send(Sent(404, b'{"error": {"message": "no such address"}}'))
            return
        self._answer(asked, _credential(headers))

    def _answer(self, asked: wires.Asked, credential: str) -> None:
        line, planned = self._provider.noted(asked, credential)
        if self._provider.is_over_limit():
            line.behaviours.append("over-limit")
            sent = REFUSALS["429"](asked, credential, self._provider.settings)
            self._finish(line, sent)
            return
        if "drop" in planned.behaviours:
            self._transport.abort()
            return
        self._provider.log.in_flight += 1
        log = self._provider.log
        log.most_in_flight = max(log.most_in_flight, log.in_flight)
        if "hang" in planned.behaviours:
            self._hanging.append(log)
            return
        settings = self._provider.settings
        sent = reply(asked, planned.behaviours, credential, settings)
        wait_s = planned.latency_ms / 1000
        asyncio.get_running_loop().call_later(
            wait_s, self._finish_late, log, line, sent
        )

    def _finish_late(self, log: Log, line: Line, sent: Sent) -> None:
        log.in_flight -= 1
        self._finish(line, sent)

    def _finish(self, line: Line, sent: Sent) -> None:
        line.status, line.answered_at = sent.status, now()
        line.tokens_in, line.tokens_out = sent.tokens_in, sent.tokens_out
        line.label = sent.label
        line.was_read = not self._transport.is_closing()
        self._send(sent)

    def _send(self, sent: Sent) -> None:
        if self._transport.is_closing():
            return
        headers = {"Content-Type": "application/json", **sent.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        reason = REASONS.get(sent.status, "Status")
        head = f"HTTP/1.1 {sent.status} {reason}\r\n{lines}"
        head += f"Content-Length: {len(sent.body)}\r\n\r\n"
        self._transport.write(head.encode() + sent.body)


def _head(text: bytes) -> tuple[str, dict[str, str]]:
    first, *lines = text.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return first, {name.strip().lower(): value.strip() for name, _, value in pairs}


def _credential(headers: dict[str, str]) -> str:
    for name in ("authorization", "x-api-key", "api-key", "x-goog-api-key"):
        if name in headers:
            return headers[name].removeprefix("Bearer ")
    return ""


async def serve(
    port: int = 0, ready: Callable[[int], object] = print, host: str = "127.0.0.1"
) -> None:
    """Serve until cancelled; `ready` is called with the port."""
    provider = Provider()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(provider), host, port, backlog=1024
    )
    ready(server.sockets[0].getsockname()[1])
    await server.serve_forever()
