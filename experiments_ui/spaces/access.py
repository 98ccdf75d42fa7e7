"""The one door: from an id to a space, or to anything in a space."""

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from experiments_ui import ids
from experiments_ui.errors import BadRequest, Forbidden, NotFound
from experiments_ui.spaces.models import Role, Space
from experiments_ui.spaces.principals import Principal

_Resource = TypeVar("_Resource", bound=Model)


def spaces_of(principal: Principal) -> QuerySet[Space]:
    """Return the spaces a principal may see, by name."""
    spaces = Space.objects.order_by("name", "pk")
    if principal.is_account_admin:
        return spaces
    return spaces.filter(pk__in=list(principal.roles))


def get_space(principal: Principal, space_id: str, *, role: Role) -> Space:
    """Return a space by its wire id.

    Raises:
        NotFound: There is none, or the principal may not see it.
        Forbidden: It is visible, but takes more than the principal's role.
    """
    return _space(principal, Q(pk=ids.decode("Space", space_id)), role)


def get_space_by_slug(principal: Principal, slug: str, *, role: Role) -> Space:
    """Return a space by its word in a page's address; errors as get_space."""
    return _space(principal, Q(slug=slug), role)


def get_space_by_id_or_name(principal: Principal, text: str, *, role: Role) -> Space:
    """Return a space by wire id or exact name: Flight and OTLP clients send both."""
    try:
        number = ids.decode("Space", text)
    except BadRequest:
        return _space(principal, Q(name=text), role)
    return _space(principal, Q(pk=number), role)


def get_in_space(
    principal: Principal,
    queryset: QuerySet[_Resource],
    *,
    number: int,
    what: str,
    role: Role,
) -> _Resource:
    """Return one resource that has a `space`; one query.

    Every subject's ``queries.get_<thing>`` ends here.

    Raises:
        NotFound: There is none, or it lies in a space the principal may not see.
        Forbidden: It is visible, but takes more than the principal's role.
    """
    found = queryset.select_related("space").filter(pk=number).first()
    if found is None or principal.role_in(found.space_id) is None:  # type: ignore[attr-defined]  # any model with a space
        raise NotFound(f"{what} not found.")
    require(principal, found.space_id, role=role)  # type: ignore[attr-defined]  # as above
    return found


def require(principal: Principal, space_id: int, *, role: Role) -> None:
    """Check the role in a space the principal is known to see.

    Raises:
        Forbidden: The role is not enough.
    """
    if not may(principal, space_id, role=role):
        raise Forbidden(f"This needs the role {role.label.lower()} in the space.")


def may(principal: Principal, space_id: int, *, role: Role) -> bool:
    """Tell whether the principal has a role in a space, or a higher one."""
    held = principal.role_in(space_id)
    return held is not None and held.rank >= role.rank


def require_annotating(principal: Principal, space_id: int) -> None:
    """Check that the principal may say something; read-only members may not.

    Raises:
        Forbidden: They may only look.
    """
    if principal.role_in(space_id) in {None, Role.READ_ONLY}:
        raise Forbidden("This needs the role annotator or member in the space.")


def _space(principal: Principal, where: Q, role: Role) -> Space:
    space = spaces_of(principal).select_related("organization").filter(where).first()
    if space is None:
        raise NotFound("Space not found.")
    require(principal, space.pk, role=role)
    return space
