"""Pages of AI integrations, in the settings of a space."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from experiments_ui.errors import DomainError, Invalid
from experiments_ui.integrations import actions, page, queries
from experiments_ui.integrations.forms import IntegrationForm, price_forms
from experiments_ui.integrations.models import Integration, Provider
from experiments_ui.integrations.profiles import PROFILES, Profile
from experiments_ui.integrations.testing import try_out
from experiments_ui.spaces import access
from experiments_ui.spaces.models import Role, Space
from experiments_ui.spaces.requests import PageRequest
from experiments_ui.web.links import Link

_in_secret = sensitive_post_parameters("api_key", "headers")


@login_required
@require_GET
def index(request: PageRequest, slug: str) -> HttpResponse:
    """List what the space may call models with."""
    space = _space(request, slug, Role.MEMBER)
    context = {
        "space": space,
        "rows": page.rows(request.principal, space, now=timezone.now()),
        "may_add": access.may(request.principal, space.pk, role=Role.ADMIN),
    }
    return render(request, "integrations/list.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
@_in_secret
def new(request: PageRequest, slug: str) -> HttpResponse:
    """Choose a provider, then fill in its form."""
    space = _space(request, slug, Role.ADMIN)
    profile = _asked_profile(request)
    if profile is None:
        context = {"space": space, "choices": _choices(request)}
        return render(request, "integrations/choose.html", context)
    form = page.form_of(request.principal, space, profile, sent=request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _saved(request, space, form, None)
        if made is not None:
            messages.success(request, f"“{made.name}” is there. Try it with Test.")
            return redirect("integration", slug=slug, number=made.pk)
    return _form_page(request, space, form, None)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
@_in_secret
def integration(request: PageRequest, slug: str, number: int) -> HttpResponse:
    """Show and change one integration."""
    space, found = _changeable(request, slug, number)
    profile = _asked_profile(request) or PROFILES[Provider(found.provider)]
    form = page.form_of(
        request.principal, space, profile, sent=request.POST or None, stored=found
    )
    if request.method == "POST" and form.is_valid():
        changed = _saved(request, space, form, found)
        if changed is not None:
            _tell(request, found, changed)
            return redirect("integration", slug=slug, number=number)
    return _form_page(request, space, form, found)


@login_required
@require_POST
def prices(request: PageRequest, slug: str, number: int) -> HttpResponse:
    """Save the price table of an integration."""
    space, found = _changeable(request, slug, number)
    table = price_forms(found, queries.prices_of(found), request.POST)
    if not table.is_valid():
        profile = PROFILES[Provider(found.provider)]
        form = page.form_of(request.principal, space, profile, sent=None, stored=found)
        return _form_page(request, space, form, found, table=table)
    actions.set_prices(found, table.prices())
    messages.success(request, "The prices hold for calls from now on.")
    return redirect("integration", slug=slug, number=number)


@login_required
@require_POST
def test(request: PageRequest, slug: str, number: int) -> HttpResponseRedirect:
    """Make one small call and tell how it went."""
    _, found = _changeable(request, slug, number)
    model = request.POST.get("model", "").strip()
    tried = try_out(found, model=model, now=timezone.now())
    tell = messages.success if tried.ok else messages.error
    tell(request, f"{found.name}: {tried.words}")
    return redirect("integration", slug=slug, number=number)


@login_required
@require_POST
def delete(request: PageRequest, slug: str, number: int) -> HttpResponseRedirect:
    _, found = _changeable(request, slug, number)
    actions.delete_integration(found)
    messages.success(request, f"“{found.name}” is deleted, and its key with it.")
    return redirect("integrations", slug=slug)


def _space(request: PageRequest, slug: str, role: Role) -> Space:
    """Return the space; who may not see its integrations gets a 404."""
    space = access.get_space_by_slug(request.principal, slug, role=Role.ANNOTATOR)
    queries.require_member(request.principal, space)
    access.require(request.principal, space.pk, role=role)
    return space


def _changeable(
    request: PageRequest, slug: str, number: int
) -> tuple[Space, Integration]:
    space = _space(request, slug, Role.ADMIN)
    found = queries.integration_numbered(request.principal, number, to_change=True)
    return space, found


def _asked_profile(request: PageRequest) -> Profile | None:
    asked = request.GET.get("provider", "")
    if not asked:
        return None
    if asked not in Provider.values:
        raise Invalid("There is no such provider; choose one of the list.")
    return PROFILES[Provider(asked)]


def _choices(request: PageRequest) -> list[tuple[Link, Profile]]:
    return [
        (Link(f"{request.path}?provider={provider.value}", profile.label), profile)
        for provider, profile in PROFILES.items()
    ]


def _saved(
    request: PageRequest,
    space: Space,
    form: IntegrationForm,
    stored: Integration | None,
) -> Integration | None:
    """Save what was sent; None when it is refused, and the form says why."""
    members = form.members() | page.chosen_scopes(
        request.principal, space, form.cleaned_data["scope"]
    )
    now = timezone.now()
    try:
        if stored is None:
            return actions.create_integration(members, by=request.user, now=now)
        return actions.update_integration(stored, members, now=now)
    except DomainError as error:
        form.refuse(error)
        return None


def _tell(request: PageRequest, before: Integration, after: Integration) -> None:
    if before.has_api_key and not after.has_api_key:
        messages.warning(request, "It is saved, and has no key any more: enter one.")
    else:
        messages.success(request, "It is saved.")


def _form_page(
    request: PageRequest,
    space: Space,
    form: IntegrationForm,
    stored: Integration | None,
    *,
    table: Any = None,
) -> HttpResponse:
    context: dict[str, Any] = {"space": space, "form": form, "profile": form.profile}
    if stored is not None:
        now = timezone.now()
        spent = queries.spent([stored], now=now).get(stored.pk)
        context |= {
            "integration": stored,
            "row": page.row(request.principal, space, stored, spent),
            "prices": table or price_forms(stored, queries.prices_of(stored)),
            "choices": _choices(request),
        }
    refused = form.is_bound or table is not None
    name = "integrations/integration.html"
    return render(request, name, context, status=422 if refused else 200)
