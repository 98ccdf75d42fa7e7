"""What pages show of a dataset's examples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from experiments_ui.analysis.filters import InvalidFilter, parse
from experiments_ui.datasets.models import (
    DatasetVersion,
    Example,
    ExampleAnnotation,
)
from experiments_ui.datasets.queries import (
    annotations_of,
    columns_of,
    count_of,
    examples_at,
)
from experiments_ui.datasets.queries.browsing import examples_slice, matching_positions
from experiments_ui.datasets.roles import Roles, guess
from experiments_ui.errors import NotFound
from experiments_ui.web.links import PageAddress, Pager
from experiments_ui.web.texts import Passage, as_text, in_a_cell, shortened

_PAGE_SIZE = 50
_MOST_OTHERS = 4
_LONGEST_OTHER = 60
_LONGEST_PAIR = 200


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """One line of the table; `others` are (name, short value)."""

    position: int
    id: str
    input: str
    expected: str
    label: str
    others: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ExampleTable:
    rows: list[ExampleRow]
    roles: Roles
    pager: Pager
    row_prefix: str
    where: str
    filter_error: str
    suggested_url: str
    clear_url: str


@dataclass(frozen=True, slots=True)
class Contents:
    """An example's fields: what it is about, short values, and longer ones."""

    main: list[Passage]
    pairs: list[tuple[str, str]]
    long: list[Passage]


@dataclass(frozen=True, slots=True)
class ExampleDrawer:
    """One example with everything known of it."""

    example: Example
    contents: Contents
    notes: Sequence[ExampleAnnotation]
    raw: str


def example_table(version: DatasetVersion, address: PageAddress) -> ExampleTable:
    """Return the page of examples that an address asks for."""
    roles = guess(columns_of(version.dataset))
    where, error = address.text("filter"), ""
    examples: list[Example] = []
    pager = address.pager(count_of(version), size=_PAGE_SIZE)
    try:
        if where:
            examples, pager = _filtered(version, where, address)
    except InvalidFilter as problem:
        error = problem.message
    if not where or error:
        examples = examples_slice(version, start=pager.start, stop=pager.stop)
    return ExampleTable(
        rows=[_row(example, roles) for example in examples],
        roles=roles,
        pager=pager,
        row_prefix=address.row_prefix(),
        where=where,
        filter_error=error,
        suggested_url=_suggested(where, roles, address) if error else "",
        clear_url=address.url(filter=None),
    )


def example_drawer(version: DatasetVersion, position: int) -> ExampleDrawer:
    """Return one example.

    Raises:
        NotFound: The version has none at this position.
    """
    example = examples_at(version, [position]).get(position)
    if example is None:
        raise NotFound("This version of the dataset has no such example.")
    fields: Mapping[str, Any] = orjson.loads(example.fields)
    return ExampleDrawer(
        example=example,
        contents=contents(fields, guess(columns_of(version.dataset))),
        notes=annotations_of(version.dataset, [position])[position],
        raw=_raw(example, fields),
    )


def contents(fields: Mapping[str, Any], roles: Roles) -> Contents:
    """Sort an example's fields by what they are for; those without value are out."""
    named = (
        (roles.input, "Input"),
        (roles.expected, "Expected"),
        (roles.label, "Label"),
    )
    main = [
        Passage.of(title, fields[name])
        for name, title in named
        if name is not None and fields.get(name) is not None
    ]
    rest = {n: fields[n] for n in roles.metadata if fields.get(n) is not None}
    plain = {name: value for name, value in rest.items() if _is_plain(value)}
    pairs = [pair for name, value in plain.items() for pair in _pairs(name, value)]
    long = [Passage.of(name, rest[name]) for name in rest if name not in plain]
    return Contents(main, pairs, long)


def _is_plain(value: object) -> bool:
    """Tell whether a value, or an object of such values, fits on lines of its own."""
    if isinstance(value, dict):
        return all(
            not isinstance(part, dict) and _is_plain(part) for part in value.values()
        )
    return not isinstance(value, list) and len(as_text(value)) <= _LONGEST_PAIR


def _pairs(name: str, value: object) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [(key, as_text(part)) for key, part in value.items()]
    return [(name, as_text(value))]


def _filtered(
    version: DatasetVersion, where: str, address: PageAddress
) -> tuple[list[Example], Pager]:
    positions = matching_positions(version, parse(where))
    pager = address.pager(len(positions), size=_PAGE_SIZE)
    found = examples_at(version, positions[pager.start : pager.stop].tolist())
    return [found[position] for position in sorted(found)], pager


def _suggested(where: str, roles: Roles, address: PageAddress) -> str:
    """Return the address that looks for the words as they stand in the input."""
    if roles.input is None or any(sign in where for sign in "=<>()"):
        return ""
    quoted = roles.input.replace('"', '""')
    name = roles.input if roles.input.isidentifier() else f'"{quoted}"'
    words = where.strip("'\"").replace("'", "''")
    return address.url(filter=f"{name} CONTAINS '{words}'")


def _row(example: Example, roles: Roles) -> ExampleRow:
    fields: Mapping[str, Any] = orjson.loads(example.fields)
    return ExampleRow(
        position=example.position,
        id=example.external_id,
        input=in_a_cell(fields.get(roles.input or "")),
        expected=in_a_cell(fields.get(roles.expected or "")),
        label=shortened(as_text(fields.get(roles.label or "")), most=40),
        others=_others(fields, roles),
    )


def _others(fields: Mapping[str, Any], roles: Roles) -> list[tuple[str, str]]:
    """Return the short values among the rest, those of an object one by one."""
    found: list[tuple[str, str]] = []
    for name in roles.metadata:
        value = fields.get(name)
        parts = value if isinstance(value, dict) else {name: value}
        found += [
            (key, shortened(as_text(part), most=_LONGEST_OTHER))
            for key, part in parts.items()
            if isinstance(part, str | int | float) and part != ""
        ]
    return found[:_MOST_OTHERS]


def _raw(example: Example, fields: Mapping[str, Any]) -> str:
    whole = {"id": example.external_id, **fields}
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2).decode()
