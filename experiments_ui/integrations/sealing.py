"""Secrets at rest: encrypted text that opens only in the row it was sealed for."""

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from experiments_ui.errors import DomainError

_FILE = "encryption_keys"


class Unreadable(DomainError):
    """A secret that none of the keys opens, or that was sealed for another row."""

    status = 409
    code = "resource-conflict"
    title = "Secret unreadable"


@dataclass(frozen=True, slots=True)
class Secret:
    """A sealed text. It shows itself to nobody; who needs the text asks for it."""

    token: str = field(repr=False)
    context: str

    def reveal(self) -> str:
        """Return the text; about 0.1 ms.

        Raises:
            Unreadable: No key opens it, or it was copied here from another row.
        """
        try:
            opened = orjson.loads(_keys().decrypt(self.token.encode()))
        except InvalidToken:
            raise Unreadable(
                "A stored secret cannot be read with this server's encryption keys. "
                "Enter it again, or give the server its earlier keys."
            ) from None
        if opened["context"] != self.context:
            raise Unreadable("A stored secret belongs to another place; enter it anew.")
        return str(opened["text"])

    def is_readable(self) -> bool:
        try:
            self.reveal()
        except Unreadable:
            return False
        return True


def seal(text: str, *, context: str) -> Secret:
    """Encrypt a text for one place, such as ``integrations.integration:…:api_key``."""
    content = orjson.dumps({"context": context, "text": text})
    return Secret(_keys().encrypt(content).decode(), context)


def rotated(token: str) -> str | None:
    """Return a token sealed with the first key; None when no key opens it."""
    try:
        return _keys().rotate(token.encode()).decode()
    except InvalidToken:
        return None


def _keys() -> MultiFernet:
    return _with_keys(tuple(settings.ENCRYPTION_KEYS) or _keys_of(settings.DATA_DIR))


@cache
def _with_keys(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


@cache
def _keys_of(folder: Path) -> tuple[str, ...]:
    """Return the keys in the data folder, one a line; the first one is made here."""
    path = folder / _FILE
    if not path.exists():
        _make_once(path, Fernet.generate_key().decode())
    return tuple(path.read_text().split())


def _make_once(path: Path, content: str) -> None:
    """Write a file for nobody else's eyes; the first of several writers wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=path.parent) as draft:  # made with mode 0600
        draft.write(f"{content}\n")
        draft.flush()
        with suppress(FileExistsError):
            path.hardlink_to(draft.name)
