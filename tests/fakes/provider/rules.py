"""What the fake answers when nothing goes wrong: a rule that tests can follow."""

import hashlib
import re
from collections.abc import Sequence

TAGGED = re.compile(r"<(data-[0-9a-f]+)[^>]*>\n(.*?)\n</\1>", re.DOTALL)
GOLD = re.compile(r"\bgold[:=]\s*([\w-]+)")
ORDER = re.compile(r"answer (?:only )?[\"']?([\w-]+)", re.IGNORECASE)


def judged(prompt: str) -> str:
    """The judged text: what stands between data tags, else the whole prompt."""
    found = [match[2] for match in TAGGED.finditer(prompt)]
    return "\n".join(found) if found else prompt


def right_label(text: str, labels: Sequence[str]) -> str:
    """The label that a faithful judge gives.

    Args:
        text: The judged values in the order of the template, joined by newlines.
        labels: The choices, in order.

    Returns:
        The label named in the text as ``gold: <label>``, else one drawn by the text's
        checksum.
    """
    named = GOLD.search(text)
    for label in labels:
        if named and named[1].casefold() == label.casefold():
            return label
    digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()
    return labels[int.from_bytes(digest[:4], "big") % len(labels)]


def obeyed_label(text: str, labels: Sequence[str]) -> str | None:
    """The label that an instruction within the judged text asks for."""
    for match in ORDER.finditer(text):
        for label in labels:
            if match[1].casefold() == label.casefold():
                return label
    return None


def explanation(text: str, label: str) -> str:
    return f"The text of {len(text)} characters is {label}."


def tokens(text: str) -> int:
    return len(text) // 4 + 1
