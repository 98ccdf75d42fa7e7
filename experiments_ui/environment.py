"""The environment, read once and typed."""

import base64
import binascii
import os
import secrets
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()


def data_dir(base: Path) -> Path:
    """Return the folder of the database, the secret key and uploads."""
    folder = Path(os.environ.get("EXPERIMENTS_UI_DATA_DIR") or base / "data")
    return folder.resolve()


def secret_key(folder: Path) -> str:
    """Return the signing key: from SECRET_KEY, or made once in the data folder."""
    if given := os.environ.get("SECRET_KEY"):
        return given
    path = folder / "secret_key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


def encryption_keys(*, embedded: bool) -> list[str]:
    """Return the operator's encryption keys; the first one encrypts, all decrypt.

    None is fine in embedded mode only, where one is made in the data folder when it
    is first needed: processes with folders of their own could not read one another.
    """
    given = os.environ.get("EXPERIMENTS_UI_ENCRYPTION_KEYS") or ""
    keys = [key.strip() for key in given.split(",") if key.strip()]
    if not keys and not embedded:
        raise ImproperlyConfigured(
            "Set EXPERIMENTS_UI_ENCRYPTION_KEYS: without it, processes that share a "
            "broker could not read each other's secrets. docs/operations.md tells how."
        )
    for number, key in enumerate(keys, start=1):
        if not _is_encryption_key(key):
            raise ImproperlyConfigured(
                f"Key {number} of EXPERIMENTS_UI_ENCRYPTION_KEYS is not 32 bytes in "
                "URL-safe base64."
            )
    return keys


def _is_encryption_key(text: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(text.encode())) == 32
    except (binascii.Error, ValueError):
        return False
