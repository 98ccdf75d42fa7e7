"""What the filter box completes: every name of a comparison, as one JSON answer."""

from dataclasses import asdict

import orjson
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from experiments_ui.compare.filters.names import names_of
from experiments_ui.compare.views.frame import frame
from experiments_ui.spaces.requests import PageRequest


@login_required
@require_safe
def names(request: PageRequest, slug: str) -> HttpResponse:
    """Answer names with their values; a browser asks again after a minute."""
    comparison = frame(request, slug, current="compare").comparison
    found = [asdict(one) for one in names_of(comparison.dataset, comparison.sides)]
    return HttpResponse(
        orjson.dumps({"names": found}),
        content_type="application/json",
        headers={"Cache-Control": "private, max-age=60"},
    )
