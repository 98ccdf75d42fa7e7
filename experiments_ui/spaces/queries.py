"""Reading organizations, memberships, people and tags."""

from django.db.models import Q, QuerySet

from experiments_ui import ids
from experiments_ui.accounts import queries as accounts
from experiments_ui.accounts.models import User
from experiments_ui.errors import NotFound
from experiments_ui.spaces import access
from experiments_ui.spaces.models import Membership, Organization, Role, Space, Tag
from experiments_ui.spaces.principals import Principal


def organization() -> Organization:
    """Return the one organization of this installation."""
    found = organizations().first()
    if found is None:
        raise NotFound("There is no organization yet; run the set-up first.")
    return found


def organizations() -> QuerySet[Organization]:
    return Organization.objects.order_by("pk")


def get_organization(organization_id: str) -> Organization:
    return organization_numbered(ids.decode("Organization", organization_id))


def organization_numbered(number: int) -> Organization:
    found = Organization.objects.filter(pk=number).first()
    if found is None:
        raise NotFound("Organization not found.")
    return found


def all_spaces() -> QuerySet[Space]:
    """Return every space, by name, for the commands of whoever runs the server."""
    return Space.objects.order_by("name", "pk")


def get_tag(principal: Principal, tag_id: str, *, role: Role) -> Tag:
    return access.get_in_space(
        principal,
        Tag.objects.all(),
        number=ids.decode("Tag", tag_id),
        what="Tag",
        role=role,
    )


def tags_numbered(principal: Principal, numbers: list[int]) -> list[Tag]:
    """Return the tags with these numbers.

    Raises:
        NotFound: One is absent, or in a space the principal may not see.
    """
    spaces = access.spaces_of(principal).values("pk")
    tags = list(Tag.objects.filter(pk__in=numbers, space__in=spaces))
    if missing := set(numbers) - {tag.pk for tag in tags}:
        raise NotFound(f"Tag {ids.encode('Tag', min(missing))} not found.")
    return tags


def tags_of(kind: str, number: int) -> QuerySet[Tag]:
    """Return the tags on one resource, by name."""
    return Tag.objects.filter(
        links__resource_kind=kind, links__resource_number=number
    ).order_by("name_key")


def memberships(space: Space) -> QuerySet[Membership]:
    return Membership.objects.filter(space=space).select_related("user")


def get_member(space: Space, user_id: str) -> User:
    """Return a user, person or bot, who is a member of a space."""
    number = ids.decode("User", user_id)
    found = User.objects.filter(pk=number, membership__space=space).first()
    if found is None:
        raise NotFound("This user is no member of the space.")
    return found


def visible_users(principal: Principal) -> QuerySet[User]:
    """Return the people a principal may know of, oldest first.

    Whoever administers something sees everyone, to be able to add them; others see
    themselves and the people of their spaces.
    """
    people = accounts.users()
    if principal.is_account_admin or Role.ADMIN in principal.roles.values():
        return people
    shared = Membership.objects.filter(space__in=list(principal.roles))
    return people.filter(Q(pk__in=shared.values("user")) | Q(pk=principal.user.pk))


def get_user(principal: Principal, user_id: str) -> User:
    """Return a person.

    Raises:
        NotFound: There is none, or the principal may not know of them.
    """
    number = ids.decode("User", user_id)
    found = visible_users(principal).filter(pk=number).first()
    if found is None:
        raise NotFound("User not found.")
    return found
