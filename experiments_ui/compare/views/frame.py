"""What all places of a comparison share: who asks, what is compared, the ways on."""

from dataclasses import dataclass
from functools import partial

from django.utils.functional import SimpleLazyObject

from experiments_ui.compare.comparability import differences
from experiments_ui.compare.filters.mistakes import mistake_of, strangers
from experiments_ui.compare.lineup import Comparison, compare
from experiments_ui.compare.places import Place, places
from experiments_ui.compare.selection import Selection
from experiments_ui.compare.views_menu import views_menu
from experiments_ui.errors import NotFound
from experiments_ui.spaces import access
from experiments_ui.spaces.models import Role, Space
from experiments_ui.spaces.principals import Principal
from experiments_ui.spaces.requests import PageRequest


@dataclass(frozen=True, slots=True)
class Frame:
    """A place's surroundings; `context` is what `compare/frame.html` needs."""

    space: Space
    comparison: Comparison
    places: list[Place]
    can_write: bool
    principal: Principal

    @property
    def context(self) -> dict[str, object]:
        selection = self.comparison.selection
        return {
            "space": self.space,
            "comparison": self.comparison,
            "places": self.places,
            "no_filter": f"?{selection.but(where='').query}",
            "filter_fields": list(selection.but(where="").pairs()),
            "can_write": self.can_write,
            # Called by the pages that show them, not by fragments.
            "differences": partial(differences, self.comparison),
            "mistake": mistake_of(selection.where, self.comparison.filter_error),
            "strangers": partial(strangers, self.comparison),
            # Asked for twice, by the menu and its dialogs.
            "views": SimpleLazyObject(
                partial(views_menu, self.comparison, self.principal)
            ),
            "common_url": f"?{selection.but(common=not selection.common).query}",
        }


def frame(request: PageRequest, slug: str, *, current: str) -> Frame:
    """Line up what an address asks for; `current` is the name of the page's URL.

    Raises:
        NotFound: The space or an experiment is not there for this person.
        Invalid: The address says nothing that can be compared.
    """
    principal = request.principal
    space = access.get_space_by_slug(principal, slug, role=Role.READ_ONLY)
    comparison = compare(principal, Selection.parse(request.GET))
    # What one may do here is asked of this space: rows of another are not here.
    if comparison.dataset.space_id != space.pk:
        raise NotFound("These experiments are not in this space.")
    return Frame(
        space=space,
        comparison=comparison,
        places=places(comparison.selection, slug=slug, current=current),
        can_write=access.may(principal, space.pk, role=Role.MEMBER),
        principal=principal,
    )
