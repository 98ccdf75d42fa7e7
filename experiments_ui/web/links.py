"""Links that keep the rest of a page's address: tabs, sorting, pages, switches."""

from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest, QueryDict

from experiments_ui.web.templatetags.shown import count as grouped

SortOrder = Literal["ascending", "descending", ""]

_MOST_DIGITS = 9
_MOST_STORED = 18


@dataclass(frozen=True, slots=True)
class Link:
    """A tab, a segment or a menu's line: somewhere to go."""

    url: str
    label: str
    count: str | None = None
    key: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class SortLink:
    """The head of a column that can be sorted by."""

    url: str
    order: SortOrder


@dataclass(frozen=True, slots=True)
class Pager:
    """Which part of a list a page shows; `start` and `stop` are indices."""

    start: int
    stop: int
    total: int
    previous_url: str
    next_url: str

    @property
    def first_shown(self) -> str:
        return grouped(min(self.start + 1, self.total))

    @property
    def last_shown(self) -> str:
        return grouped(self.stop)

    @property
    def total_shown(self) -> str:
        return grouped(self.total)

    @property
    def is_needed(self) -> bool:
        return bool(self.previous_url or self.next_url)


def whole_number(text: str) -> int | None:
    """Return a number of up to 18 digits, which any database holds; else None."""
    # Other scripts' digits too pass isdigit, and int refuses some: ².
    is_one = text.isascii() and text.isdigit() and len(text) <= _MOST_STORED
    return int(text) if is_one else None


class PageAddress:
    """The address of a page, from which others are made."""

    def __init__(self, path: str, query: QueryDict) -> None:
        self.path = path
        self.query = query

    @classmethod
    def of(cls, request: HttpRequest) -> "PageAddress":
        return cls(request.path, request.GET)

    def text(self, name: str) -> str:
        return self.query.get(name, "").strip()

    def number(self, name: str) -> int | None:
        """Return a whole number, or None for anything else."""
        text = self.text(name)
        return whole_number(text) if len(text) <= _MOST_DIGITS else None

    def url(self, **changes: str | int | None) -> str:
        """Return this address with members replaced; None or "" leaves one out.

        An open row and the page number belong to the view that is left.
        """
        query = self.query.copy()
        for name in ("row", "page"):
            query.pop(name, None)
        for name, value in changes.items():
            query.pop(name, None)
            if value not in (None, ""):
                query[name] = str(value)
        text = query.urlencode()
        return f"{self.path}?{text}" if text else self.path

    def row_prefix(self) -> str:
        """Return the beginning of links that open a row and keep all else."""
        query = self.query.copy()
        query.pop("row", None)
        text = query.urlencode()
        return f"?{text}&row=" if text else "?row="

    def others(self, *names: str) -> list[tuple[str, str]]:
        """Return the members that a form must carry along: all but those it sets."""
        left_out = {"row", "page", *names}
        return [
            (name, value)
            for name, values in self.query.lists()
            if name not in left_out
            for value in values
        ]

    def toggled(self, name: str, value: str) -> str:
        """Return the address with one value of a repeated member added or taken out."""
        query = self.query.copy()
        values = query.getlist(name)
        others = [one for one in values if one != value]
        query.setlist(name, others if value in values else [*others, value])
        text = query.urlencode()
        return f"{self.path}?{text}" if text else self.path

    def sort_link(self, key: str, *, chosen: str, first: SortOrder) -> SortLink:
        """Return the head that sorts by `key`: first one way, then the other."""
        up, down = key, f"-{key}"
        order: SortOrder = ""
        if chosen in (up, down):
            order = "descending" if chosen == down else "ascending"
        goes_down = order == "ascending" or (not order and first == "descending")
        return SortLink(self.url(sort=down if goes_down else up), order)

    def pager(self, total: int, *, size: int) -> Pager:
        """Return the part that the member `page` names; the last one if beyond."""
        last = max(1, -(-total // size))
        page = min(max(self.number("page") or 1, 1), last)
        start = (page - 1) * size
        return Pager(
            start=start,
            stop=min(start + size, total),
            total=total,
            previous_url=self.url(page=page - 1) if page > 1 else "",
            next_url=self.url(page=page + 1) if page < last else "",
        )
