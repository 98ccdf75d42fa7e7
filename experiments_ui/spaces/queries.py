"""Reading organizations, memberships and tags."""

from django.db.models import QuerySet

from experiments_ui import ids
from experiments_ui.errors import NotFound
from experiments_ui.spaces import access
from experiments_ui.spaces.models import Membership, Organization, Role, Space, Tag
from experiments_ui.spaces.principals import Principal


def organization() -> Organization:
    """Return the one organization of this installation."""
    found = Organization.objects.order_by("pk").first()
    if found is None:
        raise NotFound("There is no organization yet; run the set-up first.")
    return found


def get_organization(organization_id: str) -> Organization:
    number = ids.decode("Organization", organization_id)
    found = Organization.objects.filter(pk=number).first()
    if found is None:
        raise NotFound("Organization not found.")
    return found


def get_tag(principal: Principal, tag_id: str, *, role: Role) -> Tag:
    return access.get_in_space(
        principal,
        Tag.objects.all(),
        number=ids.decode("Tag", tag_id),
        what="Tag",
        role=role,
    )


def tags_of(kind: str, number: int) -> QuerySet[Tag]:
    """Return the tags on one resource, by name."""
    return Tag.objects.filter(
        links__resource_kind=kind, links__resource_number=number
    ).order_by("name_key")


def memberships(space: Space) -> QuerySet[Membership]:
    return Membership.objects.filter(space=space).select_related("user")
