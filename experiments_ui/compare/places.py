"""The places of a comparison: each asks something else of the same selection."""

from dataclasses import dataclass

from django.urls import reverse

from experiments_ui.compare.selection import Selection


@dataclass(frozen=True, slots=True)
class Place:
    """One tab of the strip over a comparison."""

    url: str
    label: str
    current: bool
    key: str
    count: int | None = None


_PLACES = (
    ("compare", "Rows", "v r"),
    ("compare-verdict", "Verdict", "v v"),
    ("compare-charts", "Charts", "v c"),
    ("compare-slices", "Slices", "v s"),
    ("compare-classes", "Classes", "v k"),
)


def places(selection: Selection, *, slug: str, current: str) -> list[Place]:
    """Return the tabs of a comparison; `current` is the name of the page's URL."""
    query = selection.but(row=None).query
    return [
        Place(f"{reverse(name, args=[slug])}?{query}", label, name == current, key)
        for name, label, key in _PLACES
    ]
