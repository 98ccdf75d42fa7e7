"""The compare pages."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from experiments_ui.compare import page
from experiments_ui.compare.detail import detail
from experiments_ui.compare.lineup import compare as line_up
from experiments_ui.compare.links import links
from experiments_ui.compare.selection import Selection
from experiments_ui.spaces import access
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.requests import PageRequest


@login_required
@require_GET
def compare(request: PageRequest, slug: str) -> HttpResponse:
    space = access.get_space_by_slug(request.principal, slug, role=Role.READ_ONLY)
    selection = Selection.parse(request.GET)
    comparison = line_up(request.principal, selection)
    built = page.build(comparison)
    found = links(built, slug=slug)
    context = {
        "space": space,
        "page": built,
        "links": found,
        "columns": list(zip(built.heads, found.heads, strict=True)),
        "other_choices": list(selection.but(where="").pairs()),
        "detail": None if selection.row is None else detail(comparison, selection.row),
    }
    return render(request, "compare/compare.html", context)


@login_required
@require_GET
def chunk(request: PageRequest, slug: str) -> HttpResponse:
    """Answer some more rows for the grid to append or to show again."""
    space = access.get_space_by_slug(request.principal, slug, role=Role.READ_ONLY)
    comparison = line_up(request.principal, Selection.parse(request.GET))
    context = {
        "space": space,
        "comparison": comparison,
        "chunk": page.chunk(comparison),
    }
    return render(request, "compare/chunk.html", context)


@login_required
@require_GET
def row(request: PageRequest, slug: str, position: int) -> HttpResponse:
    """Answer the drawer of one example."""
    space = access.get_space_by_slug(request.principal, slug, role=Role.READ_ONLY)
    comparison = line_up(request.principal, Selection.parse(request.GET))
    context = {"space": space, "detail": detail(comparison, position)}
    return render(request, "compare/row.html", context)
