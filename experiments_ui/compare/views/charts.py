"""The charts of a comparison: their page, and each figure as JSON."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from experiments_ui.compare import charts
from experiments_ui.compare.views.frame import frame
from experiments_ui.spaces.requests import PageRequest


@login_required
@require_safe
def page(request: PageRequest, slug: str) -> HttpResponse:
    shared = frame(request, slug, current="compare-charts")
    comparison = shared.comparison
    context = shared.context | {
        "charts": charts.listed(comparison, slug=slug),
        "metrics": charts.choices(comparison),
        "row_count": len(charts.positions(comparison)),
    }
    return render(request, "compare/charts.html", context)


@login_required
@require_safe
def figure(request: PageRequest, slug: str, name: str) -> HttpResponseBase:
    """Answer one figure; unchanged ones answer 304 to who has them already."""
    shared = frame(request, slug, current="compare-charts")
    drawn = charts.draw(shared.comparison, name)
    answer = HttpResponse(
        drawn.body,
        content_type="application/json",
        headers={"ETag": drawn.tag, "Cache-Control": "private, no-cache"},
    )
    return get_conditional_response(request, etag=drawn.tag, response=answer) or answer
