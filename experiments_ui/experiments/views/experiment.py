"""One experiment: its numbers, its runs, each run in a drawer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from experiments_ui.errors import NotFound
from experiments_ui.experiments import actions, queries
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.page.experiment_head import experiment_head
from experiments_ui.experiments.page.run_drawer import RunDrawer, run_drawer
from experiments_ui.experiments.page.run_table import run_table
from experiments_ui.experiments.views.places import may
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.requests import PageRequest
from experiments_ui.web.downloads import download
from experiments_ui.web.links import PageAddress

_FILTER_EXAMPLE = "latency > 900 AND output CONTAINS 'refund'"


@login_required
@require_safe
def experiment(request: PageRequest, slug: str, number: int) -> HttpResponse:
    """Show an experiment's numbers and a page of its runs."""
    found = _experiment(request, slug, number)
    address = PageAddress.of(request)
    row = address.number("row")
    context = {
        "space": found.space,
        "experiment": found,
        "head": experiment_head(found, address),
        "table": run_table(found, address),
        "others": address.others("filter"),
        "filter_example": _FILTER_EXAMPLE,
        "drawer": None if row is None else _drawer(found, row),
        "can_write": may(request, found.space, Role.MEMBER),
    }
    return render(request, "experiments/experiment.html", context)


@login_required
@require_safe
def run(request: PageRequest, slug: str, number: int, sequence: int) -> HttpResponse:
    """Show one run in the drawer."""
    found = _experiment(request, slug, number)
    context = {"drawer": run_drawer(found, sequence), "experiment": found}
    return render(request, "experiments/run_drawer.html", context)


@login_required
@require_safe
def export(
    request: PageRequest, slug: str, number: int, format_name: str
) -> StreamingHttpResponse:
    """Stream all runs as a file."""
    found = _experiment(request, slug, number)
    return download(
        queries.batches(found),
        kinds=queries.kinds_of_runs(found),
        name=found.name,
        format_name=format_name,
    )


@login_required
@require_POST
def delete_experiment(
    request: PageRequest, slug: str, number: int
) -> HttpResponseRedirect:
    found = _experiment(request, slug, number, role=Role.MEMBER)
    actions.delete_experiment(found)
    messages.success(request, f"“{found.name}” is deleted with its runs.")
    if found.dataset_id is None:
        return redirect("experiment-list", slug=slug)
    return redirect("dataset", slug=slug, number=found.dataset_id)


def _experiment(
    request: PageRequest, slug: str, number: int, *, role: Role = Role.READ_ONLY
) -> Experiment:
    found = queries.get_experiment_by_number(request.principal, number, role=role)
    if found.space.slug != slug:
        raise NotFound("Experiment not found.")
    return found


def _drawer(found: Experiment, row: int) -> RunDrawer | None:
    """Return the drawer that the address opens, unless its run is gone."""
    try:
        return run_drawer(found, row)
    except NotFound:
        return None
