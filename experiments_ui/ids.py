"""Opaque resource ids of the wire: base64 of ``Type:number:check``."""

import base64
import binascii
import hashlib

from experiments_ui.errors import BadRequest

_LARGEST = 2**63 - 1
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def _check(kind: str, number: int) -> str:
    digest = hashlib.sha256(f"{kind}:{number}".encode()).digest()
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:4])


def encode(kind: str, number: int) -> str:
    """Return the id of resource `number` of `kind`, such as ``Dataset`` and 12.

    The four check letters are no secret: they catch typing errors, and they keep
    the decoded text in ``[A-Za-z0-9:]``, so the base64 never holds ``+`` or ``/``.
    """
    text = f"{kind}:{number}:{_check(kind, number)}"
    return base64.b64encode(text.encode()).decode()


def decode(kind: str, resource_id: str) -> int:
    """Return the number inside an id.

    Raises:
        BadRequest: The text is no id, or the id of another kind of resource.
    """
    try:
        text = base64.b64decode(resource_id, validate=True).decode("ascii")
        found, number, _ = text.split(":")
        value = int(number)
    except (binascii.Error, ValueError):
        raise BadRequest(f"'{resource_id[:80]}' is not a {kind} id.") from None
    if found != kind and encode(found, value) == resource_id:
        raise BadRequest(f"'{resource_id[:80]}' is the id of a {found}, not {kind}.")
    if encode(kind, value) != resource_id or not 0 <= value <= _LARGEST:
        raise BadRequest(f"'{resource_id[:80]}' is not a {kind} id.")
    return value
