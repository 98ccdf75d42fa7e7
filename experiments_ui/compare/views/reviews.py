"""Marking changed rows, and what a mark changes on the page that shows them."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from experiments_ui.compare.grid.order import counts, is_shown
from experiments_ui.compare.grid.review_box import mark, review_box
from experiments_ui.compare.views.frame import frame
from experiments_ui.errors import Invalid
from experiments_ui.spaces import access
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.requests import PageRequest
from experiments_ui.web.links import whole_number


@login_required
@require_POST
def review(request: PageRequest, slug: str) -> HttpResponse:
    """Mark a row, or take its mark back; a script gets what changed on its page."""
    before = frame(request, slug, current="compare")
    access.require(request.principal, before.space.pk, role=Role.MEMBER)
    position = _number(request, "position")
    is_for_one = bool(request.POST.get("candidate"))
    mark(
        before.comparison,
        position,
        opinion=request.POST.get("opinion", ""),
        candidate=_number(request, "candidate") if is_for_one else None,
        by=request.user,
        now=timezone.now(),
    )
    if not request.htmx:
        selection = before.comparison.selection.but(row=position)
        return redirect(f"/spaces/{slug}/compare/?{selection.query}")
    after = frame(request, slug, current="compare")
    context = after.context | {
        "review": review_box(after.comparison, position),
        "counts": counts(after.comparison),
        "was_shown": is_shown(before.comparison, position),
        "is_shown": is_shown(after.comparison, position),
    }
    return render(request, "compare/reviewed.html", context)


def _number(request: PageRequest, name: str) -> int:
    text = request.POST.get(name, "")
    number = whole_number(text)
    if number is None:
        raise Invalid(f"Send the {name} as a number.", {name: "number"})
    return number
