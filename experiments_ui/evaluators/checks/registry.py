"""Which checks there are: what each takes, and what it is called."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from experiments_ui.errors import Invalid
from experiments_ui.evaluators.checks import numbers, patterns, structures, texts
from experiments_ui.evaluators.checks.outcomes import (
    Checker,
    Outcome,
    Parameters,
    Skipped,
    invalid,
)

ParameterType = Literal["STRING", "STRING_ARRAY", "REGEX"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A setting of a check; `default` is shown to people, and empty for none."""

    name: str
    label: str
    type: ParameterType = "STRING"
    default: str = ""
    help: str = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of check; with two variables the second is what is expected.

    `is_wire` tells the checks that the wire has a word for from our own.
    """

    key: str
    label: str
    summary: str
    make: Callable[[Parameters], Checker]
    parameters: tuple[Parameter, ...] = ()
    most_variables: int = 1
    takes_expected: bool = False
    is_wire: bool = False


_KEYWORDS = Parameter(
    "keywords", "Keywords", "STRING_ARRAY", help="One a line.", is_required=True
)
_IGNORE_CASE = Parameter("ignore_case", "Ignore case", default="false")
_EXPECTED = Parameter(
    "expected", "Expected", help="Only where there is no second variable."
)

_ALL = (
    Check(
        "EXACT_MATCH",
        "Exact match",
        "The value equals what is expected, letter for letter.",
        texts.exact_match,
        (_EXPECTED,),
        most_variables=2,
        takes_expected=True,
        is_wire=True,
    ),
    Check(
        "MATCHES_REGEX",
        "Matches a pattern",
        "A regular expression (RE2) matches somewhere in the value.",
        patterns.matches_regex,
        (Parameter("pattern", "Pattern", "REGEX", is_required=True),),
        is_wire=True,
    ),
    Check(
        "CONTAINS_ANY_KEYWORD",
        "Contains any keyword",
        "At least one of the keywords is in the value.",
        texts.contains_any,
        (_KEYWORDS, _IGNORE_CASE),
        is_wire=True,
    ),
    Check(
        "CONTAINS_ALL_KEYWORDS",
        "Contains all keywords",
        "Every keyword is in the value.",
        texts.contains_all,
        (_KEYWORDS, _IGNORE_CASE),
        is_wire=True,
    ),
    Check(
        "JSON_PARSEABLE",
        "Is JSON",
        "The value can be read as JSON.",
        structures.json_parseable,
        is_wire=True,
    ),
    Check(
        "JSON_SCHEMA",
        "Has a JSON shape",
        "The value is JSON that a JSON schema allows.",
        structures.json_schema,
        (Parameter("schema", "JSON schema", is_required=True),),
    ),
    Check(
        "NORMALISED_MATCH",
        "Normalised match",
        "Equal apart from case, blanks, and punctuation around the value.",
        texts.normalised_match,
        (_EXPECTED,),
        most_variables=2,
        takes_expected=True,
    ),
    Check(
        "SIMILARITY",
        "Similarity",
        "How alike two texts are, by letters; the score is the share.",
        texts.similarity,
        (
            Parameter("threshold", "Pass from", default="0.8", help="From 0 to 1."),
            _EXPECTED,
        ),
        most_variables=2,
        takes_expected=True,
    ),
    Check(
        "NUMERIC_TOLERANCE",
        "Numeric tolerance",
        "The last number in the value is close enough to the one expected.",
        numbers.numeric_tolerance,
        (
            Parameter("absolute", "Off by at most", default="0"),
            Parameter("relative", "Or by this share", default="0", help="0.01 is 1 %."),
            _EXPECTED,
        ),
        most_variables=2,
        takes_expected=True,
    ),
    Check(
        "LENGTH",
        "Length",
        "The value has neither too few nor too many characters or words.",
        texts.length,
        (
            Parameter("minimum", "At least", default="0"),
            Parameter("maximum", "At most", help="Empty: no limit."),
            Parameter(
                "unit", "Counted in", default="characters", help="characters or words."
            ),
        ),
    ),
)
CHECKS: Mapping[str, Check] = MappingProxyType({check.key: check for check in _ALL})


def checker(key: str, parameters: Parameters, *, variables: int) -> Checker:
    """Return a check that is ready to run on rows of so many variables.

    What is slow, such as compiling, is done here and once. A check never raises: it
    skips rows without a value.

    Raises:
        Invalid: A parameter is missing, unknown or of no use; `fields` names it.
    """
    check = CHECKS[key]
    given = {name: value for name, value in parameters.items() if value not in ("", [])}
    _hold(check, given, variables)
    run = check.make(given)

    def checked(values: Any) -> Outcome | Skipped:
        if any(value is None for value in values):
            return Skipped("A variable has no value in this row.")
        try:
            return run(values)
        except RecursionError:
            return Skipped("The value is nested too deeply to be read.")

    return checked


def _hold(check: Check, given: Parameters, variables: int) -> None:
    most = check.most_variables
    if not 1 <= variables <= most:
        words = "1 variable" if most == 1 else f"1 to {most} variables"
        raise invalid("variables", f"{check.label} takes {words}.")
    for parameter in check.parameters:
        if parameter.is_required and parameter.name not in given:
            raise invalid(parameter.name, f"{check.label} needs {parameter.name}.")
    known = {parameter.name for parameter in check.parameters}
    # The wire does not say what an exact match calls the text it compares with.
    if check.key != "EXACT_MATCH" and (unknown := sorted(set(given) - known)):
        raise invalid(unknown[0], f"{check.label} has no parameter {unknown[0]}.")
    if check.takes_expected and variables == 1 and not _has_expected(check, given):
        raise Invalid(
            "Name a second variable, or give the text that is expected.",
            {"expected": "Needed where there is no second variable."},
        )


def _has_expected(check: Check, given: Parameters) -> bool:
    return bool(given) if check.key == "EXACT_MATCH" else "expected" in given
