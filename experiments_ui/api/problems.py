"""Errors as problem+json (RFC 9457), the one shape the wire knows."""

import logging
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from django.core import exceptions as django_errors
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions

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
    415: ("unsupported-media-type", "Unsupported media type"),
    422: ("validation-error", "Validation error"),
    429: ("rate-limit-exceeded", "Rate limit exceeded"),
    500: ("internal-error", "Internal error"),
}


def problem(
    request: HttpRequest,
    status_code: int,
    detail: str,
    fields: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return a problem document; `fields` says what was wrong where.

    It never carries Retry-After: the clients would sleep on it and send again.
    """
    code, title = _CODES.get(status_code, ("error", "Error"))
    document: dict[str, Any] = {
        "type": f"https://experiments-ui.dev/errors#{code}",
        "title": title,
        "status": status_code,
        "detail": detail,
        "instance": request.path,
        "request_id": f"req_{secrets.token_hex(8)}",
    }
    if named := {name: text for name, text in (fields or {}).items() if name}:
        document["errors"] = [
            {"field": name, "message": text} for name, text in named.items()
        ]
    response = HttpResponse(
        orjson.dumps(document),
        status=status_code,
        content_type="application/problem+json",
    )
    response["X-Request-Id"] = document["request_id"]
    if status_code == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def answer(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """Translate what an endpoint raised; the trace of a fault goes to the log only."""
    request: HttpRequest = context["request"]._request  # noqa: SLF001 -- DRF wraps Django's
    if isinstance(error, DomainError):
        return problem(request, error.status, error.message, error.fields)
    if isinstance(error, exceptions.ValidationError):
        return _invalid(request, error)
    if isinstance(error, exceptions.APIException):
        return problem(request, error.status_code, str(error.detail))
    if refusal := _refusal_by_django(error):
        return problem(request, *refusal)
    return _fault(request, error)


def _invalid(request: HttpRequest, error: exceptions.ValidationError) -> HttpResponse:
    fields = dict(_flatten(error.detail))
    name, text = next(iter(fields.items()), ("", "The request is invalid."))
    return problem(request, 422, f"{name}: {text}" if name else text, fields)


def _refusal_by_django(error: Exception) -> tuple[int, str] | None:
    if isinstance(error, Http404):
        return 404, "There is nothing at this address."
    if isinstance(error, django_errors.PermissionDenied):
        return 403, "This is not allowed."
    if isinstance(error, django_errors.RequestDataTooBig):
        return 413, "The request body is too large."
    if isinstance(error, django_errors.SuspiciousOperation | UnreadablePostError):
        return 400, "The request could not be read to its end."
    return None


def _fault(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer 500, and log the trace under the same request id."""
    response = problem(
        request, 500, "Something went wrong on the server; it is logged."
    )
    # Whoever listens for Django's faults hears of this one too.
    got_request_exception.send(sender=None, request=request)
    logger.error(
        "request failed method=%s path=%s request_id=%s",
        request.method,
        request.path,
        response["X-Request-Id"],
        exc_info=error,
    )
    return response


def _flatten(detail: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (path, message) for each leaf of DRF's nested error detail."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flatten(inner, _joined(path, name))
    elif not isinstance(detail, list):
        yield path, str(detail)
    elif any(isinstance(inner, dict | list) for inner in detail):
        for index, inner in enumerate(detail):
            yield from _flatten(inner, f"{path}[{index}]")
    else:
        yield path, " ".join(str(inner) for inner in detail)


def _joined(path: str, name: object) -> str:
    if name == "non_field_errors":
        return path
    if isinstance(name, int):  # a list names its faulty members by their index
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else str(name)


@csrf_exempt
def not_on_the_wire(request: HttpRequest, **_: object) -> HttpResponse:
    """Answer every path under /v2 that is not built."""
    return problem(request, 404, f"There is no {request.path} on this server.")
