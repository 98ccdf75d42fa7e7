"""Reading integrations: which ones a principal sees, and what they have spent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from experiments_ui import ids
from experiments_ui.api.filters import by_name
from experiments_ui.errors import Forbidden, NotFound
from experiments_ui.integrations.models import (
    Integration,
    ModelPrice,
    Scoping,
    Spending,
)
from experiments_ui.spaces import access
from experiments_ui.spaces.models import Role, Space
from experiments_ui.spaces.principals import Principal


def visible(principal: Principal) -> QuerySet[Integration]:
    """Return the integrations a principal may use: as a member somewhere in scope."""
    if principal.is_account_admin:
        return Integration.objects.all()
    return _usable_in(_spaces_of_member(principal))


def visible_in(principal: Principal, query: Mapping[str, str]) -> QuerySet[Integration]:
    """Return those usable in the space `space_id`, or in spaces named `space_name`."""
    space_id, space_name = query.get("space_id"), query.get("space_name")
    if not space_id and not space_name:
        return visible(principal)
    spaces = by_name(_spaces_of_member(principal), {"name": space_name or ""})
    if space_id:
        spaces = spaces.filter(pk=ids.decode("Space", space_id))
    return _usable_in(spaces)


def usable_in(space: Space) -> QuerySet[Integration]:
    """Return what a space may call models with, by name."""
    return _usable_in(Space.objects.filter(pk=space.pk)).order_by("name", "pk")


def shown_in(principal: Principal, space: Space) -> QuerySet[Integration]:
    """Return what the page of a space lists, by name, with scopings.

    Account admins also see what no space can use any more, to be able to delete it.
    """
    where = _usable(Space.objects.filter(pk=space.pk))
    if principal.is_account_admin:
        scoped = Scoping.objects.values("integration")
        where |= Q(is_account_wide=False) & ~Q(pk__in=scoped)
    found = Integration.objects.filter(where).order_by("name", "pk")
    return found.prefetch_related(*_SCOPE)


def get_integration(
    principal: Principal, integration_id: str, *, to_change: bool = False
) -> Integration:
    """Return an integration by its wire id, with its scopings.

    Raises:
        NotFound: There is none, or the principal may not see it.
        Forbidden: It is to be changed, and reaches further than the principal's power.
    """
    number = ids.decode("LlmIntegration", integration_id)
    return integration_numbered(principal, number, to_change=to_change)


def integration_numbered(
    principal: Principal, number: int, *, to_change: bool = False
) -> Integration:
    """Return an integration by its number; errors as get_integration."""
    found = visible(principal).filter(pk=number).prefetch_related(*_SCOPE).first()
    if found is None:
        raise NotFound("AI integration not found.")
    if to_change and not may_change(principal, found):
        raise Forbidden("This needs the role admin wherever the integration is used.")
    return found


def may_change(principal: Principal, integration: Integration) -> bool:
    """Tell whether a principal administers every place an integration is used in."""
    if principal.is_account_admin:
        return True
    scopings = list(integration.scopings.all())
    return (
        not integration.is_account_wide
        and bool(scopings)
        and all(
            one.space_id is not None
            and access.may(principal, one.space_id, role=Role.ADMIN)
            for one in scopings
        )
    )


def require_member(principal: Principal, space: Space) -> None:
    """Check that a principal may see what a space uses.

    Raises:
        NotFound: They are less than a member.
    """
    if not access.may(principal, space.pk, role=Role.MEMBER):
        raise NotFound("AI integrations not found.")


def prices_of(integration: Integration) -> QuerySet[ModelPrice]:
    return ModelPrice.objects.filter(integration=integration).order_by("model_name")


@dataclass(frozen=True, slots=True)
class Price:
    """USD per million tokens."""

    input_usd: Decimal
    output_usd: Decimal

    def of(self, input_tokens: int, output_tokens: int) -> Decimal:
        """Return what a call costs in USD."""
        million = Decimal(1_000_000)
        return (
            self.input_usd * input_tokens + self.output_usd * output_tokens
        ) / million


def price_of(integration: Integration, model_name: str) -> Price | None:
    """Return a model's price; None where nobody has entered one."""
    found = prices_of(integration).filter(model_name=model_name).first()
    return Price(found.input_usd, found.output_usd) if found else None


def month_of(now: datetime) -> date:
    """Return the first day of a moment's month: the key of what was spent in it."""
    return date(now.year, now.month, 1)


def spent(
    integrations: Collection[Integration], *, now: datetime
) -> dict[int, Spending]:
    """Return this month's spending by the integration's number; one query."""
    rows = Spending.objects.filter(integration__in=integrations, month=month_of(now))
    return {row.integration_id: row for row in rows}


def budget_left(integration: Integration, *, now: datetime) -> Decimal | None:
    """Return the USD that may still be spent this month; None without a budget."""
    if integration.monthly_budget is None:
        return None
    row = spent([integration], now=now).get(integration.pk)
    return integration.monthly_budget - (row.usd if row else Decimal(0))


_SCOPE = ("scopings__space", "scopings__organization")


def _spaces_of_member(principal: Principal) -> QuerySet[Space]:
    spaces = access.spaces_of(principal).order_by()
    if principal.is_account_admin:
        return spaces
    member = [
        number
        for number in principal.roles
        if access.may(principal, number, role=Role.MEMBER)
    ]
    return spaces.filter(pk__in=member)


def _usable_in(spaces: QuerySet[Space]) -> QuerySet[Integration]:
    if not spaces.exists():
        return Integration.objects.none()
    return Integration.objects.filter(_usable(spaces))


def _usable(spaces: QuerySet[Space]) -> Q:
    """Return which integrations at least one of some spaces may use."""
    scopings = Scoping.objects.filter(
        Q(space__in=spaces.values("pk"))
        | Q(space=None, organization__in=spaces.values("organization"))
    )
    return Q(is_account_wide=True) | Q(pk__in=scopings.values("integration"))
