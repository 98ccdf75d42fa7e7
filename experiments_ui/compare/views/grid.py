"""The rows of a comparison: the page, more of its rows, and one of them."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from experiments_ui.compare.grid import page
from experiments_ui.compare.grid.detail import detail
from experiments_ui.compare.grid.links import links
from experiments_ui.compare.grid.review_box import review_box
from experiments_ui.compare.grouping.links import group_links
from experiments_ui.compare.views.frame import frame
from experiments_ui.spaces.requests import PageRequest


@login_required
@require_safe
def compare(request: PageRequest, slug: str) -> HttpResponse:
    shared = frame(request, slug, current="compare")
    comparison = shared.comparison
    selection = comparison.selection
    built = page.build(comparison)
    found = links(built, slug=slug)
    context = shared.context | {
        "page": built,
        "links": found,
        "columns": list(zip(built.heads, found.heads, strict=True)),
        "groups": group_links(comparison, slug=slug),
        "detail": None if selection.row is None else detail(comparison, selection.row),
    }
    if selection.row is not None:
        context["review"] = review_box(comparison, selection.row)
    return render(request, "compare/compare.html", context)


@login_required
@require_safe
def chunk(request: PageRequest, slug: str) -> HttpResponse:
    """Answer some more rows for the grid to append or to show again."""
    shared = frame(request, slug, current="compare")
    context = shared.context | {"chunk": page.chunk(shared.comparison)}
    return render(request, "compare/chunk.html", context)


@login_required
@require_safe
def row(request: PageRequest, slug: str, position: int) -> HttpResponse:
    """Answer the drawer of one example."""
    shared = frame(request, slug, current="compare")
    context = shared.context | {
        "detail": detail(shared.comparison, position),
        "review": review_box(shared.comparison, position),
    }
    return render(request, "compare/row.html", context)
