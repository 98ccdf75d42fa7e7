"""Whether a candidate is better: the verdicts of all metrics."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from experiments_ui.compare import verdict_page
from experiments_ui.compare.views.frame import frame
from experiments_ui.spaces.requests import PageRequest


@login_required
@require_safe
def verdict(request: PageRequest, slug: str) -> HttpResponse:
    shared = frame(request, slug, current="compare-verdict")
    context = shared.context | {"page": verdict_page.build(shared.comparison)}
    return render(request, "compare/verdict.html", context)
