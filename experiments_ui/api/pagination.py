"""Cursor pages: `limit` and `cursor` in, the rows and `pagination` out."""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import orjson
from django.db.models import Model, Q, QuerySet

from experiments_ui.errors import BadRequest, Invalid

_LARGEST = 2**63 - 1
_DIGITS = re.compile(r"[0-9]{1,9}")
_Row = TypeVar("_Row")
_Resource = TypeVar("_Resource", bound=Model)


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What the caller asked for: `after` is the key of the last row they have."""

    limit: int
    after: list[Any] | None
    scope: str

    @classmethod
    def parse(
        cls,
        members: Mapping[str, Any],
        *,
        scope: Sequence[object] = (),
        default: int = 50,
        most: int = 100,
    ) -> "PageRequest":
        """Read `limit` and `cursor` from a query string or a body.

        `scope` is what the list is filtered by: a cursor fits only its own list.

        Raises:
            Invalid: The limit is out of range.
            BadRequest: The cursor is not one of this list's.
        """
        limit = _limit(members.get("limit"), default=default, most=most)
        mark = hashlib.sha256(repr(list(scope)).encode()).hexdigest()[:12]
        cursor = members.get("cursor")
        return cls(limit, _decode(cursor, mark) if cursor else None, mark)

    @property
    def after_number(self) -> int | None:
        """The number that is the whole key of a list in order of numbers.

        Raises:
            BadRequest: The cursor is of a list in another order.
        """
        return None if self.after is None else _only_number(self.after)

    def page(
        self, rows: Sequence[_Row], key: Callable[[_Row], Sequence[Any]]
    ) -> "Page[_Row]":
        """Cut rows, of which one more than `limit` was read, into a page."""
        shown = list(rows[: self.limit])
        more = len(rows) > self.limit
        return Page(shown, self._encode(key(shown[-1])) if more else None)

    def page_until(
        self, rows: Sequence[_Row], *, next_key: Sequence[Any] | None
    ) -> "Page[_Row]":
        """Return rows as they are; the search that found them knows where to go on."""
        return Page(list(rows), self._encode(next_key) if next_key else None)

    def _encode(self, key: Sequence[Any]) -> str:
        text = orjson.dumps([self.scope, *key])
        return base64.urlsafe_b64encode(text).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Page(Generic[_Row]):
    """Some rows of a list, and the cursor of the next ones if there are any."""

    rows: list[_Row]
    next_cursor: str | None

    def answer(self, name: str, shape: Callable[[_Row], Any]) -> dict[str, Any]:
        """Return the list response with its rows under `name`."""
        return self.answer_with(name, [shape(row) for row in self.rows])

    def answer_with(self, name: str, shown: Sequence[Any]) -> dict[str, Any]:
        """Return the list response of rows that were shaped together."""
        pagination: dict[str, Any] = {"has_more": self.next_cursor is not None}
        if self.next_cursor:
            pagination["next_cursor"] = self.next_cursor
        return {name: shown, "pagination": pagination}


def newest_first(
    rows: QuerySet[_Resource], request: PageRequest, *, by: str = "created_at"
) -> Page[_Resource]:
    """Return one page of resources, newest first; one query."""
    if request.after:
        moment, number = _pair(request.after)
        rows = rows.filter(
            Q(**{f"{by}__lt": moment}) | Q(**{by: moment, "pk__lt": number})
        )
    found = list(rows.order_by(f"-{by}", "-pk")[: request.limit + 1])
    return request.page(found, lambda row: [getattr(row, by).isoformat(), row.pk])


def oldest_first(rows: QuerySet[_Resource], request: PageRequest) -> Page[_Resource]:
    """Return one page of resources in order of their number; one query."""
    if (number := request.after_number) is not None:
        rows = rows.filter(pk__gt=number)
    found = list(rows.order_by("pk")[: request.limit + 1])
    return request.page(found, lambda row: [row.pk])


def _only_number(after: list[Any]) -> int:
    match after:
        case [int(number)] if 0 <= number <= _LARGEST:
            return number
    raise BadRequest("The cursor does not belong to this list.")


def _pair(after: list[Any]) -> tuple[datetime, int]:
    match after:
        case [str(moment), int(number)] if 0 <= number <= _LARGEST:
            with suppress(ValueError):
                return datetime.fromisoformat(moment).astimezone(UTC), number
    raise BadRequest("The cursor does not belong to this list.")


def _limit(value: Any, *, default: int, most: int) -> int:
    """Return the limit; a query string brings it as text, a body as an integer."""
    if value is None or value == "":
        return default
    text = str(value)
    if isinstance(value, int | str) and _DIGITS.fullmatch(text):
        limit = int(text)
        if 1 <= limit <= most:
            return limit
    message = f"limit must be an integer from 1 to {most}."
    raise Invalid(message, {"limit": message})


def _decode(cursor: Any, mark: str) -> list[Any]:
    try:
        padded = str(cursor) + "=" * (-len(str(cursor)) % 4)
        scope, *key = orjson.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, TypeError):
        raise BadRequest("The cursor cannot be read; start again without it.") from None
    if scope != mark or not key:
        raise BadRequest("The cursor belongs to another list or other filters.")
    return list(key)
