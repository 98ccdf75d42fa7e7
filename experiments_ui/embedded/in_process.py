"""The REST interface without a socket: the first start loads its sample through it."""

import io
from collections.abc import Iterable
from typing import Any, cast

import orjson
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

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
        # Not by the WSGI call: its signals would close the connection, and with it
        # the transaction that the first start is.
        request = WSGIRequest(self._environment(method, path, body))
        answer = self._application.get_response(request)
        content = b"".join(cast("Iterable[bytes]", answer))
        if not 200 <= answer.status_code < 300:
            raise DomainError(f"{method} {path}: {answer.status_code} {content!r:.300}")
        return orjson.loads(content) if content else None

    def _environment(self, method: str, path: str, body: bytes) -> dict[str, Any]:
        route, _, query = path.partition("?")
        return {
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
        }
