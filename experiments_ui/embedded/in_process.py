"""The REST interface without a socket: the first start loads its sample through it."""

import io
from collections.abc import Callable
from typing import Any

import orjson
from django.core.handlers.wsgi import WSGIHandler

from experiments_ui.errors import DomainError


class InProcessClient:
    """Sends requests to this process's own WSGI application, with an API key."""

    def __init__(self, application: WSGIHandler, secret: str) -> None:
        self._application = application
        self._secret = secret

    def get(self, path: str) -> Any:
        return self._send("GET", path, b"")

    def post(self, path: str, body: object) -> Any:
        return self._send("POST", path, orjson.dumps(body))

    def _send(self, method: str, path: str, body: bytes) -> Any:
        route, _, query = path.partition("?")
        statuses: list[str] = []

        def start(status: str, *_: object) -> Callable[[bytes], object]:
            statuses.append(status)
            return io.BytesIO().write

        answer = self._application(
            {
                "REQUEST_METHOD": method,
                "PATH_INFO": route,
                "QUERY_STRING": query,
                "CONTENT_TYPE": "application/json",
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_AUTHORIZATION": f"Bearer {self._secret}",
                "SERVER_NAME": "localhost",
                "SERVER_PORT": "80",
                "wsgi.input": io.BytesIO(body),
                "wsgi.errors": io.StringIO(),
                "wsgi.url_scheme": "http",
            },
            start,
        )
        content = b"".join(answer)
        answer.close()
        if not statuses[0].startswith("2"):
            raise DomainError(f"{method} {path}: {statuses[0]} {content[:300]!r}")
        return orjson.loads(content) if content else None
