"""The processes measured: the server as a user starts it, and the bare hello."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.meter import Meter

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "bench-password-1"
_START_SECONDS = 120


class Process:
    """A process that answers HTTP; ended on leaving the `with`."""

    def __init__(self, arguments: list[str], *, port: int, probe: str = "/") -> None:
        self._arguments = arguments
        self._probe = probe
        self.url = f"http://127.0.0.1:{port}"
        self.environment = dict(os.environ)
        self.shown = Path(os.devnull)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        with self.shown.open("w") as shown:
            self._process = subprocess.Popen(
                [sys.executable, *self._arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=shown,
            )
        self.meter = Meter(self._process.pid)
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise SystemExit(f"{self._arguments} did not start.")
            time.sleep(0.1)

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + self._probe, timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


class Server(Process):
    """The embedded server with a data folder and ports of its own."""

    def __init__(self, folder: Path, *, database_url: str) -> None:
        http, self.flight_port, otlp = free_ports(3)
        super().__init__(["manage.py", "up"], port=http, probe="/health")
        self.shown = folder / "shown"
        settings = {
            "DATABASE_URL": database_url,
            "EXPERIMENTS_UI_DATA_DIR": str(folder / "data"),
            "EXPERIMENTS_UI_HTTP_PORT": str(http),
            "EXPERIMENTS_UI_FLIGHT_PORT": str(self.flight_port),
            "EXPERIMENTS_UI_OTLP_PORT": str(otlp),
            "EXPERIMENTS_UI_SAMPLE": "0",
            "EXPERIMENTS_UI_ADMIN_PASSWORD": PASSWORD,
        }
        self.environment |= {name: value for name, value in settings.items() if value}
        self.key = ""

    def start(self) -> None:
        super().start()
        shown = self.shown.read_text()
        if not self.key:  # shown at the first start only
            self.key = re.search(r"ARIZE_API_KEY=(\S+)", shown)[1]


def hello() -> Process:
    (port,) = free_ports(1)
    return Process(["-m", "benchmarks.hello", str(port)], port=port)


def free_ports(count: int) -> list[int]:
    """Return ports that were free a moment ago, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
