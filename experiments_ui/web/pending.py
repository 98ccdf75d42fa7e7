"""Uploaded files that wait in the data folder until their import is confirmed."""

import json
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from experiments_ui.errors import LimitExceeded, NotFound

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_DAY_SECONDS = 86_400
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class PendingFile:
    """A file of one person for one space; `name` is what it was called there."""

    token: str
    name: str
    path: Path

    @property
    def stem(self) -> str:
        """The name without its endings, fit for a dataset's name."""
        return self.name.split(".")[0] or "upload"


def keep(upload: UploadedFile, *, user_id: int, space_id: int) -> str:
    """Store an upload and return the token that finds it again.

    Raises:
        LimitExceeded: It is larger than the server takes.
    """
    if (upload.size or 0) > settings.UPLOAD_BYTES:
        raise too_large()
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    _drop_old(folder)
    token = secrets.token_urlsafe(24)
    with (folder / token).open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    owner = {
        "user": user_id,
        "space": space_id,
        "name": (upload.name or "upload")[-_LONGEST_NAME:],
    }
    (folder / f"{token}.json").write_text(json.dumps(owner))
    return token


def find(token: str, *, user_id: int, space_id: int) -> PendingFile:
    """Return a waiting file.

    Raises:
        NotFound: It is somebody else's, of another space, imported, or too old.
    """
    path = _folder() / token
    if not _TOKEN.fullmatch(token) or not path.exists():
        raise _gone()
    owner = json.loads(path.with_suffix(".json").read_text())
    if (owner["user"], owner["space"]) != (user_id, space_id):
        raise _gone()
    return PendingFile(token, owner["name"], path)


def forget(pending: PendingFile) -> None:
    pending.path.unlink(missing_ok=True)
    pending.path.with_suffix(".json").unlink(missing_ok=True)


def too_large() -> LimitExceeded:
    return LimitExceeded(
        f"The file is larger than {settings.UPLOAD_BYTES // 2**20} MB; split it, or "
        "send it with a client, which has no such limit."
    )


def _drop_old(folder: Path) -> None:
    """Remove what nobody confirmed within a day."""
    oldest = time.time() - _DAY_SECONDS
    for path in folder.iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "pending"


def _gone() -> NotFound:
    return NotFound("This upload is not there any more; choose the file again.")
