"""The sidebar: what there is in a space, and where one is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NavLink:
    url: str
    label: str
    icon: str
    group: str
    current: bool


_PLACES = (
    ("datasets/", "Datasets", "database", ""),
    ("experiments/", "Experiments", "flask-conical", ""),
    ("traces/", "Traces", "list-tree", ""),
    ("settings/", "Settings", "settings", "Manage"),
)


def navigation(path: str, *, slug: str) -> list[NavLink]:
    """Return the links of a space's sidebar; the one that leads here is current."""
    base = f"/spaces/{slug}/"
    return [
        NavLink(
            url=base + place,
            label=label,
            icon=icon,
            group=group,
            current=path.startswith(base + place),
        )
        for place, label, icon, group in _PLACES
    ]
