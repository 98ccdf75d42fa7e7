"""Checks of numbers: how far a value may be from the one expected."""

import math
import re
from typing import Any

from experiments_ui.evaluators.checks.outcomes import (
    Checker,
    Outcome,
    Parameters,
    Skipped,
    against,
    invalid,
    number,
    single,
    text_of,
    verdict,
)

# Nothing has to follow a number, so no text makes this go back and try again.
_NUMBER = re.compile(r"[-+]?(?:\d[\d,_]*\.?\d*|\.\d+)(?:[eE][-+]?\d{1,4})?")
_LONGEST_READ = 100_000
_MOST_DIGITS = 400


def numeric_tolerance(parameters: Parameters) -> Checker:
    absolute = number(parameters, "absolute", "0")
    relative = number(parameters, "relative", "0")
    expected = single(parameters, "expected") or None
    if expected is not None and read_number(expected) is None:
        raise invalid("expected", "expected must be a number.")

    def check(values: Any) -> Outcome | Skipped:
        value, wanted = (read_number(one) for one in against(values, expected))
        if wanted is None:
            return Skipped("What is expected has no number in it.")
        if value is None:
            return verdict("There is no number in it.", passes=False)
        allowed = max(absolute, relative * abs(wanted))
        off = abs(value - wanted)
        words = f"{value:g} is {off:g} from {wanted:g}; {allowed:g} is allowed."
        return verdict(words, passes=off <= allowed)

    return check


def read_number(value: object) -> float | None:
    """Return a number, or the last one in a text; commas group its digits."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _finite(value)
    found = _NUMBER.findall(text_of(value)[-_LONGEST_READ:])
    if not found or len(found[-1]) > _MOST_DIGITS:
        return None
    return _finite(float(found[-1].replace(",", "").replace("_", "")))


def _finite(value: float) -> float | None:
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None
