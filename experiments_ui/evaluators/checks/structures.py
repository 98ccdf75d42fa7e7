"""Checks of JSON: that it is some, and that it has a given shape."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types

from experiments_ui.evaluators.checks.outcomes import (
    Checker,
    Outcome,
    Parameters,
    Skipped,
    invalid,
    single,
    text_of,
    verdict,
)
from experiments_ui.evaluators.checks.patterns import compiled, readable

_LONGEST_READ = 1_000_000
_LONGEST_HELD = 100_000
_LONGEST_SCHEMA = 20_000
_MOST_NODES = 500
# References make a small schema endless; the others ask for much work by few words.
_REFUSED = frozenset(
    {
        "$ref",
        "$dynamicRef",
        "$recursiveRef",
        "patternProperties",
        "uniqueItems",
        "unevaluatedProperties",
        "unevaluatedItems",
    }
)


def json_parseable(parameters: Parameters) -> Checker:  # noqa: ARG001 -- it has none
    def check(values: Any) -> Outcome | Skipped:
        if not isinstance(values[0], str):
            return verdict("It is a JSON value already.", passes=True)
        return _read(values[0], most=_LONGEST_READ)[0]

    return check


def json_schema(parameters: Parameters) -> Checker:
    validator = _validator(single(parameters, "schema"))

    def check(values: Any) -> Outcome | Skipped:
        outcome, value = _read(text_of(values[0]), most=_LONGEST_HELD)
        if isinstance(outcome, Skipped) or not outcome.score:
            return outcome
        problem = next(validator.iter_errors(value), None)
        if problem is None:
            return verdict("It has the shape asked for.", passes=True)
        place = problem.json_path[:80]
        return verdict(f"{place}: {problem.message[:200]}", passes=False)

    return check


def _read(text: str, *, most: int) -> tuple[Outcome | Skipped, Any]:
    if len(text) > most:
        return Skipped(f"JSON over {most:,} characters is not read."), None
    try:
        value = json.loads(text, parse_constant=_refuse, parse_int=_whole)
    except json.JSONDecodeError as error:
        words = f"No JSON: {error.msg} in line {error.lineno}, column {error.colno}."
        return verdict(words, passes=False), None
    except ValueError as error:
        return verdict(f"No JSON: {error}", passes=False), None
    except RecursionError:
        return Skipped("It is nested too deeply to be read."), None
    return verdict("It is JSON.", passes=True), value


def _refuse(word: str) -> object:
    raise ValueError(f"{word} is no JSON number.")


def _whole(digits: str) -> float:
    """Read an integer; ones of thousands of digits would take long, and say no more."""
    return int(digits) if len(digits) <= 300 else float(digits)


def _validator(text: str) -> Any:
    if not text.strip() or len(text) > _LONGEST_SCHEMA:
        words = f"Give a JSON schema of 1 to {_LONGEST_SCHEMA:,} characters."
        raise invalid("schema", words)
    try:
        schema = json.loads(text)
        refused = _refused_in(schema)
    except (ValueError, RecursionError) as error:
        raise invalid("schema", f"The schema is no JSON: {error}.") from None
    if refused:
        raise invalid("schema", f"A schema with {refused} is not supported.")
    dialect = jsonschema.Draft202012Validator
    try:
        dialect.check_schema(schema)
    except jsonschema.SchemaError as error:
        words = f"{error.json_path}: {error.message[:200]}"
        raise invalid("schema", words) from None
    bounded = jsonschema.validators.extend(dialect, {"pattern": _matches})
    return bounded(schema)


def _refused_in(schema: Any) -> str:
    """Return the first word of a schema that is refused, or that it is too large."""
    count = 0
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        count += 1
        if count > _MOST_NODES:
            return f"over {_MOST_NODES} parts"
        if isinstance(node, Mapping):
            if found := sorted(_REFUSED & set(node)):
                return found[0]
            if isinstance(pattern := node.get("pattern"), str):
                compiled(pattern, parameter="schema")
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return ""


def _matches(
    validator: Any, pattern: str, value: Any, schema: Any
) -> Iterator[jsonschema.ValidationError]:
    """Hold text against `pattern` by RE2: the library's own way can take for ever."""
    del validator, schema  # its signature
    if not isinstance(value, str):
        return
    if not compiled(pattern, parameter="schema").search(readable(value)):
        yield jsonschema.ValidationError(f"does not match {pattern[:80]!r}")
