"""Questions about all rows: the place of slices, and the strip of JSON paths."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from experiments_ui.compare import slices as gathered
from experiments_ui.compare.actions.surveys import ask
from experiments_ui.compare.grid import path_strip
from experiments_ui.compare.surveys.look import Look
from experiments_ui.compare.views.frame import frame
from experiments_ui.spaces.requests import PageRequest


@login_required
@require_safe
def slices(request: PageRequest, slug: str) -> HttpResponse:
    """Show the place; asking is a request of its own."""
    return render(request, "compare/slices.html", _slices(request, slug))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def slices_answer(request: PageRequest, slug: str) -> HttpResponse:
    """Answer how far the search is; a POST asks, or asks again after a failure."""
    context = _slices(request, slug, may_ask=request.method == "POST")
    if request.method == "POST" and not request.htmx:
        return redirect(context["slices"].page_url)  # type: ignore[attr-defined]  # a SlicesPage
    return render(request, "compare/slices_answer.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def paths(request: PageRequest, slug: str) -> HttpResponse:
    """Answer the strip of paths; a POST asks for those nobody has counted."""
    shared = frame(request, slug, current="compare")
    comparison = shared.comparison
    if request.method == "POST":
        for question in path_strip.questions(comparison):
            ask(question, by=request.user, now=timezone.now())
    strip = path_strip.path_strip(comparison, slug=slug)
    return render(request, "compare/paths_answer.html", {"strip": strip})


def _slices(
    request: PageRequest, slug: str, *, may_ask: bool = False
) -> dict[str, object]:
    shared = frame(request, slug, current="compare-slices")
    comparison = shared.comparison
    look = Look.parse(request.GET, comparison.selection)
    page = gathered.slices_page(comparison, look, slug=slug)
    survey = None
    if not page.refused:
        survey = (
            ask(
                gathered.question(comparison, look), by=request.user, now=timezone.now()
            )
            if may_ask
            else gathered.asked(comparison, look)
        )
    return shared.context | {
        "slices": page,
        "survey": survey,
        "found": gathered.found(comparison, survey, slug=slug),
    }
