"""Saved views: keeping an address under a name, opening, changing and deleting it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from experiments_ui.compare.actions import saved as actions
from experiments_ui.compare.models import SavedView
from experiments_ui.compare.queries.saved import get_view, get_view_to_change
from experiments_ui.compare.selection import Selection
from experiments_ui.compare.views.frame import frame
from experiments_ui.spaces import access
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.requests import PageRequest


@login_required
@require_safe
def open_view(request: PageRequest, slug: str, number: int) -> HttpResponse:
    """Go on to the address that a view keeps."""
    return _shown(slug, get_view(request.principal, slug, number))


@login_required
@require_POST
def save(request: PageRequest, slug: str) -> HttpResponse:
    """Keep the address of the page, in place of what its owner kept by this name."""
    shared = frame(request, slug, current="compare")
    access.require(request.principal, shared.space.pk, role=Role.MEMBER)
    view = actions.save_view(
        shared.comparison.dataset,
        owner=request.user,
        name=request.POST.get("name", ""),
        query=shared.comparison.selection.but().query,
        is_shared="shared" in request.POST,
        now=timezone.now(),
    )
    messages.success(request, f"The view “{view.name}” is saved.")
    return _shown(slug, view)


@login_required
@require_POST
def change(request: PageRequest, slug: str, number: int) -> HttpResponse:
    """Rename a view, or share it."""
    found = get_view_to_change(request.principal, slug, number)
    view = actions.change_view(
        found,
        name=request.POST.get("name", ""),
        is_shared="shared" in request.POST,
    )
    messages.success(request, f"The view “{view.name}” is changed.")
    return _back(request, slug)


@login_required
@require_POST
def delete(request: PageRequest, slug: str, number: int) -> HttpResponse:
    """Forget a view; the page it was deleted from stays as it is."""
    found = get_view_to_change(request.principal, slug, number)
    actions.delete_view(found)
    messages.success(request, f"The view “{found.name}” is deleted.")
    return _back(request, slug)


def _here(request: PageRequest) -> Selection:
    return Selection.parse(QueryDict(request.META["QUERY_STRING"])).but()


def _back(request: PageRequest, slug: str) -> HttpResponse:
    return redirect(f"/spaces/{slug}/compare/?{_here(request).query}")


def _shown(slug: str, view: SavedView) -> HttpResponse:
    return redirect(f"/spaces/{slug}/compare/?{view.query}")
