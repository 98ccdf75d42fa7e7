"""Putting values into prompts in one pass, looking up names and evaluating nothing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from experiments_ui.llm.errors import CallError, Kind

VALUE_CHARACTERS = 100_000

# Segments that begin with two underscores name Python's insides, and never a column.
_SEGMENT = r"(?!__)[^\W\d][\w-]*+"
_NAME = rf"{_SEGMENT}(?:\.(?!__)[\w-]++|\[\d{{1,9}}\])*+"


class VariableFormat(StrEnum):
    """How variables are written; the names are the wire's."""

    F_STRING = "F_STRING"
    """``{name}``; whatever else stands in braces, doubled ones too, stays as it is."""
    MUSTACHE = "MUSTACHE"
    """``{{name}}``; sections, partials and comments stay as they are."""
    NONE = "NONE"
    """No variables."""


_PATTERNS = {
    # Doubled braces are matched first, to be stepped over.
    VariableFormat.F_STRING: re.compile(rf"\{{\{{[^{{}}]*+\}}\}}|\{{({_NAME})\}}"),
    VariableFormat.MUSTACHE: re.compile(rf"\{{\{{[ \t]*+({_NAME})[ \t]*+\}}\}}"),
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A prompt, and the variables of which only the beginning and end are in it."""

    text: str
    truncated: tuple[str, ...] = ()


def variables(template: str, style: VariableFormat) -> tuple[str, ...]:
    """The names to fill in, each once, in order of appearance."""
    return tuple(dict.fromkeys(name for _, name in _placeholders(template, style)))


def missing(
    template: str, values: Mapping[str, object], style: VariableFormat
) -> tuple[str, ...]:
    return tuple(name for name in variables(template, style) if name not in values)


def render(
    template: str,
    values: Mapping[str, str],
    *,
    style: VariableFormat = VariableFormat.F_STRING,
    cap: int = VALUE_CHARACTERS,
) -> Rendered:
    """Fill in a template; what a value holds is never looked at.

    Args:
        template: The prompt.
        values: By the variable's whole name, dots included.
        style: How variables are written.
        cap: Characters of a value that are kept, from its beginning and its end.

    Raises:
        CallError: `missing_variable`, naming all that have no value.
    """
    if absent := missing(template, values, style):
        message = f"These variables have no value: {', '.join(absent[:20])}"
        raise CallError(Kind.MISSING_VARIABLE, message)
    used = variables(template, style)
    kept = {name: shortened(values[name], cap) for name in used}
    cut = tuple(name for name in used if len(values[name]) > cap)
    return Rendered("".join(_filled(template, kept, style)), cut)


def shortened(text: str, cap: int) -> str:
    """The text, or its beginning and end around a note of how much is left out."""
    if len(text) <= cap:
        return text
    head, tail = cap - cap // 2, cap // 2
    note = f"\n[… {len(text) - cap:,} characters left out …]\n"
    return text[:head] + note + text[len(text) - tail :]


def _filled(
    template: str, values: Mapping[str, str], style: VariableFormat
) -> Iterator[str]:
    end = 0
    for match, name in _placeholders(template, style):
        yield template[end : match.start()]
        yield values[name]
        end = match.end()
    yield template[end:]


def _placeholders(
    template: str, style: VariableFormat
) -> Iterator[tuple[re.Match[str], str]]:
    if style is VariableFormat.NONE:
        return
    for match in _PATTERNS[style].finditer(template):
        if match[1] is not None:
            yield match, match[1]
