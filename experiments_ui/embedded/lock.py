"""One server per data folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from experiments_ui.errors import Conflict


@contextmanager
def data_folder_lock(folder: Path) -> Iterator[None]:
    """Hold the data folder; the lock ends with the process, however it ends.

    Raises:
        Conflict: Another server holds it; the message names its process.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "server.lock").open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            holder = handle.read().strip() or "unknown"
            raise Conflict(
                f"The data folder {folder} is in use by process {holder}."
            ) from None
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield
