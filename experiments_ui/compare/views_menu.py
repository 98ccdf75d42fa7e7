"""The menu of saved views, as a comparison's pages show it."""

from dataclasses import dataclass

from experiments_ui.compare.lineup import Comparison
from experiments_ui.compare.queries.saved import may_change, views_of
from experiments_ui.spaces.principals import Principal


@dataclass(frozen=True, slots=True)
class MenuView:
    """One view; `current` if the page's address is what it keeps."""

    number: int
    name: str
    owner: str
    is_mine: bool
    is_shared: bool
    current: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class ViewsMenu:
    """A person's own views, and those that others share."""

    own: list[MenuView]
    shared: list[MenuView]

    @property
    def current(self) -> MenuView | None:
        return next((one for one in [*self.own, *self.shared] if one.current), None)


def views_menu(comparison: Comparison, principal: Principal) -> ViewsMenu:
    """Return the views of a comparison's dataset; one query."""
    here = comparison.selection.but().query
    found = []
    for view in views_of(comparison.dataset, principal.user):
        # Saves a query each: they are all of this dataset.
        view.dataset = comparison.dataset
        found.append(
            MenuView(
                number=view.pk,
                name=view.name,
                owner=view.owner.display_name,
                is_mine=view.owner_id == principal.user.pk,
                is_shared=view.is_shared,
                current=view.query == here,
                may_change=may_change(view, principal),
            )
        )
    return ViewsMenu(
        own=[one for one in found if one.is_mine],
        shared=[one for one in found if not one.is_mine],
    )
