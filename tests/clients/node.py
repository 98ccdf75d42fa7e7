"""The TypeScript client, installed from its lock file and run by node."""

import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "typescript"
_LOCK = FOLDER / "package-lock.json"
_INSTALLED = FOLDER / "node_modules" / ".package-lock.json"


def missing_tools() -> list[str]:
    return [tool for tool in ("node", "npm") if shutil.which(tool) is None]


def install() -> None:
    """Install what the lock file names, unless that has been done before."""
    with _LOCK.open() as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)  # test workers come here together
        if _INSTALLED.exists() and _INSTALLED.stat().st_mtime > _LOCK.stat().st_mtime:
            return
        subprocess.run(
            [shutil.which("npm"), "ci", "--no-audit", "--no-fund", "--loglevel=error"],
            check=True,
            cwd=FOLDER,
            stdin=subprocess.DEVNULL,
            timeout=120,
        )
        _INSTALLED.touch()


def run(script: str, *arguments: str, environment: dict[str, str]) -> Any:
    """Run a script of the folder; return the JSON it printed."""
    done = subprocess.run(
        [shutil.which("node"), FOLDER / script, *arguments],
        check=False,
        cwd=FOLDER,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
