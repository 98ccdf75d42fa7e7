"""Home and the lists of a space."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from experiments_ui import ids
from experiments_ui.datasets.queries.browsing import sample_datasets
from experiments_ui.experiments import actions
from experiments_ui.experiments.lines import first_dataset
from experiments_ui.experiments.page import lists
from experiments_ui.spaces import access
from experiments_ui.spaces.clients import Address, Snippet, snippets
from experiments_ui.spaces.models import Role, Space
from experiments_ui.spaces.requests import PageRequest
from experiments_ui.web.links import PageAddress

_PLACEHOLDER_KEY = "YOUR_KEY"


@login_required
@require_safe
def index(request: PageRequest) -> HttpResponse:
    """Lead to the first space there is."""
    space = access.spaces_of(request.principal).first()
    if space is not None:
        return redirect("home", slug=space.slug)
    return render(request, "experiments/no_space.html")


@login_required
@require_safe
def home(request: PageRequest, slug: str) -> HttpResponse:
    """Show what was touched last, and how to connect a client."""
    space = access.get_space_by_slug(request.principal, slug, role=Role.ANNOTATOR)
    may_read = may(request, space, Role.READ_ONLY)
    context = {
        "space": space,
        "home": lists.home(space) if may_read else None,
        "can_write": may(request, space, Role.MEMBER),
        "snippets": snippets(_address(request), key=_PLACEHOLDER_KEY, space=space.name),
        "first_dataset": _first_dataset(request, space),
    }
    return render(request, "experiments/home.html", context)


@login_required
@require_safe
def dataset_list(request: PageRequest, slug: str) -> HttpResponse:
    """List the datasets of a space."""
    space = access.get_space_by_slug(request.principal, slug, role=Role.READ_ONLY)
    address = PageAddress.of(request)
    context = {
        "space": space,
        "list": lists.dataset_list(space, address),
        "others": address.others("q"),
        "can_write": may(request, space, Role.MEMBER),
        "first_dataset": _first_dataset(request, space),
    }
    return render(request, "datasets/list.html", context)


@login_required
@require_safe
def experiment_list(request: PageRequest, slug: str) -> HttpResponse:
    """List all experiments of a space."""
    space = access.get_space_by_slug(request.principal, slug, role=Role.READ_ONLY)
    address = PageAddress.of(request)
    context = {
        "space": space,
        "list": lists.experiment_list(space, address),
        "others": address.others("q"),
        "can_write": may(request, space, Role.MEMBER),
    }
    return render(request, "experiments/list.html", context)


@login_required
@require_POST
def remove_sample(request: PageRequest, slug: str) -> HttpResponseRedirect:
    """Delete the sample datasets of a space with their experiments."""
    space = access.get_space_by_slug(request.principal, slug, role=Role.MEMBER)
    for dataset in sample_datasets(space):
        actions.delete_dataset(dataset)
    messages.success(request, "The sample is gone.")
    return redirect("dataset-list", slug=slug)


def may(request: PageRequest, space: Space, role: Role) -> bool:
    """Tell whether the caller, who sees the space, has a role or a higher one."""
    return access.may(request.principal, space.pk, role=role)


def _address(request: PageRequest) -> Address:
    return Address.of(request.get_host(), secure=request.is_secure())


def _first_dataset(request: PageRequest, space: Space) -> list[Snippet]:
    space_id = ids.encode("Space", space.pk)
    return first_dataset(space, _address(request), space_id=space_id)
