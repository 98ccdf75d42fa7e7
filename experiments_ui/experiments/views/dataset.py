"""One dataset: its examples, its experiments, its versions."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from experiments_ui.datasets.models import Dataset, DatasetVersion
from experiments_ui.datasets.page import ExampleDrawer, example_drawer, example_table
from experiments_ui.datasets.queries import columns_of
from experiments_ui.datasets.queries.browsing import (
    dataset_at,
    version_numbered,
    versions_of,
)
from experiments_ui.datasets.roles import guess
from experiments_ui.errors import NotFound
from experiments_ui.experiments import actions
from experiments_ui.experiments.forms import metric_forms
from experiments_ui.experiments.lines import first_experiment
from experiments_ui.experiments.page.experiments_table import (
    experiments_table,
    settings_url,
)
from experiments_ui.experiments.page.trend import trend_panel
from experiments_ui.experiments.queries import experiments_of
from experiments_ui.experiments.views.places import may
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.requests import PageRequest
from experiments_ui.web.links import Link, PageAddress
from experiments_ui.web.templatetags.shown import count

_TABS = ("examples", "experiments", "versions")


@login_required
@require_safe
def dataset(request: PageRequest, slug: str, number: int) -> HttpResponse:
    """Show one of the three tabs of a dataset."""
    found = dataset_at(request.principal, slug=slug, number=number, role=Role.READ_ONLY)
    address = PageAddress.of(request)
    version = version_numbered(found, address.number("version"))
    tab = address.text("tab") if address.text("tab") in _TABS else "examples"
    counts = (version.count, experiments_of(found).count(), found.versions.count())
    context: dict[str, object] = {
        "space": found.space,
        "dataset": found,
        "version": version,
        "asked_version": address.number("version"),
        "tab": tab,
        "tabs": _tabs(request.path, tab, counts),
        "can_write": may(request, found.space, Role.MEMBER),
    }
    if tab == "examples":
        context["table"] = example_table(version, address)
        context["others"] = address.others("filter")
        row = address.number("row")
        context["drawer"] = None if row is None else _drawer(version, row)
    elif tab == "experiments":
        can_write = may(request, found.space, Role.MEMBER)
        context |= _experiments(found, address, can_write=can_write)
    else:
        context["versions"] = versions_of(found)
    return render(request, f"datasets/{tab}.html", context)


@login_required
@require_POST
def delete_dataset(
    request: PageRequest, slug: str, number: int
) -> HttpResponseRedirect:
    found = dataset_at(request.principal, slug=slug, number=number, role=Role.MEMBER)
    actions.delete_dataset(found)
    messages.success(request, f"“{found.name}” is deleted with its experiments.")
    return redirect("dataset-list", slug=slug)


def _experiments(
    dataset: Dataset, address: PageAddress, *, can_write: bool
) -> dict[str, object]:
    table = experiments_table(dataset, address)
    if table is None:
        return {
            "first_experiment": first_experiment(dataset, guess(columns_of(dataset)))
        }
    return {
        "table": table,
        # One point is no trend.
        "trend": trend_panel(dataset, table.metrics, address)
        if table.pager.total > 1
        else None,
        "metric_forms": metric_forms(table.metrics) if can_write else None,
        "settings_url": settings_url(dataset, back=table.here) if can_write else "",
    }


def _tabs(path: str, current: str, counts: tuple[int, ...]) -> list[Link]:
    return [
        Link(
            f"{path}?tab={name}",
            name.capitalize(),
            count(number),
            current=name == current,
        )
        for name, number in zip(_TABS, counts, strict=True)
    ]


def _drawer(version: DatasetVersion, row: int) -> ExampleDrawer | None:
    """Return the drawer that the address opens, unless its example is gone."""
    try:
        return example_drawer(version, row)
    except NotFound:
        return None
