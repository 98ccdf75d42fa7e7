"""What a dataset settles for all its comparisons: its baseline, and its metrics."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from experiments_ui.datasets.models import Dataset
from experiments_ui.datasets.queries.browsing import dataset_at
from experiments_ui.errors import NotFound
from experiments_ui.experiments.actions.standing import (
    clear_baseline,
    set_baseline,
    set_metrics,
)
from experiments_ui.experiments.forms import metric_forms
from experiments_ui.experiments.page.trend import trend_figure
from experiments_ui.experiments.queries import experiments_of
from experiments_ui.experiments.queries.sides import metrics_of
from experiments_ui.experiments.queries.standing import as_set, metric_settings
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.requests import PageRequest
from experiments_ui.web.links import PageAddress, whole_number


@login_required
@require_POST
def baseline(request: PageRequest, slug: str, number: int) -> HttpResponseRedirect:
    """Set the dataset's baseline, or with no experiment named clear it."""
    found = dataset_at(request.principal, slug=slug, number=number, role=Role.MEMBER)
    wanted = request.POST.get("experiment", "")
    if not wanted:
        clear_baseline(found)
        messages.success(request, "The oldest experiment is the baseline again.")
        return redirect(_back(request, found))
    # No experiment has the number 0.
    experiment = experiments_of(found).filter(pk=whole_number(wanted) or 0).first()
    if experiment is None:
        raise NotFound("The dataset has no such experiment.")
    set_baseline(experiment, by=request.user, now=timezone.now())
    messages.success(request, f"“{experiment.name}” is the baseline now, for everyone.")
    return redirect(_back(request, found))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def metrics(request: PageRequest, slug: str, number: int) -> HttpResponse:
    """Show and save which way each metric is better, and which change is none."""
    found = dataset_at(request.principal, slug=slug, number=number, role=Role.MEMBER)
    known = as_set(metrics_of(list(experiments_of(found))), metric_settings(found))
    sent = request.POST if request.method == "POST" else None
    forms = metric_forms(known, sent)
    if sent is not None and forms.is_valid():
        set_metrics(found, forms.readings())
        messages.success(request, "The metrics are read so from now on, by everyone.")
        return redirect(_back(request, found))
    context = {
        "space": found.space,
        "dataset": found,
        "forms": forms,
        "next": _back(request, found),
    }
    status = 200 if sent is None else 422
    return render(request, "experiments/metric_settings.html", context, status=status)


@login_required
@require_safe
def trend(request: PageRequest, slug: str, number: int) -> HttpResponseBase:
    """Answer a metric's trend; unchanged ones answer 304 to who has them already."""
    found = dataset_at(request.principal, slug=slug, number=number, role=Role.READ_ONLY)
    address = PageAddress.of(request)
    drawn = trend_figure(found, address.text("metric"), base=address.number("base"))
    answer = HttpResponse(
        drawn.body,
        content_type="application/json",
        headers={"ETag": drawn.tag, "Cache-Control": "private, no-cache"},
    )
    return get_conditional_response(request, etag=drawn.tag, response=answer) or answer


def _back(request: PageRequest, dataset: Dataset) -> str:
    """Return where the caller came from, if that is a page of this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    if is_ours and wanted.startswith("/"):
        return wanted
    place = {"slug": dataset.space.slug, "number": dataset.pk}
    return f"{reverse('dataset', kwargs=place)}?tab=experiments"
