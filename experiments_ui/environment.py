"""The environment, read once and typed."""

import os
import secrets
from pathlib import Path

import environ

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
