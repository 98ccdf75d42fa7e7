"""What the shell around every page needs."""

from typing import Any

from django.http import HttpRequest

from experiments_ui.spaces import access
from experiments_ui.web.navigation import navigation


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return theme, person, spaces and navigation; one query when signed in."""
    context: dict[str, Any] = {
        "theme": _choice(request, "theme", {"light", "dark"}),
        "sidebar": _choice(request, "sidebar", {"narrow", "wide"}),
    }
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return context
    spaces = list(access.spaces_of(request.principal))  # type: ignore[attr-defined]  # signed in
    slug = (request.resolver_match.kwargs if request.resolver_match else {}).get("slug")
    space = next((one for one in spaces if one.slug == slug), None)
    current = space or (spaces[0] if spaces else None)
    return context | {
        "person": request.user,
        "spaces": spaces,
        "space": current,
        "nav": navigation(request.path, slug=current.slug) if current else [],
    }


def _choice(request: HttpRequest, name: str, allowed: set[str]) -> str:
    value = request.COOKIES.get(name, "")
    return value if value in allowed else ""
