"""The OpenAPI description: how endpoints are described, and what holds for all."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers

_View = TypeVar("_View", bound=Callable[..., Any])

_PROBLEMS = {
    "400": "The request cannot be read, or holds a malformed id.",
    "401": "There is no key, or it is unknown, revoked or expired.",
    "403": "The key's role is not enough.",
    "404": "There is no such thing, or it is not the key's to see.",
    "409": "The name is taken, or the thing is in use.",
    "413": "The body is too large.",
    "422": "A member is missing, unknown or out of range.",
}
_PROBLEM = {
    "type": "object",
    "description": "An error (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, and what to do."},
        "instance": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # it registers subclasses as they are made
    target_class = "experiments_ui.spaces.authentication.BearerKey"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002 -- its signature
        return {"type": "http", "scheme": "bearer", "description": "An API key."}


class Pagination(serializers.Serializer[Any]):
    """Where a list goes on."""

    has_more = serializers.BooleanField()
    next_cursor = serializers.CharField(required=False)


def describes(
    operation: str,
    *,
    takes: Any = None,
    answers: Any = None,
    status: int = 200,
    query: Sequence[str] = (),
) -> Callable[[_View], _View]:
    """Describe one endpoint: its operation id, body, answer and query members.

    `answers` is a serializer, or None for an answer without a body. The problems
    that any endpoint may answer are added to all of them at once.
    """
    answer = answers or OpenApiResponse(description="Done; there is no body.")
    parameters = [_query_member(name) for name in query]
    decorate: Callable[[_View], _View] = extend_schema(
        operation_id=operation,
        request=takes,
        responses={status: answer},
        parameters=parameters,
    )
    return decorate


def page_of(name: str, shape: type[serializers.Serializer[Any]]) -> Any:
    """Return the shape of one page of a list whose rows stand under `name`."""
    title = shape.__name__.removesuffix("Shape")
    return inline_serializer(
        f"{title}Page", {name: shape(many=True), "pagination": Pagination()}
    )


def add_problems(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """Declare the problem responses on every operation."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = _PROBLEM
    schema = {"$ref": "#/components/schemas/Problem"}
    for operations in result["paths"].values():
        for operation in operations.values():
            for status, description in _PROBLEMS.items():
                operation["responses"].setdefault(
                    status,
                    {
                        "description": description,
                        "content": {"application/problem+json": {"schema": schema}},
                    },
                )
    return result


def _query_member(name: str) -> OpenApiParameter:
    kind = OpenApiTypes.INT if name == "limit" else OpenApiTypes.STR
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY)
