"""The API key of a REST request."""

from typing import Any

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from experiments_ui.errors import Unauthenticated
from experiments_ui.spaces import principals
from experiments_ui.spaces.principals import Principal


class BearerKey(BaseAuthentication):
    """Authorization: Bearer <key>; the bare key is taken too."""

    def authenticate(self, request: Request) -> tuple[Any, Principal]:
        header = request.headers.get("Authorization", "")
        scheme, _, rest = header.partition(" ")
        secret = rest if scheme.lower() == "bearer" else header
        principal = principals.of_key(secret.strip(), now=timezone.now())
        return principal.user, principal

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 -- DRF's signature
        return "Bearer"


class HasKey(BasePermission):
    """Whoever got through BearerKey; what they may do is the door's to say."""

    def has_permission(self, request: Request, view: Any) -> bool:  # noqa: ARG002 -- DRF's signature
        return isinstance(request.auth, Principal)


def caller(request: Request) -> Principal:
    """Return who is calling an endpoint."""
    if not isinstance(request.auth, Principal):
        raise Unauthenticated("Send an API key: 'Authorization: Bearer <key>'.")
    return request.auth
