"""Making, changing and deleting integrations, and keeping count of what they cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError, RestrictedError
from django.views.decorators.debug import sensitive_variables

from experiments_ui.accounts.models import User
from experiments_ui.errors import Conflict, Invalid, NotFound
from experiments_ui.integrations import checks
from experiments_ui.integrations.addresses import check_base_url
from experiments_ui.integrations.models import (
    Integration,
    ModelPrice,
    Scoping,
    Spending,
)
from experiments_ui.integrations.queries import Price, month_of
from experiments_ui.spaces.models import Organization, Space

# What leads a request elsewhere: the key was given for the old place only.
_PLACE = ("provider", "base_url")
_NOT_COLUMNS = {"headers", "scopings"}


@dataclass(frozen=True, slots=True)
class Scope:
    """Who may use an integration: an organization, a space, or with neither all."""

    organization: Organization | None = None
    space: Space | None = None

    @property
    def is_everyone(self) -> bool:
        return self.organization is None and self.space is None


@sensitive_variables()
def create_integration(
    members: Mapping[str, Any], *, by: User, now: datetime
) -> Integration:
    """Make an integration of members as the wire names them; `scopings` are Scopes.

    Raises:
        Invalid: A member breaks a rule of checks.py, or the address is refused.
        Conflict: The account has an integration of this name.
    """
    integration = Integration(created_by=by, created_at=now, updated_at=now)
    _check_address(members)
    with transaction.atomic():
        _write(integration, members)
        _scope(integration, members.get("scopings", []))
    return integration


@sensitive_variables()
def update_integration(
    integration: Integration, changes: Mapping[str, Any], *, now: datetime
) -> Integration:
    """Change what is named.

    A new provider, base_url or set of headers takes the stored key away unless the
    key comes along, and a new place takes the headers' values away as well: they
    were entrusted to the old place only.

    Raises:
        Invalid, Conflict: As create_integration.
    """
    _check_address(changes)
    with transaction.atomic():
        rows = Integration.objects.select_for_update()
        if (fresh := rows.filter(pk=integration.pk).first()) is None:
            raise NotFound("AI integration not found.")
        fresh.updated_at = now
        _write(fresh, {**_cleared(fresh, changes), **changes})
        if "scopings" in changes:
            _scope(fresh, changes["scopings"])
    return fresh


def delete_integration(integration: Integration) -> None:
    """Delete an integration with its prices and its count of costs.

    Raises:
        Conflict: Something needs it; the message names what.
    """
    try:
        integration.delete()
    except (ProtectedError, RestrictedError) as error:
        users: set[Any] = getattr(error, "protected_objects", None) or set(
            getattr(error, "restricted_objects", ())
        )
        names = ", ".join(sorted(f"“{one}”" for one in users)[:5])
        message = f"“{integration.name}” is still used by {len(users)}: {names}."
        raise Conflict(message) from None


@transaction.atomic
def set_prices(integration: Integration, prices: Mapping[str, Price]) -> None:
    """Replace the price table; keys are names of models."""
    Integration.objects.select_for_update().get(pk=integration.pk)
    ModelPrice.objects.filter(integration=integration).delete()
    ModelPrice.objects.bulk_create(
        ModelPrice(
            integration=integration,
            model_name=name,
            input_usd=price.input_usd,
            output_usd=price.output_usd,
        )
        for name, price in prices.items()
    )


def record_spending(
    integration: Integration,
    *,
    now: datetime,
    usd: Decimal | None,
    input_tokens: int,
    output_tokens: int,
    calls: int = 1,
) -> None:
    """Add calls to this month's count; safe from any number of workers at once.

    `usd` is None where the model has no price.
    """
    row, _ = Spending.objects.get_or_create(
        integration=integration, month=month_of(now)
    )
    Spending.objects.filter(pk=row.pk).update(
        calls=F("calls") + calls,
        input_tokens=F("input_tokens") + input_tokens,
        output_tokens=F("output_tokens") + output_tokens,
        usd=F("usd") + (usd or Decimal(0)),
        unpriced_calls=F("unpriced_calls") + (calls if usd is None else 0),
    )


def record_test(
    integration: Integration, result: Mapping[str, Any], *, now: datetime
) -> None:
    """Keep how the last test went."""
    Integration.objects.filter(pk=integration.pk).update(
        tested_at=now, test_result=dict(result)
    )


def _check_address(members: Mapping[str, Any]) -> None:
    # Before any transaction: a name may take its time to resolve.
    if members.get("base_url"):
        check_base_url(members["base_url"])


@sensitive_variables()
def _write(integration: Integration, members: Mapping[str, Any]) -> None:
    # One key: the one that is given last stands in for the other kind.
    members = _one_key(members)
    for name, value in members.items():
        if name not in _NOT_COLUMNS:
            setattr(integration, name, value)
    if members.get("api_key"):
        checks.check_key(members["api_key"])
    if members.get("api_key_env"):
        checks.check_variable(members["api_key_env"])
    if members.get("region"):
        checks.check_region(members["region"])
    if "headers" in members:
        _set_headers(integration, members["headers"] or {})
    checks.check_metadata(integration)
    try:
        with transaction.atomic():
            integration.save()
    except IntegrityError:
        message = f"An AI integration named '{integration.name}' exists already."
        raise Conflict(message) from None


def _one_key(members: Mapping[str, Any]) -> dict[str, Any]:
    """Let a stored key replace one from the environment, and the other way round."""
    if members.get("api_key_env"):
        return {**members, "api_key": None}
    if "api_key" in members:
        return {**members, "api_key_env": ""}
    return dict(members)


@sensitive_variables()
def _set_headers(integration: Integration, headers: Mapping[str, str]) -> None:
    """Seal headers; a masked value keeps the one that is stored under its name."""
    stored = headers_of(integration) if checks.MASK in headers.values() else {}
    merged = {}
    for name, value in headers.items():
        if value == checks.MASK and name not in stored:
            reason = "send its value: the stored one is gone or was for another place"
            raise Invalid(f"headers.{name}: {reason}.", {f"headers.{name}": reason})
        merged[name] = stored[name] if value == checks.MASK else value
    checks.check_headers(merged)
    integration.headers = orjson.dumps(merged).decode() if merged else None
    integration.header_names = list(merged)


def headers_of(integration: Integration) -> dict[str, str]:
    """Return the headers with their values.

    Raises:
        Unreadable: They were sealed with a key this server does not have.
    """
    sealed = integration.headers
    return orjson.loads(sealed.reveal()) if sealed else {}


@sensitive_variables()
def _cleared(old: Integration, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what changes take away from the secrets, as changes of their own."""
    moves = any(
        name in changes and changes[name] != getattr(old, name) for name in _PLACE
    )
    headers = changes.get("headers") or {}
    reheaded = "headers" in changes and (
        set(headers) != set(old.header_names) or set(headers.values()) - {checks.MASK}
    )
    cleared: dict[str, Any] = {}
    if moves or reheaded:
        cleared |= {"api_key": None, "api_key_env": ""}
    if moves and old.headers is not None:
        # First of all, so that no mask brings them back.
        old.headers, old.header_names = None, []
    return cleared


def _scope(integration: Integration, scopes: Sequence[Scope]) -> None:
    everyone = not scopes or any(scope.is_everyone for scope in scopes)
    Integration.objects.filter(pk=integration.pk).update(is_account_wide=everyone)
    integration.is_account_wide = everyone
    integration.scopings.all().delete()
    for scope in dict.fromkeys(scopes):
        Scoping.objects.create(
            integration=integration,
            organization=scope.organization,
            space=scope.space,
        )
