"""What the filter of a comparison may name, with the values it knows."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import orjson

from experiments_ui.columns import read as column_reader
from experiments_ui.columns.cache import derived
from experiments_ui.columns.models import Kind
from experiments_ui.compare.classes.named import class_names
from experiments_ui.compare.filters.columns import REVIEW
from experiments_ui.compare.filters.conditions import literal, quoted
from experiments_ui.compare.queries.reviews import OPINIONS
from experiments_ui.datasets.models import Dataset
from experiments_ui.datasets.queries import examples_page, get_version
from experiments_ui.experiments.queries.sides import Side

# Examples whose fields tell what there is to name: the first ones speak for all.
_SAMPLE = 1_000
_MOST_VALUES = 60
_MOST_NAMES = 400
_LONGEST_VALUE = 60
_FEW_VALUES = 10
_OWN_RUN_COLUMNS = ("output", "error", "example_id", "id")
_WORDS_OF_KIND = {Kind.CODE: "label", Kind.TEXT: "text", Kind.BOOLEAN: "yes or no"}


@dataclass(frozen=True, slots=True)
class Name:
    """One name: `text` as it is written in a filter, `values` as literals."""

    name: str
    text: str
    kind: str
    of: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExampleNames:
    """Names of the examples; `groupable` have few different values."""

    names: tuple[Name, ...]
    groupable: tuple[str, ...]

    @property
    def nbytes(self) -> int:
        return 300 * len(self.names) + sum(100 * len(one.values) for one in self.names)


def names_of(dataset: Dataset, sides: Sequence[Side]) -> list[Name]:
    """Return all names: the examples', the rows' review, and each experiment's."""
    opinions = tuple(literal(one) for one in OPINIONS)
    found = [
        *example_names(dataset).names,
        Name(REVIEW, REVIEW, "label", "reviews", opinions),
    ]
    for place, side in enumerate(sides):
        found += _run_names(side, "abcdefghij"[place], opinions if place else ())
    return found + _classes(dataset, sides)


def _classes(dataset: Dataset, sides: Sequence[Side]) -> list[Name]:
    """Return what the settings of classes let a filter name."""
    return [
        Name(
            one.name,
            one.name,
            "label",
            "classes"
            if one.place is None
            else f"{one.name[0]}: {sides[one.place].experiment.name}",
            tuple(literal(label) for label in one.labels[:_MOST_VALUES]),
        )
        for one in class_names(dataset, sides)
    ]


def did_you_mean(unknown: str, names: Iterable[Name]) -> str:
    """Return the known name nearest to one that nothing has, or nothing."""
    texts = {one.name.lower(): one.text for one in names}
    near = get_close_matches(unknown.lower(), texts, n=1, cutoff=0.6)
    return texts[near[0]] if near else ""


def example_names(dataset: Dataset) -> ExampleNames:
    """Return the names of the examples' columns and of what lies one level in them."""
    return derived(
        ("example names", dataset.pk),
        dataset.revision,
        lambda: _example_names(dataset),
    )


def _example_names(dataset: Dataset) -> ExampleNames:
    rows = examples_page(get_version(dataset, None), limit=_SAMPLE)
    seen: dict[str, list[object]] = {"id": []}
    for row in rows:
        for name, value in _leaves(orjson.loads(row.fields)):
            if name in seen or len(seen) < _MOST_NAMES:
                seen.setdefault(name, []).append(value)
    return ExampleNames(
        names=tuple(
            Name(name, quoted(name), _kind(values), "examples", _usual(values))
            for name, values in seen.items()
        ),
        groupable=tuple(n for n, values in seen.items() if _is_groupable(values)),
    )


def _leaves(fields: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for name, value in fields.items():
        if not isinstance(value, dict):
            yield name, value
            continue
        for key, inner in value.items():
            yield f"{name}.{key}", inner


def _kind(values: Sequence[object]) -> str:
    kinds = {type(value) for value in values if value is not None}
    if kinds and kinds <= {int, float}:
        return "number"
    return "yes or no" if kinds == {bool} else "text"


def _short(values: Iterable[object]) -> list[object]:
    return [
        one
        for one in values
        if isinstance(one, bool | int | float)
        or (isinstance(one, str) and len(one) <= _LONGEST_VALUE)
    ]


def _usual(values: Sequence[object]) -> tuple[str, ...]:
    """Return the values that occur more than once, the most frequent first."""
    counted = Counter(literal(one) for one in _short(values))
    often = [(text, n) for text, n in counted.items() if n > 1 or len(counted) <= 10]
    often.sort(key=lambda pair: (-pair[1], pair[0]))
    return tuple(text for text, _ in often[:_MOST_VALUES])


def _is_groupable(values: Sequence[object]) -> bool:
    short = _short(values)
    different = len({literal(one) for one in short})
    has_groups = 1 < different < len(short) and 2 * len(short) > len(values)
    return has_groups and different <= max(len(short) // 2, _FEW_VALUES)


def _run_names(side: Side, letter: str, opinions: tuple[str, ...]) -> Iterator[Name]:
    owner = f"{letter}: {side.experiment.name}"
    for name in _OWN_RUN_COLUMNS:
        yield Name(f"{letter}.{name}", f"{letter}.{name}", "text", owner)
    if opinions:
        yield Name(f"{letter}.{REVIEW}", f"{letter}.{REVIEW}", "label", owner, opinions)
    labels = _labels(side)
    for shape in side.shape.columns.values():
        if shape.name.startswith(":") and not shape.name.startswith(":annotation."):
            continue
        name = f"{letter}.{shape.name.removeprefix(':')}"
        kind = _WORDS_OF_KIND.get(Kind(shape.kind), "number")
        yield Name(name, quoted(name), kind, owner, labels.get(shape.name, ()))


def _labels(side: Side) -> dict[str, tuple[str, ...]]:
    coded = [one.name for one in side.shape.columns.values() if one.kind == Kind.CODE]
    frame = side.experiment.frame_id
    found = column_reader.vectors({frame: coded})[frame] if coded else {}
    return {
        name: tuple(
            literal(text)
            for text in vector.labels[:_MOST_VALUES]
            if len(text) <= _LONGEST_VALUE
        )
        for name, vector in found.items()
    }
