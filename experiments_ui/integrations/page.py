"""What the pages of integrations show, gathered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from experiments_ui.integrations import queries
from experiments_ui.integrations.actions import Scope
from experiments_ui.integrations.forms import KEEP, IntegrationForm
from experiments_ui.integrations.models import Integration, Spending
from experiments_ui.integrations.profiles import Profile
from experiments_ui.integrations.scopes import scope_of_space
from experiments_ui.spaces.models import Space
from experiments_ui.spaces.principals import Principal
from experiments_ui.web.templatetags.shown import usd

_SHOWN_MODELS = 3
_SPACE, _ORGANIZATION, _ACCOUNT = "space", "organization", "account"


@dataclass(frozen=True, slots=True)
class Row:
    """An integration in the list; what it costs is for those who may change it."""

    integration: Integration
    url: str
    test_url: str
    may_change: bool
    models: str
    more_models: int
    key: str
    key_is_bad: bool
    spent: str
    is_over_budget: bool
    unpriced: int
    scope: str


def rows(principal: Principal, space: Space, *, now: datetime) -> list[Row]:
    """Return the integrations of a space by name; five queries for any number."""
    found = list(queries.shown_in(principal, space))
    spent = queries.spent(found, now=now)
    return [row(principal, space, one, spent.get(one.pk)) for one in found]


def row(
    principal: Principal, space: Space, one: Integration, spending: Spending | None
) -> Row:
    place = {"slug": space.slug, "number": one.pk}
    names = one.model_names or []
    key, is_bad = _key(one)
    spent, budget = spending.usd if spending else Decimal(0), one.monthly_budget
    return Row(
        integration=one,
        url=reverse("integration", kwargs=place),
        test_url=reverse("test-integration", kwargs=place),
        may_change=queries.may_change(principal, one),
        models=", ".join(names[:_SHOWN_MODELS]),
        more_models=max(0, len(names) - _SHOWN_MODELS),
        key=key,
        key_is_bad=is_bad,
        spent=_dollars(spent) + (f" of {_dollars(budget)}" if budget else ""),
        is_over_budget=budget is not None and spent >= budget,
        unpriced=spending.unpriced_calls if spending else 0,
        scope=_scope_words(one),
    )


def form_of(
    principal: Principal,
    space: Space,
    profile: Profile,
    *,
    sent: QueryDict | None,
    stored: Integration | None = None,
) -> IntegrationForm:
    return IntegrationForm(
        sent,
        profile=profile,
        scopes=_choices(principal, space, stored),
        stored=stored,
        may_name_variables=principal.is_account_admin,
        variables=settings.KEY_VARIABLES,
    )


def chosen_scopes(principal: Principal, space: Space, chosen: str) -> dict[str, Any]:
    """Return the member `scopings` of a choice in the form; none where it stays."""
    match chosen:
        case "space":
            return {"scopings": [scope_of_space(principal, space)]}
        case "organization":
            return {"scopings": [Scope(organization=space.organization)]}
        case "account":
            return {"scopings": [Scope()]}
    return {}


def _choices(
    principal: Principal, space: Space, stored: Integration | None
) -> list[tuple[str, str]]:
    """Return who an integration can be for, as far as the principal's power goes."""
    choices = [(_SPACE, f"This space, {space.name}")]
    if principal.is_account_admin:
        choices += [
            (_ORGANIZATION, f"All spaces of {space.organization.name}"),
            (_ACCOUNT, "All spaces"),
        ]
    if stored is not None:
        choices.insert(0, (KEEP, f"As it is: {_scope_words(stored)}"))
    return choices


def _key(one: Integration) -> tuple[str, bool]:
    """Return what is known of a key, and whether something is wrong with it."""
    if one.api_key_env:
        return f"from {one.api_key_env}", False
    if one.api_key is None:
        return "none", False
    return ("stored", False) if one.api_key.is_readable() else ("cannot be read", True)


def _dollars(amount: Decimal) -> str:
    return usd(float(amount)) if amount else "$0"


def _scope_words(one: Integration) -> str:
    if one.is_account_wide:
        return "all spaces"
    return ", ".join(_names(one)) or "no space"


def _names(one: Integration) -> Iterable[str]:
    for scoping in one.scopings.all():
        place = scoping.space or scoping.organization
        if place is not None:
            yield place.name
