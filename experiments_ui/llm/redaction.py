"""Keeping keys out of everything that is stored, shown or logged."""

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MARK = "[redacted]"
RAW_CHARACTERS = 4_000
# Providers repeat a refused key in part; this many characters in a row are a part.
FRAGMENT_LENGTH = 8
SHAPES = re.compile(
    r"""(?xi)
    \b(?:sk|pk|rk|nvapi|fw|gsk|tgp|xai|hf)[-_][\w*.…-]{6,}
    | \bAIza[\w*-]{10,}
    | \b(?:AKIA|ASIA|ABSK)[\w*+/=]{8,}
    | \bya29\.[\w.-]{8,}
    | \beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?
    | (?<=bearer\s)[\w.~+/=*-]{6,}
    """
)


class Redactor:
    """Takes known secrets, parts of them, and words like keys out of text."""

    def __init__(self, secrets: Iterable[str], private: Iterable[str] = ()) -> None:
        """Keep `secrets` out of everything, and `private` out of raw text as well."""
        found = {form for secret in secrets for form in _forms(secret)}
        self._forms = sorted(found, key=len, reverse=True)
        forms = found | {form for value in private for form in _forms(value)}
        self._fragments = {
            form[start : start + FRAGMENT_LENGTH]
            for form in forms
            for start in range(len(form) - FRAGMENT_LENGTH + 1)
        }

    def __call__(self, text: str) -> str:
        """Without secrets, parts of them, and what looks like anyone's key."""
        return SHAPES.sub(MARK, self._without_fragments(self.whole(text)))

    def whole(self, text: str) -> str:
        """Without secrets in full; quick, and leaves all other text as it is."""
        for form in self._forms:
            text = text.replace(form, MARK)
        return text

    def excerpt(self, body: bytes) -> str:
        """The beginning of a body, readable and without secrets."""
        # Cut wide first, so that a key across the cut is still found whole.
        text = self(_readable(body[: RAW_CHARACTERS * 4]))
        return text[:RAW_CHARACTERS] + ("…" if len(text) > RAW_CHARACTERS else "")

    def _without_fragments(self, text: str) -> str:
        hidden = bytearray(len(text))
        for start in range(len(text) - FRAGMENT_LENGTH + 1):
            if text[start : start + FRAGMENT_LENGTH] in self._fragments:
                hidden[start : start + FRAGMENT_LENGTH] = b"\x01" * FRAGMENT_LENGTH
        return _blanked(text, hidden) if any(hidden) else text


def _forms(secret: str) -> set[str]:
    """The secret as it may come back: quoted, escaped or in base64.

    Shorter ones are words, like the key ``ollama`` for servers that want any key.
    """
    if len(secret) < FRAGMENT_LENGTH:
        return set()
    encoded = secret.encode("utf-8", "replace")
    return {
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        base64.b64encode(encoded).decode(),
        base64.urlsafe_b64encode(encoded).decode(),
    }


def _readable(body: bytes) -> str:
    """Text without what a database column or a terminal chokes on."""
    text = body.decode("utf-8", "replace")
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)


def _blanked(text: str, hidden: bytearray) -> str:
    pieces = []
    for match in re.finditer(rb"\x01+|\x00+", bytes(hidden)):
        piece = text[match.start() : match.end()]
        pieces.append(MARK if match[0][0] else piece)
    return "".join(pieces)
