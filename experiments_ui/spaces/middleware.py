"""The principal of a page request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from experiments_ui.spaces import principals


class Principals:
    """Puts `request.principal` on signed-in requests; read when first used."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.principal = SimpleLazyObject(  # type: ignore[attr-defined]  # typed by PageRequest
            lambda: principals.of_user(request.user)  # type: ignore[arg-type]  # sign_in_required came first
        )
        return self.get_response(request)
