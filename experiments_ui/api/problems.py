"""Errors as problem+json (RFC 9457), the one shape the wire knows."""

import logging
import secrets
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions, status

from experiments_ui.errors import DomainError

logger = logging.getLogger(__name__)

_CODES = {
    400: ("invalid-request", "Invalid request"),
    401: ("authentication-required", "Authentication required"),
    403: ("access-forbidden", "Access forbidden"),
    404: ("resource-not-found", "Resource not found"),
    405: ("method-not-allowed", "Method not allowed"),
    406: ("not-acceptable", "Not acceptable"),
    409: ("resource-conflict", "Resource conflict"),
    413: ("limit-exceeded", "Limit exceeded"),
    422: ("validation-error", "Validation error"),
    429: ("rate-limit-exceeded", "Rate limit exceeded"),
    500: ("internal-error", "Internal error"),
}


def problem(
    request: HttpRequest,
    status_code: int,
    detail: str,
    fields: dict[str, str] | None = None,
) -> HttpResponse:
    """Return a problem document; `fields` says what was wrong where."""
    code, title = _CODES.get(status_code, ("error", "Error"))
    document: dict[str, Any] = {
        "type": f"https://experiments-ui.dev/errors#{code}",
        "title": title,
        "status": status_code,
        "detail": detail,
        "instance": request.path,
        "request_id": f"req_{secrets.token_hex(8)}",
    }
    if fields:
        document["errors"] = [
            {"field": name, "message": text} for name, text in fields.items()
        ]
    return HttpResponse(
        orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS),
        status=status_code,
        content_type="application/problem+json",
    )


def answer(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Translate what an endpoint raised; None leaves the rest to the 500 page."""
    request = context["request"]._request  # noqa: SLF001 -- DRF wraps Django's
    if isinstance(error, DomainError):
        return problem(request, error.status, error.message, error.fields)
    if isinstance(error, exceptions.ValidationError):
        fields = dict(_flatten(error.detail))
        name, text = next(iter(fields.items()), ("", "The request is invalid."))
        return problem(request, 422, f"{name}: {text}" if name else text, fields)
    if isinstance(error, RequestDataTooBig):
        return problem(request, 413, "The request body is too large.")
    if isinstance(error, Http404):
        return problem(request, status.HTTP_404_NOT_FOUND, "Not found.")
    if isinstance(error, exceptions.APIException):
        return problem(request, error.status_code, str(error.detail))
    return None


def _flatten(detail: Any, path: str = "") -> list[tuple[str, str]]:
    """Return (path, message) for each leaf of DRF's nested error detail."""
    if isinstance(detail, dict):
        return [
            pair
            for name, inner in detail.items()
            for pair in _flatten(inner, _joined(path, str(name)))
        ]
    if isinstance(detail, list):
        if all(not isinstance(inner, dict | list) for inner in detail):
            return [(path, " ".join(str(inner) for inner in detail))]
        return [
            pair
            for index, inner in enumerate(detail)
            for pair in _flatten(inner, f"{path}[{index}]")
        ]
    return [(path, str(detail))]


def _joined(path: str, name: str) -> str:
    if name == "non_field_errors":
        return path
    return f"{path}.{name}" if path else name


def not_on_the_wire(request: HttpRequest, **_: object) -> HttpResponse:
    """Answer every path under /v2 that is not built."""
    return problem(request, 404, f"There is no {request.path} on this server.")
