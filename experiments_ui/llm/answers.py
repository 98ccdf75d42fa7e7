"""Reading a judge's answer: a JSON object if it can be found, else plain words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from experiments_ui.llm.errors import CallError, Kind
from experiments_ui.llm.exchange import Json
from experiments_ui.llm.providers.wire import as_object

EXPLANATION_CHARACTERS = 20_000
LABEL_CHARACTERS = 200
MOST_STARTS = 50
LONGEST_SEARCHED = 100_000
FENCE = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL | re.IGNORECASE)
LABELLED = re.compile(
    r"^[\s*_#>-]*(?:label|verdict|answer|final answer)[\s*_]*[:=][\s*_]*(.+?)[\s*_]*$",
    re.IGNORECASE | re.MULTILINE,
)
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Said:
    """A label as the judge wrote it, a score only where it gave one, and why."""

    label: str | None
    score: float | None
    explanation: str | None


def read_choice(text: str, choices: Iterable[str] = ()) -> Said:
    """A label from an answer that must have one.

    It is the object's, or stands after a word like "label:", or is the last line or
    the whole of a short answer. It is never looked for within a sentence, where
    "incorrect" holds "correct".

    Raises:
        CallError: `unparseable`.
    """
    found = _object_in(text)
    if found is not None and (label := _word(found.get("label"))) is not None:
        return Said(label, None, _words(found.get("explanation")))
    if text.lstrip().startswith(("{", "[", "```")):
        raise CallError(Kind.UNPARSEABLE, "The answer is no object with a label.")
    labels = {_bare(match) for match in LABELLED.findall(text)}
    if len(labels) == 1:
        return Said(labels.pop(), None, _words(LABELLED.sub("", text)))
    reason, _, last = text.strip().rpartition("\n")
    is_short = not reason and 0 < len(_bare(last)) <= LABEL_CHARACTERS
    if not labels and (is_short or _is_choice(_bare(last), choices)):
        return Said(_bare(last), None, _words(reason))
    raise CallError(Kind.UNPARSEABLE, "No label can be found in the answer.")


def read_freely(text: str) -> Said:
    """Whatever the answer has of label, score and explanation.

    Without an object, one short line is the label, and the score if it is a number;
    anything longer is the explanation.

    Raises:
        CallError: `unparseable`, if it is empty.
    """
    found = _object_in(text)
    if found is not None:
        explanation = _words(found.get("explanation"))
        return Said(_word(found.get("label")), _score(found), explanation)
    short = stored(text.strip())
    if not short:
        raise CallError(Kind.UNPARSEABLE, "The answer is empty.")
    if "\n" in short or len(short) > LABEL_CHARACTERS:
        return Said(None, None, _words(short))
    return Said(short, _number(short), None)


def matched(label: str, choices: Iterable[str]) -> str:
    """The one choice that a label is, apart from spaces around it and its case.

    Raises:
        CallError: `bad_label`.
    """
    choices = list(choices)
    exact = label.strip()
    if exact in choices:
        return exact
    folded = [each for each in choices if each.strip().casefold() == exact.casefold()]
    if len(folded) != 1:
        raise CallError(Kind.BAD_LABEL, "The judge's label is none of the choices.")
    return folded[0]


def _bare(line: str) -> str:
    """A line without the signs that set off a label in Markdown."""
    return line.strip(" \t\r*_`'\".#>")


def _is_choice(label: str, choices: Iterable[str]) -> bool:
    return label.casefold() in {choice.strip().casefold() for choice in choices}


def stored(text: str) -> str:
    """Text that a database takes."""
    return UNSTORABLE.sub("\ufffd", text)


def _object_in(text: str) -> Json | None:
    """The object that the answer is, has in a code fence, or ends with."""
    candidates = [text, *FENCE.findall(text), *_from_braces(text)]
    for candidate in candidates:
        found = as_object(candidate)
        if found is not None and found.keys() & {"label", "score", "explanation"}:
            return found
    return None


def _from_braces(text: str) -> list[str]:
    """From each opening brace, the last ones only, to the last closing one."""
    text = text[-LONGEST_SEARCHED:]
    end = text.rfind("}") + 1
    starts = [match.start() for match in re.finditer("{", text[:end])]
    return [text[start:end] for start in starts[-MOST_STARTS:]]


def _word(value: object) -> str | None:
    """A label as text; JSON may have true and 1 for choices of those names."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return stored(str(value))[:LABEL_CHARACTERS]
    return None


def _words(value: object) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return None
    return stored(value.strip())[:EXPLANATION_CHARACTERS]


def _score(found: Json) -> float | None:
    value = found.get("score")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return _number(str(value)) if is_number else None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None
