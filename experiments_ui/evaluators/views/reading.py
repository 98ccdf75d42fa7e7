"""The list of evaluators, and one of them."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from experiments_ui.evaluators import queries
from experiments_ui.evaluators.forms import DetailsForm
from experiments_ui.evaluators.page.detail import evaluator_page
from experiments_ui.evaluators.page.lists import beginnings, evaluator_list
from experiments_ui.spaces import access
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.requests import PageRequest
from experiments_ui.web.links import PageAddress


@login_required
@require_safe
def evaluators(request: PageRequest, slug: str) -> HttpResponse:
    space = access.get_space_by_slug(request.principal, slug, role=Role.READ_ONLY)
    address = PageAddress.of(request)
    context = {
        "space": space,
        "list": evaluator_list(space, address),
        "others": address.others("q"),
        "can_write": access.may(request.principal, space.pk, role=Role.MEMBER),
        "beginnings": beginnings(),
    }
    return render(request, "evaluators/list.html", context)


@login_required
@require_safe
def evaluator(request: PageRequest, slug: str, number: int) -> HttpResponse:
    """Show a version, and with `against` how it differs from another."""
    found = queries.evaluator_at(
        request.principal, slug=slug, number=number, role=Role.READ_ONLY
    )
    context = {
        "space": found.space,
        "shown": evaluator_page(found, PageAddress.of(request)),
        "form": DetailsForm(
            initial={"name": found.name, "description": found.description}
        ),
        "can_write": access.may(request.principal, found.space_id, role=Role.MEMBER),
    }
    return render(request, "evaluators/detail.html", context)
