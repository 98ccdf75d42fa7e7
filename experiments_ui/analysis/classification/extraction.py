"""Where a prediction stands in an output: in the whole of it, or at a place in it."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import re2  # type: ignore[import-untyped]  # it ships no types

from experiments_ui.errors import Invalid

MAX_PATTERN = 1_000
MAX_PATH = 500
# An output of JSON longer than this has no prediction.
MAX_JSON = 1_000_000
# RE2 reads a text once, but a character costs up to some 4 ns for each step of the
# pattern: 100,000 characters take a millisecond as a rule, and 2 s at the very worst.
MAX_SEARCHED = 100_000
_MAX_STEPS = 5_000
_MAX_MEMORY = 8 << 20

Place = Literal["output", "column", "path", "pattern"]
Extractor = Callable[[str | None, Mapping[str, object]], object]

_STEP = re.compile(
    r"""\.(?P<name>[^.\[\]"'\s][^.\[\]]*)"""
    r"""|\[(?P<index>-?[0-9]{1,9})\]"""
    r"""|\[(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')\]"""
)
_FENCE = re.compile(r"```[A-Za-z]*[ \t]*\n(.*?)```", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rule:
    """Where to look: `text` is the column, the path or the pattern.

    A path such as ``answer.label``, ``items[0].label`` or ``["odd name"][-1]`` leads
    into an output that is JSON, or holds a fenced block of it. A pattern is RE2's, has
    one group, and takes its first match in the first 100,000 characters.
    """

    place: Place = "output"
    text: str = ""


def extractor(rule: Rule) -> Extractor:
    """Return a function of an output and its row's columns: the value, or None.

    Raises:
        Invalid: The rule cannot be read; `fields` names ``column``, ``path`` or
            ``pattern``.
    """
    match rule.place:
        case "output":
            return lambda output, _: output
        case "column":
            return _column(rule.text)
        case "path":
            steps = parse_path(rule.text)
            return lambda output, _: _follow(_read(output), steps)
        case "pattern":
            return _pattern(rule.text)


def _invalid(field: str, message: str) -> Invalid:
    return Invalid(message, {field: message})


def _column(name: str) -> Extractor:
    if not name.strip():
        raise _invalid("column", "Name the column that holds the prediction.")
    return lambda _, columns: columns.get(name)


def parse_path(path: str) -> tuple[str | int, ...]:
    """Cut a path into names and indexes.

    Raises:
        Invalid: It is blank, too long, or has a stray character.
    """
    rooted = path.strip()
    # A dot may follow the root or a step, but not stand alone at the start.
    text = rooted.removeprefix("$") if rooted.startswith("$") else f".{rooted}"
    text = text.replace(".[", "[", 1) if text.startswith(".[") else text
    if not rooted or len(rooted) > MAX_PATH:
        words = f"Write a path of at most {MAX_PATH} characters, such as answer.label."
        raise _invalid("path", words)
    return tuple(_steps(text))


def _steps(text: str) -> Iterator[str | int]:
    place = 0
    while place < len(text):
        found = _STEP.match(text, place)
        if found is None:
            words = f"The path cannot be read from {text[place : place + 20]!r} on."
            raise _invalid("path", words)
        yield _step(found)
        place = found.end()


def _step(found: re.Match[str]) -> str | int:
    if found["index"] is not None:
        return int(found["index"])
    names = (found["name"], found["double"], found["single"])
    return next(name for name in names if name is not None)


def _read(output: str | None) -> Any:
    """Read JSON from an output, or from the first fenced block in it."""
    if not output or len(output) > MAX_JSON:
        return None
    try:
        return json.loads(output)
    except (ValueError, RecursionError):
        pass
    fenced = _FENCE.search(output)
    try:
        return json.loads(fenced[1]) if fenced else None
    except (ValueError, RecursionError):
        return None


def _follow(value: Any, steps: tuple[str | int, ...]) -> object:
    """Walk into a JSON value; where a step leads nowhere there is none."""
    for step in steps:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        elif isinstance(value, list) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def _pattern(pattern: str) -> Extractor:
    compiled = _compiled(pattern)

    def extract(output: str | None, _: Mapping[str, object]) -> object:
        # RE2 reads UTF-8, which has no lone surrogates.
        text = (output or "")[:MAX_SEARCHED].encode(errors="replace").decode()
        found = compiled.search(text)
        return found[1] if found else None

    return extract


def _compiled(pattern: str) -> Any:
    """Compile by RE2, whose time grows with the text's length and no faster."""
    if not pattern or len(pattern) > MAX_PATTERN:
        words = f"Write a pattern of at most {MAX_PATTERN:,} characters."
        raise _invalid("pattern", words)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_MEMORY
    try:
        compiled = re2.compile(pattern, options=options)
    except (re2.error, UnicodeError) as error:
        raise _invalid("pattern", _explained(pattern, error)) from error
    if compiled.programsize > _MAX_STEPS:
        raise _invalid("pattern", "The pattern repeats too much: use + or smaller {n}.")
    if compiled.groups != 1:
        words = (
            f"The pattern has {compiled.groups} groups: put round brackets around the"
            " prediction alone, and (?:…) elsewhere."
        )
        raise _invalid("pattern", words)
    return compiled


def _explained(pattern: str, error: Exception) -> str:
    if re.search(r"\(\?<?[=!]", pattern):
        return "Look-around, as in (?=…), is not supported: match what is around it."
    if re.search(r"\\[1-9]|\(\?P=", pattern):
        return "Back-references, as in \\1, are not supported."
    reason = error.args[0] if error.args else ""
    words = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    return f"The pattern cannot be read: {words}."
