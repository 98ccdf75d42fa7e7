"""A server started as a user starts it: `manage.py up`, in a process of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 90
_STOP_SECONDS = 10
_EXPORT = re.compile(r"^export (\w+)=(.*)$", re.MULTILINE)
_SIGN_IN = re.compile(
    r"Sign in as (?P<username>\S+) with the password (?P<password>\S+)"
)
_SHOWN_PROFILE = re.compile(r"(?ms)^mkdir -p ~/\.arize.*?\.active_profile$")


class RunningServer:
    """The embedded server on free ports, with a data folder of its own.

    Its database is SQLite, or a new one on the PostgreSQL server that
    EXPERIMENTS_UI_CLIENTS_POSTGRES names, such as postgres://me@127.0.0.1/postgres.
    `settings` are the environment variables a user would set before `make run`.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.http_port, self.flight_port, self.otlp_port = _free_ports(3)
        self._settings = {
            "EXPERIMENTS_UI_DATA_DIR": str(folder / "data"),
            "EXPERIMENTS_UI_HTTP_PORT": str(self.http_port),
            "EXPERIMENTS_UI_FLIGHT_PORT": str(self.flight_port),
            "EXPERIMENTS_UI_OTLP_PORT": str(self.otlp_port),
            "EXPERIMENTS_UI_SAMPLE": "0",
            **_postgres(),
            **settings,
        }
        self._process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def process_id(self) -> int:
        return self._process.pid

    @property
    def shown(self) -> str:
        """What the server printed for its user, at the last start."""
        return (self.folder / "shown").read_text()

    @property
    def log(self) -> str:
        """What the server logged, over all its starts."""
        return (self.folder / "log").read_text()

    @property
    def exported(self) -> dict[str, str]:
        """The variables that the printed lines set."""
        return dict(_EXPORT.findall(self.shown))

    @property
    def printed_sign_in(self) -> dict[str, str]:
        """The printed name and password of the first user."""
        return _SIGN_IN.search(self.shown).groupdict()

    @property
    def printed_profile(self) -> str:
        """The printed shell lines that make a profile for `ax`."""
        return _SHOWN_PROFILE.search(self.shown)[0]

    def start(self) -> None:
        """Start, and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (
            (self.folder / "shown").open("w") as shown,
            (self.folder / "log").open("a") as log,
        ):
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=ROOT,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=shown,
                stderr=log,
            )
        self._wait_until_it_answers()

    def stop(self) -> int:
        """Ask it to stop, as a service manager would; return its exit code."""
        return self._end(signal.SIGTERM)

    def interrupt(self) -> int:
        """Press Ctrl-C; return its exit code."""
        return self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> int:
        self._process.send_signal(how)
        try:
            code = self._process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(
                f"The server did not stop within {_STOP_SECONDS} s:\n{self.log}"
            ) from None
        _drop(self._settings.get("DATABASE_URL"))
        return code

    def kill(self) -> None:
        """End it without any warning."""
        self._process.kill()
        self._process.wait()

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def stored_bytes(self) -> int:
        """Return how much the database has written."""
        files = (self.folder / "data").glob("*.sqlite3*")
        return sum(path.stat().st_size for path in files)

    def manage(self, *arguments: str) -> str:
        """Run a management command in another shell; return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            check=False,
            cwd=ROOT,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def new_key(self, name: str, *, role: str = "member", space: str = "") -> str:
        only = ["--space", space] if space else []
        return self.manage("create_api_key", "--name", name, "--role", role, *only)

    def client_environment(self, *, key: str) -> dict[str, str]:
        """Return the printed variables, with another key."""
        return {**self.exported, "ARIZE_API_KEY": key}

    def _environment(self) -> dict[str, str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("EXPERIMENTS_UI_", "ARIZE_", "DATABASE_URL"))
        }
        return {**inherited, **self._settings}

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not self.answers():
            if self._process.poll() is not None:
                raise AssertionError(f"The server ended at its start:\n{self.log}")
            if time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"The server did not start:\n{self.log}")
            time.sleep(0.1)


def _postgres() -> dict[str, str]:
    """Make a database on the server asked for, and return the setting that names it."""
    place = os.environ.get("EXPERIMENTS_UI_CLIENTS_POSTGRES")
    if not place:
        return {}
    name = f"clients_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(place, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return {"DATABASE_URL": f"{place.rpartition('/')[0]}/{name}"}


def _drop(database: str | None) -> None:
    if database is not None:
        place = os.environ["EXPERIMENTS_UI_CLIENTS_POSTGRES"]
        with psycopg.connect(place, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {database.rpartition('/')[2]}")


def _free_ports(count: int) -> list[int]:
    """Return ports that were free a moment ago, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
