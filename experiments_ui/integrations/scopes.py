"""Who an integration is for, and who has the power to say so."""

from collections.abc import Mapping, Sequence
from typing import Any

from experiments_ui import ids
from experiments_ui.errors import Forbidden, Invalid
from experiments_ui.integrations.actions import Scope
from experiments_ui.spaces import access, queries
from experiments_ui.spaces.models import Role, Space
from experiments_ui.spaces.principals import Principal


def scopes_in(principal: Principal, wanted: Sequence[Mapping[str, Any]]) -> list[Scope]:
    """Return the scopes that rows of `organization_id` and `space_id` name.

    Raises:
        NotFound: One is absent, or not the principal's to see.
        Forbidden: The principal does not administer all of them.
        Invalid: A space is not in the organization beside it.
    """
    scopes = [_scope(principal, one) for one in wanted]
    require_power(principal, scopes)
    return scopes


def require_power(principal: Principal, scopes: Sequence[Scope]) -> None:
    """Check that a principal may make integrations for these scopes; none is all.

    Raises:
        Forbidden: They reach further than the spaces the principal administers.
    """
    if principal.is_account_admin:
        return
    if not scopes or any(scope.space is None for scope in scopes):
        raise Forbidden(
            "Only an account admin makes integrations for the whole account or for an "
            "organization; name spaces that you administer in scopings."
        )


def scope_of_space(principal: Principal, space: Space) -> Scope:
    access.require(principal, space.pk, role=Role.ADMIN)
    return Scope(space.organization, space)


def _scope(principal: Principal, wanted: Mapping[str, Any]) -> Scope:
    organization_id, space_id = wanted.get("organization_id"), wanted.get("space_id")
    space = (
        access.get_space(principal, ids.encode("Space", space_id), role=Role.ADMIN)
        if space_id is not None
        else None
    )
    if organization_id is None:
        return Scope(space=space)
    organization = queries.organization_numbered(organization_id)
    if space is not None and space.organization_id != organization.pk:
        message = f"The space '{space.name}' is not in that organization."
        raise Invalid(message, {"scopings": message})
    return Scope(organization, space)
