"""Making and changing spaces, memberships and tags."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from experiments_ui.accounts.models import User
from experiments_ui.errors import Conflict, Invalid
from experiments_ui.spaces.models import (
    Membership,
    Organization,
    Role,
    Space,
    Tag,
    TagLink,
)

# Spaces of different names made at once may want the same word in addresses.
_SLUG_ATTEMPTS = 3


def create_space(
    organization: Organization, *, name: str, creator: User | None, **more: Any
) -> Space:
    """Make a space whose creator is its admin.

    Raises:
        Conflict: The organization has a space of this name.
    """
    for _ in range(_SLUG_ATTEMPTS):
        with suppress(IntegrityError), transaction.atomic():
            space = Space.objects.create(
                organization=organization, name=name, slug=_free_slug(name), **more
            )
            if creator is not None:
                set_role(space, user=creator, role=Role.ADMIN)
            return space
        if Space.objects.filter(organization=organization, name=name).exists():
            break
    raise Conflict(f"A space named '{name}' exists already.")


def update_space(space: Space, changes: Mapping[str, Any]) -> Space:
    """Write the changed members; the slug in addresses stays."""
    for name, value in changes.items():
        setattr(space, name, value)
    try:
        with transaction.atomic():
            space.save(update_fields=list(changes))
    except IntegrityError:
        raise Conflict(f"A space named '{space.name}' exists already.") from None
    return space


def set_role(space: Space, *, user: User, role: Role) -> Membership:
    """Make a user a member, or change the role of one."""
    membership, _ = Membership.objects.update_or_create(
        space=space, user=user, defaults={"role": role}
    )
    return membership


def delete_space(space: Space) -> None:
    """Delete a space and what belongs to it; its experiments have to go first."""
    space.delete()


def remove_member(space: Space, *, user: User) -> None:
    Membership.objects.filter(space=space, user=user).delete()


def create_tag(
    space: Space, *, name: str, description: str | None, color: str | None
) -> Tag:
    name = name.strip()
    try:
        with transaction.atomic():
            return Tag.objects.create(
                space=space,
                name=name,
                name_key=name.casefold(),
                description=description,
                color=color,
            )
    except IntegrityError:
        raise Conflict(f"A tag named '{name}' exists already.") from None


def update_tag(tag: Tag, changes: Mapping[str, Any]) -> Tag:
    for field, value in changes.items():
        setattr(tag, field, value)
    tag.name = tag.name.strip()
    tag.name_key = tag.name.casefold()
    try:
        with transaction.atomic():
            tag.save()
    except IntegrityError:
        raise Conflict(f"A tag named '{tag.name}' exists already.") from None
    return tag


def delete_tag(tag: Tag) -> None:
    """Delete a tag and take it off everything."""
    tag.delete()


def attach_tags(space_id: int, *, kind: str, number: int, tags: Sequence[Tag]) -> None:
    """Put tags on a resource; those it has already stay.

    Raises:
        Invalid: A tag belongs to another space.
    """
    if strangers := [tag.name for tag in tags if tag.space_id != space_id]:
        raise Invalid(f"Tags of another space: {', '.join(strangers)}.")
    TagLink.objects.bulk_create(
        (TagLink(tag=tag, resource_kind=kind, resource_number=number) for tag in tags),
        ignore_conflicts=True,
    )


def detach_tags(*, kind: str, number: int, tag_numbers: Collection[int]) -> set[int]:
    """Take tags off a resource and return the numbers of those it had."""
    links = TagLink.objects.filter(
        resource_kind=kind, resource_number=number, tag_id__in=tag_numbers
    )
    had = set(links.values_list("tag_id", flat=True))
    links.delete()
    return had


def _free_slug(name: str) -> str:
    """Return a word for addresses: from the name, numbered when it is taken."""
    base = slugify(name)[:60] or "space"
    taken = set(
        Space.objects.filter(slug__startswith=base).values_list("slug", flat=True)
    )
    number = 1
    slug = base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
