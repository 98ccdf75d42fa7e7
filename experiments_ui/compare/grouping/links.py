"""The links of the menu by which rows are grouped."""

from experiments_ui.compare.filters.names import example_names
from experiments_ui.compare.grid.links import Link
from experiments_ui.compare.lineup import Comparison


def group_links(comparison: Comparison, *, slug: str) -> list[Link]:
    """Return a link per column with few different values, behind that for none."""
    now = comparison.selection
    names = example_names(comparison.dataset).groupable
    if now.group and now.group not in names:
        names = (*names, now.group)
    base = f"/spaces/{slug}/compare/?"
    return [
        Link(base + now.but(group=name).query, name or "No groups", now.group == name)
        for name in ("", *names)
    ]
