"""A stand-in for an OpenAI-compatible server, on loopback, that answers what it is told.

Use it as `with FakeOpenAI() as fake:` and point a client at `fake.base_url`.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answers to one chat request."""

    content: str
    status: int = 200
    seconds: float = 0.0


def echo(request: dict[str, Any]) -> Reply:
    """Answer with the last message, in capitals."""
    return Reply(str(request["messages"][-1]["content"]).upper())


class FakeOpenAI:
    """Serves POST /v1/chat/completions; `requests` holds the bodies it was sent."""

    def __init__(self, reply: Callable[[dict[str, Any]], Reply] = echo) -> None:
        self.reply = reply
        self.requests: list[dict[str, Any]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> "FakeOpenAI":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler_for(fake: FakeOpenAI) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path != "/v1/chat/completions":
                self._send(404, {"error": {"message": f"no {self.path} here"}})
                return
            request = json.loads(body)
            fake.requests.append(request)
            reply = fake.reply(request)
            time.sleep(reply.seconds)
            if reply.status == 200:
                self._send(200, completion(request, reply.content))
            else:
                error = {"message": reply.content, "type": "fake", "code": None}
                self._send(reply.status, {"error": error})

        def _send(self, status: int, document: dict[str, Any]) -> None:
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    return Handler


def completion(request: dict[str, Any], content: str) -> dict[str, Any]:
    """Return a chat completion; a token is a word."""
    prompt = sum(len(str(m.get("content")).split()) for m in request["messages"])
    words = len(content.split())
    return {
        "id": "chatcmpl-fake",
        "object": "chat.completion",
        "created": 1_780_000_000,
        "model": request.get("model", "fake-model"),
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": content},
            }
        ],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": words,
            "total_tokens": prompt + words,
        },
    }
