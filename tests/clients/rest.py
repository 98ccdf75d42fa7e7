"""REST with nothing but a key: urllib from the standard library."""

import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    type: str
    body: Any  # parsed JSON, None when there is no content


class Rest:
    """Sends plain HTTP requests to a server's /v2."""

    def __init__(self, url: str, key: str | None) -> None:
        self._url = url
        self.key = key

    def get(self, path: str, **query: object) -> Answer:
        return self.send("GET", path, **query)

    def post(self, path: str, body: object, **query: object) -> Answer:
        return self.send("POST", path, body, **query)

    def delete(self, path: str, body: object | None = None) -> Answer:
        return self.send("DELETE", path, body)

    def send(
        self, method: str, path: str, body: object | None = None, **query: object
    ) -> Answer:
        """Send one request; `body` is sent as it is when it is bytes."""
        text = urllib.parse.urlencode(query)
        request = urllib.request.Request(
            f"{self._url}/v2{path}" + (f"?{text}" if text else ""), method=method
        )
        if self.key is not None:
            request.add_header("Authorization", f"Bearer {self.key}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = (
                body if isinstance(body, bytes) else json.dumps(body).encode()
            )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return _read(answer)
        except urllib.error.HTTPError as error:
            with error:
                return _read(error)


def _read(answer: Any) -> Answer:
    content = answer.read()
    kind = answer.headers.get("Content-Type") or ""
    return Answer(answer.status, kind, json.loads(content) if content else None)
