"""Regular expressions by RE2, whose time grows with the text's length and no faster."""

from typing import Any

import re2  # type: ignore[import-untyped]  # it ships no types

from experiments_ui.analysis.classification.extraction import MAX_PATTERN, MAX_SEARCHED
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

_MAX_STEPS = 5_000
_MAX_MEMORY = 8 << 20
_LONGEST_QUOTE = 80


def compiled(pattern: str, *, parameter: str = "pattern") -> Any:
    """Compile a pattern that is short, and cheap on any text.

    Raises:
        Invalid: It is neither, or RE2 has no such syntax; `fields` names `parameter`.
    """
    if not pattern or len(pattern) > MAX_PATTERN:
        words = f"Write a pattern of 1 to {MAX_PATTERN:,} characters."
        raise invalid(parameter, words)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_MEMORY
    try:
        found = re2.compile(pattern, options=options)
    except (re2.error, UnicodeError) as error:
        raise invalid(parameter, _explained(error)) from error
    if found.programsize > _MAX_STEPS:
        raise invalid(parameter, "The pattern repeats too much: use + or smaller {n}.")
    return found


def readable(text: str) -> str:
    """Return a text that RE2 can read: UTF-8 has no lone surrogates."""
    return text.encode(errors="replace").decode()


def matches_regex(parameters: Parameters) -> Checker:
    pattern = compiled(single(parameters, "pattern"))

    def check(values: Any) -> Outcome | Skipped:
        text = text_of(values[0])
        # Not its beginning instead: what stands at a cut would count as the end.
        if len(text) > MAX_SEARCHED:
            return Skipped(f"Texts over {MAX_SEARCHED:,} characters are not searched.")
        if found := pattern.search(readable(text)):
            quote = found[0][:_LONGEST_QUOTE]
            return verdict(f"The pattern matches “{quote}”.", passes=True)
        return verdict("The pattern matches nowhere.", passes=False)

    return check


def _explained(error: Exception) -> str:
    reason = error.args[0] if error.args else "it is not UTF-8"
    words = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    return (
        f"The pattern cannot be read: {words}. (Look-around and back-references are"
        " not supported.)"
    )
