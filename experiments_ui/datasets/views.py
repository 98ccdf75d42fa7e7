"""Fragments and files of a dataset; its page is with experiments, which it shows."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from experiments_ui.datasets import queries
from experiments_ui.datasets.page import example_drawer
from experiments_ui.datasets.queries.browsing import dataset_at, version_numbered
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.requests import PageRequest
from experiments_ui.web.downloads import download
from experiments_ui.web.links import PageAddress


@login_required
@require_safe
def example(
    request: PageRequest, slug: str, number: int, position: int
) -> HttpResponse:
    """Show one example in the drawer."""
    dataset = dataset_at(
        request.principal, slug=slug, number=number, role=Role.READ_ONLY
    )
    version = version_numbered(dataset, PageAddress.of(request).number("version"))
    context = {"drawer": example_drawer(version, position)}
    return render(request, "datasets/example_drawer.html", context)


@login_required
@require_safe
def export(
    request: PageRequest, slug: str, number: int, format_name: str
) -> StreamingHttpResponse:
    """Stream all examples of a version as a file."""
    dataset = dataset_at(
        request.principal, slug=slug, number=number, role=Role.READ_ONLY
    )
    version = version_numbered(dataset, PageAddress.of(request).number("version"))
    return download(
        queries.batches(version),
        kinds=queries.stream_kinds(version),
        name=dataset.name,
        format_name=format_name,
    )
