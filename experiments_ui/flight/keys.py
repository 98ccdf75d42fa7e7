"""The API key in the metadata of a Flight call."""

from typing import Any

from django.utils import timezone
from pyarrow import flight

from experiments_ui.errors import Unauthenticated
from experiments_ui.spaces import principals
from experiments_ui.spaces.principals import Principal

MIDDLEWARE = "key"


class KeyMiddleware(flight.ServerMiddleware):
    def __init__(self, secret: str) -> None:
        self.secret = secret


class KeyMiddlewareFactory(flight.ServerMiddlewareFactory):
    """Keeps the key a call brought; the call itself checks it.

    The clients send it raw in ``auth-token-bin``, whose bytes arrive decoded;
    ``authorization`` is taken too, with or without ``Bearer``.
    """

    def start_call(self, info: Any, headers: dict[str, list[Any]]) -> KeyMiddleware:  # noqa: ARG002 -- pyarrow's signature
        sent = headers.get("auth-token-bin") or headers.get("authorization") or [""]
        value = sent[0]
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        return KeyMiddleware(text.removeprefix("Bearer ").strip())


def principal_of(context: flight.ServerCallContext) -> Principal:
    """Return who is calling.

    Raises:
        Unauthenticated: No key, or one that is unknown, revoked or expired.
    """
    middleware = context.get_middleware(MIDDLEWARE)
    if middleware is None:
        raise Unauthenticated("Send an API key as 'auth-token-bin'.")
    return principals.of_key(middleware.secret, now=timezone.now())
