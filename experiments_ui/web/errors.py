"""Django's own error answers, in the form the caller reads."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from experiments_ui.api.problems import problem
from experiments_ui.web.middleware import on_the_wire


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    return _answer(request, 400, "The request could not be understood.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    return _answer(request, 403, "This is not allowed.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    return _answer(request, 404, "There is nothing at this address.")


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(request, 500, "Something went wrong on the server; it is logged.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django's signature
    return _answer(request, 403, "The form was too old; reload the page, try again.")


def _answer(request: HttpRequest, status: int, message: str) -> HttpResponse:
    if on_the_wire(request):
        return problem(request, status, message)
    # Without the request: whatever failed may fail again in a context processor.
    page = render_to_string(f"errors/{status}.html")
    return HttpResponse(page, status=status)
