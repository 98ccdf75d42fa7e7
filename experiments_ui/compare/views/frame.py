"""What all places of a comparison share: who asks, what is compared, the ways on."""

from dataclasses import dataclass
from functools import partial

from experiments_ui.compare.comparability import differences
from experiments_ui.compare.lineup import Comparison, compare
from experiments_ui.compare.places import Place, places
from experiments_ui.compare.selection import Selection
from experiments_ui.spaces import access
from experiments_ui.spaces.models import Role, Space
from experiments_ui.spaces.requests import PageRequest


@dataclass(frozen=True, slots=True)
class Frame:
    """A place's surroundings; `context` is what `compare/frame.html` needs."""

    space: Space
    comparison: Comparison
    places: list[Place]
    can_write: bool

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
    return Frame(
        space=space,
        comparison=comparison,
        places=places(comparison.selection, slug=slug, current=current),
        can_write=access.may(principal, space.pk, role=Role.MEMBER),
    )
