"""The OpenAPI document at /api/schema, and its pages at /api/docs."""

from functools import cache
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document; it is the same for everyone, so it is made once."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # no types there
    made: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # as above
    return made


class Schema(APIView):
    """Open to everyone: it says what the interface is, not what is stored."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:  # noqa: ARG002 -- the same for all
        return Response(document())


class Pages(SpectacularSwaggerSplitView):
    """Swagger UI from the server's own files; its script comes from `?script`."""

    authentication_classes = ()
    permission_classes = ()


# Swagger UI writes style attributes and shows its icons from data: addresses.
_loosened = csp_replace({"style-src": [SELF, "'unsafe-inline'"]})

urls = [
    path("api/schema", Schema.as_view(), name="schema"),
    path("api/docs", _loosened(Pages.as_view()), name="api-docs"),
]
