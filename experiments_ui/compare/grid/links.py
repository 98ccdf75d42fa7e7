"""Every link of the compare page: each is the same address with one thing changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from experiments_ui.compare.grid.page import ComparePage
from experiments_ui.compare.selection import DiffMode, Only, Selection, Sort

_ONLY = {
    "all": "All",
    "regressed": "Regressed",
    "improved": "Improved",
    "disagree": "Disagree",
    "errors": "Errors",
    "unreviewed": "Unreviewed",
}
_DIFFS = {
    "changes": "Changes",
    "full": "Full",
    "json": "JSON",
    "expected": "Expected",
    "plain": "Plain",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A way on; `key` is the key that goes it, if there is one."""

    url: str
    label: str
    current: bool = False
    count: int | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class HeadLinks:
    """What one column's menu offers."""

    make_baseline: str
    move_left: str
    move_right: str
    remove: str
    sorts: list[Link]


@dataclass(frozen=True, slots=True)
class Links:
    tabs: list[Link]
    diffs: list[Link]
    next_diff: str
    switches: list[Link]
    no_expected: bool
    metrics: list[Link]
    sorts: list[Link]
    columns: list[Link]
    density: Link
    heads: list[HeadLinks]


def links(page: ComparePage, *, slug: str) -> Links:
    """Return the links of a page in the space `slug`."""
    comparison = page.comparison
    now = comparison.selection
    base = f"/spaces/{slug}/compare/?"
    modes: Sequence[DiffMode] = get_args(DiffMode)
    following = modes[(modes.index(now.diff) + 1) % len(modes)]
    return Links(
        tabs=[
            Link(
                base + now.but(only=one).query,
                _ONLY[one],
                now.only == one,
                page.counts[one],
            )
            for one in get_args(Only)
        ],
        diffs=[_diff(now, base, one) for one in modes],
        next_diff=_diff(now, base, following).url,
        switches=_switches(now, base),
        no_expected=now.diff == "expected"
        and comparison.roles.expected is None
        and comparison.roles.label is None,
        metrics=[
            Link(
                base + now.but(metric=one.key, sort=None).query,
                one.label,
                one == comparison.metric,
            )
            for one in comparison.metrics
        ],
        sorts=_sorts(page, base),
        columns=[
            Link(
                base + now.toggling(one.key).query,
                one.label,
                comparison.is_visible(one),
            )
            for one in comparison.metrics
        ],
        density=Link(
            base + now.but(fit=not now.fit).query, "Fit more columns", now.fit
        ),
        heads=[_head(page, number, base) for number in now.experiments],
    )


def _diff(now: Selection, base: str, mode: DiffMode) -> Link:
    url = base + now.but(diff=mode, row=now.row).query
    return Link(url, _DIFFS[mode], now.diff == mode)


def _switches(now: Selection, base: str) -> list[Link]:
    blanks = now.but(blanks_count=not now.blanks_count, row=now.row)
    case = now.but(case_folds=not now.case_folds, row=now.row)
    return [
        Link(base + blanks.query, "Count blanks", now.blanks_count, key="w"),
        Link(base + case.query, "Ignore case", now.case_folds, key="i"),
    ]


def _sorts(page: ComparePage, base: str) -> list[Link]:
    now = page.comparison.selection
    choices = [
        (Sort("position"), "Dataset order"),
        (Sort("delta"), "Biggest regressions first"),
        (Sort("delta", descending=True), "Biggest improvements first"),
    ]
    return [
        Link(base + now.but(sort=sort).query, label, page.sort == sort)
        for sort, label in choices
    ]


def _head(page: ComparePage, number: int, base: str) -> HeadLinks:
    now = page.comparison.selection
    can_leave = len(now.experiments) > 1
    return HeadLinks(
        make_baseline=base + now.based_on(number).query,
        move_left=_moved(now, number, base, by=-1),
        move_right=_moved(now, number, base, by=1),
        remove=base + now.without(number).query if can_leave else "",
        sorts=_column_sorts(page, now, number, base),
    )


def _moved(now: Selection, number: int, base: str, *, by: int) -> str:
    """Return the way to move a candidate; empty at the end it would move to."""
    ends = {-1: now.others[:1], 1: now.others[-1:]}[by]
    if number == now.base or number in ends:
        return ""
    return base + now.moved(number, by=by).query


def _column_sorts(
    page: ComparePage, now: Selection, number: int, base: str
) -> list[Link]:
    wanted = [(m.key, m.label) for m in page.comparison.visible if not m.is_label]
    if number != now.base and page.comparison.metric:
        wanted.insert(0, ("delta", f"change of {page.comparison.metric.label}"))
    found = []
    for key, label in wanted:
        for descending, words in ((False, "lowest first"), (True, "highest first")):
            sort = Sort(key, number, descending)
            url = base + now.but(sort=sort).query
            found.append(Link(url, f"{label}, {words}", page.sort == sort))
    return found
