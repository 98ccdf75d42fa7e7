"""Runs `ax` and Python scripts in processes of their own, importing clients once.

Importing a client takes seconds of CPU, and the tests start dozens of them; so one
process imports them and forks for each command, as if the command had been started
anew: own arguments, environment, folder, input, output and exit code.

Run as a program, this reads commands as lines of JSON and answers with exit codes.
"""

import importlib
import json
import os
import runpy
import subprocess
import sys
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Command:
    """What to run: the script's path, or "ax", first, then its arguments."""

    arguments: list[str]
    environment: dict[str, str]
    folder: str
    stdin: str
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class Finished:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


class Forker:
    """The process that has the clients imported, seen from the tests."""

    def __init__(self, home: Path) -> None:
        # `ax` notes its home when it is imported, so all its commands share one.
        self._home = home
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            env={**os.environ, "HOME": str(home)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self,
        *arguments: str | Path,
        environment: dict[str, str],
        folder: Path,
        stdin: str = "",
    ) -> Finished:
        """Run a command to its end, in `folder`."""
        paths = {name: folder / f".{name}" for name in ("stdin", "stdout", "stderr")}
        paths["stdin"].write_text(stdin)
        command = Command(
            arguments=[str(argument) for argument in arguments],
            environment={**os.environ, "HOME": str(self._home), **environment},
            folder=str(folder),
            **{name: str(path) for name, path in paths.items()},
        )
        self._process.stdin.write(json.dumps(asdict(command)) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        return Finished(code, paths["stdout"].read_text(), paths["stderr"].read_text())

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=30)


def _serve() -> None:
    for client in ("arize.experiments", "ax.cli"):
        importlib.import_module(client)
    for line in sys.stdin:
        process_id = os.fork()
        if process_id == 0:
            _become(Command(**json.loads(line)))
        _, status = os.waitpid(process_id, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(command: Command) -> None:
    """Run the command in this process, which ends with it."""
    for number, (path, mode) in enumerate(
        [
            (command.stdin, os.O_RDONLY),
            (command.stdout, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
            (command.stderr, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        ]
    ):
        os.dup2(os.open(path, mode), number)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.argv = command.arguments
    os.environ.clear()
    os.environ.update(command.environment)
    os.chdir(command.folder)
    code = 1
    try:
        code = _run(command.arguments[0])
    except BaseException:  # noqa: BLE001 -- what ends any program ends this one
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _run(program: str) -> int:
    """Run `ax` or a script; return its exit code."""
    try:
        if program == "ax":
            from ax.cli import app

            app()
        else:
            runpy.run_path(program, run_name="__main__")
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else int(bool(ending.code))
    return 0


if __name__ == "__main__":
    _serve()
