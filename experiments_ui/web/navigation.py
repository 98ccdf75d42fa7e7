"""The sidebar: what there is in a space, and where one is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NavLink:
    url: str
    label: str
    icon: str
    group: str
    key: str
    current: bool
    count: int | None = None


_PLACES = (
    ("datasets/", "Datasets", "database", "", "g d"),
    ("experiments/", "Experiments", "flask-conical", "", "g e"),
    ("evaluators/", "Evaluators", "scale", "", "g v"),
    ("traces/", "Traces", "list-tree", "", "g t"),
    ("settings/", "Settings", "settings", "Manage", "g s"),
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
            key=key,
            current=path.startswith((base + place, *_also(base, place))),
        )
        for place, label, icon, group, key in _PLACES
    ]


def _also(base: str, place: str) -> tuple[str, ...]:
    """Return what else counts as being there: comparisons belong to a dataset."""
    return (f"{base}compare/", f"{base}upload/") if place == "datasets/" else ()
