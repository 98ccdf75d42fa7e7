"""Sign-in, and the settings of a space."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from experiments_ui.accounts import actions as accounts
from experiments_ui.accounts import queries as account_queries
from experiments_ui.spaces import access, queries
from experiments_ui.spaces.clients import Address, snippets
from experiments_ui.spaces.forms import NewKeyForm
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.requests import PageRequest

PLACEHOLDER_KEY = "YOUR_KEY"


class SignIn(auth_views.LoginView):
    template_name = "spaces/sign_in.html"
    redirect_authenticated_user = True


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: PageRequest, slug: str) -> HttpResponse:
    """Show keys, members and how to connect; POST makes a key and shows it once."""
    space = access.get_space_by_slug(request.principal, slug, role=Role.ANNOTATOR)
    form = NewKeyForm(request.POST or None)
    secret = None
    if request.method == "POST" and form.is_valid():
        secret = _make_key(request, form)
        form = NewKeyForm()
    address = Address.of(request.get_host(), secure=request.is_secure())
    context = {
        "space": space,
        "is_member": access.may(request.principal, space.pk, role=Role.MEMBER),
        "form": form,
        "secret": secret,
        "keys": account_queries.keys_of(request.user),
        "now": timezone.now(),
        "members": queries.memberships(space),
        "snippets": snippets(address, key=secret or PLACEHOLDER_KEY, space=space.name),
    }
    return render(request, "spaces/settings.html", context)


@login_required
@require_POST
def revoke_key(request: PageRequest, slug: str, number: int) -> HttpResponseRedirect:
    access.get_space_by_slug(request.principal, slug, role=Role.ANNOTATOR)
    key = account_queries.own_key(request.user, number)
    accounts.revoke_key(key, now=timezone.now())
    messages.success(request, f"The key “{key.name}” no longer works.")
    return redirect("settings", slug=slug)


def _make_key(request: PageRequest, form: NewKeyForm) -> str:
    now = timezone.now()
    days = form.cleaned_data["days"]
    return accounts.create_key(
        request.user,
        name=form.cleaned_data["name"],
        by=request.user,
        now=now,
        expires_at=now + timedelta(days=days) if days else None,
    ).secret
