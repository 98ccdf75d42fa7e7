"""Checks of text: keywords, equality, likeness and length."""

import unicodedata
from typing import Any

from rapidfuzz.distance import Indel

from experiments_ui.evaluators.checks.outcomes import (
    Checker,
    Outcome,
    Parameters,
    Skipped,
    against,
    flag,
    invalid,
    number,
    single,
    text_of,
    verdict,
)

_MOST_KEYWORDS = 1_000
# Likeness takes the product of both lengths: 20,000 letters cost some 10 ms.
_LONGEST_COMPARED = 20_000


def contains_any(parameters: Parameters) -> Checker:
    return _keywords(parameters, needs_all=False)


def contains_all(parameters: Parameters) -> Checker:
    return _keywords(parameters, needs_all=True)


def exact_match(parameters: Parameters) -> Checker:
    expected = _only_text(parameters)

    def check(values: Any) -> Outcome | Skipped:
        value, wanted = against(values, expected)
        equal = text_of(value) == text_of(wanted)
        words = "The same, letter for letter." if equal else "Not the same."
        return verdict(words, passes=equal)

    return check


def normalised_match(parameters: Parameters) -> Checker:
    expected = parameters.get("expected") and single(parameters, "expected")

    def check(values: Any) -> Outcome | Skipped:
        value, wanted = against(values, expected or "")
        equal = normalised(text_of(value)) == normalised(text_of(wanted))
        words = (
            "The same, apart from case, blanks and punctuation around it."
            if equal
            else "Not the same, even without case, blanks and punctuation around it."
        )
        return verdict(words, passes=equal)

    return check


def similarity(parameters: Parameters) -> Checker:
    threshold = number(parameters, "threshold", "0.8")
    if threshold > 1:
        raise invalid("threshold", "threshold must be from 0 to 1.")
    expected = single(parameters, "expected")

    def check(values: Any) -> Outcome | Skipped:
        pair = [text_of(value) for value in against(values, expected)]
        if max(map(len, pair)) > _LONGEST_COMPARED:
            return Skipped(
                f"Texts over {_LONGEST_COMPARED:,} characters are not compared."
            )
        score = Indel.normalized_similarity(*pair)
        passed = verdict("", passes=score >= threshold)
        words = f"{score:.1%} alike; {threshold:.0%} are asked for."
        return Outcome(passed.label, score, words)

    return check


def length(parameters: Parameters) -> Checker:
    least = number(parameters, "minimum", "0")
    most = number(parameters, "maximum", "1e12")
    unit = single(parameters, "unit", "characters").strip().lower()
    if unit not in {"characters", "words"}:
        raise invalid("unit", "unit is characters or words.")
    if least > most:
        raise invalid("maximum", "maximum must not be below minimum.")

    def check(values: Any) -> Outcome | Skipped:
        text = text_of(values[0])
        size = len(text) if unit == "characters" else len(text.split())
        fits = least <= size <= most
        return verdict(f"{size:,} {unit}.", passes=fits)

    return check


def normalised(text: str) -> str:
    """Return a text in one case and one form, without what stands around words."""
    words = unicodedata.normalize("NFKC", text).casefold().split()
    return " ".join(words).strip(" .,;:!?\"'`“”‘’()[]*")


def _keywords(parameters: Parameters, *, needs_all: bool) -> Checker:
    given = parameters.get("keywords", [])
    keywords = [given] if isinstance(given, str) else list(dict.fromkeys(given))
    if not keywords or len(keywords) > _MOST_KEYWORDS or not all(keywords):
        words = f"Name 1 to {_MOST_KEYWORDS:,} keywords, none of them empty."
        raise invalid("keywords", words)
    folds = flag(parameters, "ignore_case")

    def check(values: Any) -> Outcome | Skipped:
        text = text_of(values[0])
        text = text.casefold() if folds else text
        found = [k for k in keywords if (k.casefold() if folds else k) in text]
        passes = len(found) == len(keywords) if needs_all else bool(found)
        missing = [k for k in keywords if k not in set(found)]
        words = f"Missing: {_list(missing)}." if needs_all else "None of them is there."
        if passes:
            words = f"Found: {_list(found)}."
        return verdict(words, passes=passes)

    return check


def _list(words: list[str]) -> str:
    shown = ", ".join(f"“{word[:40]}”" for word in words[:5])
    return f"{shown} and {len(words) - 5:,} more" if len(words) > 5 else shown


def _only_text(parameters: Parameters) -> str | None:
    """Return the one parameter, whatever its name: clients do not agree on one."""
    if not parameters:
        return None
    if len(parameters) > 1:
        raise invalid("static_params", "Give one text to compare with.")
    return single(parameters, next(iter(parameters)))
