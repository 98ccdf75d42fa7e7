"""Errors and limits that hold for every request."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from experiments_ui.api.bodies import too_large
from experiments_ui.api.problems import problem
from experiments_ui.errors import DomainError
from experiments_ui.web.links import whole_number

_GetResponse = Callable[[HttpRequest], HttpResponse]


class WireBoundary:
    """Refuses oversized REST bodies by their declared length, before reading any."""

    def __init__(self, get_response: _GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            request.path.startswith("/v2/")
            and _length(request) > settings.REST_BODY_BYTES
        ):
            return problem(request, 413, too_large())
        return self.get_response(request)


class DomainErrors:
    """Translates what a page's view raised: an error page, or a toast for htmx."""

    def __init__(self, get_response: _GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        if on_the_wire(request):
            return problem(request, error.status, error.message, error.fields)
        if getattr(request, "htmx", False):
            answer = render(
                request,
                "components/toast.html",
                {"text": error.message, "kind": "error"},
                status=error.status,
            )
            answer.headers["HX-Retarget"] = "#toasts"
            answer.headers["HX-Reswap"] = "beforeend"
            return answer
        name = f"errors/{error.status if error.status in (403, 404) else 400}.html"
        return render(request, name, {"message": error.message}, status=error.status)


def on_the_wire(request: HttpRequest) -> bool:
    """Tell whether a client that reads problem+json is calling."""
    return request.path.startswith(("/v2/", "/v1/", "/api/"))


def _length(request: HttpRequest) -> int:
    return whole_number(request.META.get("CONTENT_LENGTH") or "0") or 0
