"""Who sends spans, and into which space they may go."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils import timezone

from experiments_ui.errors import Invalid
from experiments_ui.spaces import access, principals
from experiments_ui.spaces.models import Role, Space
from experiments_ui.spaces.principals import Principal

# A revoked key is refused this many seconds later at the latest.
TRUST_SECONDS = 8.0
_MOST_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class Credentials:
    """The key, and the space named beside it; empty where there is none."""

    secret: str
    space: str

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> "Credentials":
        """Read the headers that the clients use, old and new.

        A web server turns the _ of the older ones into -.
        """
        plain = {name.lower().replace("_", "-"): headers[name] for name in headers}
        secret = (
            _bare(plain.get("authorization", ""))
            or plain.get("api-key", "")
            or plain.get("arize-api-key", "")
        )
        space = plain.get("arize-space-id") or plain.get("space-id") or ""
        return cls(secret=secret.strip(), space=space.strip())


class Sender:
    """An authenticated sender, and the spaces found for them so far."""

    def __init__(self, principal: Principal) -> None:
        self._principal = principal
        self._spaces: dict[str, Space] = {}

    def space(self, text: str) -> Space:
        """Return the space of an id or name; without one, the sender's only space.

        Raises:
            NotFound: There is none, or it is not theirs to see.
            Forbidden: The key may only read there.
            Invalid: No space is named, and there are several.
        """
        if text not in self._spaces:
            self._spaces[text] = self._find(text)
        return self._spaces[text]

    def _find(self, text: str) -> Space:
        if text:
            return access.get_space_by_id_or_name(
                self._principal, text, role=Role.MEMBER
            )
        spaces = list(access.spaces_of(self._principal)[:2])
        if len(spaces) != 1:
            raise Invalid(
                "Name the space: send its id or name as the header 'arize-space-id'."
            )
        access.require(self._principal, spaces[0].pk, role=Role.MEMBER)
        return spaces[0]


def sender_of(secret: str) -> Sender:
    """Return who holds a key.

    Raises:
        Unauthenticated: There is no live key with this secret.
    """
    return Sender(principals.of_key(secret, now=timezone.now()))


class Memory:
    """Remembers senders for a few seconds: there is a call per span."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, tuple[float, Sender]] = {}
        self._lock = threading.Lock()

    def sender_of(self, secret: str) -> Sender:
        """Return what `sender_of` says, or said a moment ago; refusals are not kept."""
        asked_at = self._clock()
        known = self._known.get(secret)
        if known and asked_at - known[0] < TRUST_SECONDS:
            return known[1]
        sender = sender_of(secret)
        with self._lock:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[secret] = (asked_at, sender)
        return sender


def _bare(header: str) -> str:
    """Return the key: clients send it bare, or after the word Bearer."""
    scheme, _, rest = header.strip().partition(" ")
    return rest if scheme.lower() == "bearer" else header
