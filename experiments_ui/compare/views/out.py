"""What leaves a comparison: its rows as a file, a report, and a summary."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from experiments_ui.compare.lineup import Comparison
from experiments_ui.compare.out.markdown import markdown
from experiments_ui.compare.out.report import report
from experiments_ui.compare.out.table import table
from experiments_ui.compare.views.frame import frame
from experiments_ui.spaces.requests import PageRequest
from experiments_ui.web.downloads import attached, download


@login_required
@require_safe
def export(request: PageRequest, slug: str, format_name: str) -> HttpResponseBase:
    """Stream all rows that the page would show, in its order."""
    comparison = frame(request, slug, current="compare").comparison
    made = table(comparison)
    return download(
        made.batches(),
        kinds=made.kinds,
        name=f"{comparison.dataset.name}-comparison",
        format_name=format_name,
    )


@login_required
@require_safe
def html(request: PageRequest, slug: str) -> HttpResponse:
    """Answer a report in one file, which needs nothing but itself."""
    comparison = frame(request, slug, current="compare").comparison
    made = report(
        comparison,
        url=_address(request, slug, comparison),
        by=request.user.display_name,
        now=timezone.now(),
    )
    answer = render(request, "compare/report.html", {"report": made})
    name = f"{comparison.dataset.name}-comparison"
    answer.headers["Content-Disposition"] = attached(name, "html")
    return answer


@login_required
@require_safe
def summary(request: PageRequest, slug: str) -> HttpResponse:
    """Answer a summary in Markdown, for a pull request."""
    comparison = frame(request, slug, current="compare").comparison
    url = _address(request, slug, comparison)
    text = markdown(comparison, url=url, now=timezone.now())
    return HttpResponse(text, content_type="text/markdown; charset=utf-8")


def _address(request: PageRequest, slug: str, comparison: Comparison) -> str:
    page = reverse("compare", args=[slug])
    return request.build_absolute_uri(f"{page}?{comparison.selection.but().query}")
