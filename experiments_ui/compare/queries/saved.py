"""Finding saved views of comparisons."""

from django.db.models import Q

from experiments_ui.accounts.models import User
from experiments_ui.compare.models import SavedView
from experiments_ui.datasets.models import Dataset
from experiments_ui.errors import Forbidden, NotFound
from experiments_ui.spaces import access
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.principals import Principal


def views_of(dataset: Dataset, user: User) -> list[SavedView]:
    """Return a person's own views and those shared by others, by name; one query."""
    mine_or_shared = Q(owner=user) | Q(is_shared=True)
    views = SavedView.objects.filter(mine_or_shared, dataset=dataset)
    return list(views.select_related("owner").order_by("name", "pk"))


def get_view(principal: Principal, slug: str, number: int) -> SavedView:
    """Return a view of a space that a person may open.

    Raises:
        NotFound: It is not there, lies in another space, or is another's own.
    """
    space = access.get_space_by_slug(principal, slug, role=Role.READ_ONLY)
    mine_or_shared = Q(owner=principal.user) | Q(is_shared=True)
    views = SavedView.objects.select_related("dataset", "owner").filter(
        mine_or_shared, dataset__space=space, pk=number
    )
    found = views.first()
    if found is None:
        raise NotFound("This view is not there, or is not shared with you.")
    return found


def get_view_to_change(principal: Principal, slug: str, number: int) -> SavedView:
    """Return a view that a person may rename or delete: their own, or as an admin.

    Raises:
        NotFound: It is not there for this person.
        Forbidden: It is another person's, and this one is no admin of the space.
    """
    found = get_view(principal, slug, number)
    if not may_change(found, principal):
        raise Forbidden("Only its owner or an admin of the space may change a view.")
    return found


def may_change(view: SavedView, principal: Principal) -> bool:
    """Tell whether a person may rename, overwrite or delete a view that they see."""
    space_id = view.dataset.space_id
    if not access.may(principal, space_id, role=Role.MEMBER):
        return False
    is_admin = access.may(principal, space_id, role=Role.ADMIN)
    return is_admin or view.owner_id == principal.user.pk
