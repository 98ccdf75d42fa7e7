"""Starting the fake in a thread or a process of its own, and asking what it saw."""

import asyncio
import json
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.fakes.provider.server import serve

ROOT = Path(__file__).parents[3]


class FakeProvider:
    """A running fake: ``with FakeProvider() as fake``.

    Base addresses: `url` for Anthropic and Bedrock, `openai` and `gemini` for theirs.
    In a process of its own it takes no time from what a benchmark measures.
    """

    def __init__(self, *, in_process: bool = False, port: int = 0) -> None:
        self._in_process = in_process
        self.port = port
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def openai(self) -> str:
        return f"{self.url}/v1"

    @property
    def gemini(self) -> str:
        return f"{self.url}/v1beta"

    def __enter__(self) -> Self:
        if self._in_process:
            self._start_process()
        else:
            self._thread.start()
            self._ready.wait(30)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()
        elif self._loop and self._task:
            self._loop.call_soon_threadsafe(self._task.cancel)
            self._thread.join(30)

    def configure(self, **settings: Any) -> None:
        """Set `shares`, `latency_ms`, `seed`, `retry_after_s` or `per_second`."""
        self._ask("/_settings", json.dumps(settings).encode())

    def reset(self) -> None:
        """Forget settings and log."""
        self._ask("/_reset", b"")

    def log(self, since: int = 0) -> list[dict[str, Any]]:
        """Requests in order of arrival, as `log.Line` has them."""
        return list(self._ask(f"/_log?since={since}"))

    def totals(self) -> dict[str, Any]:
        """Sums over the log; see `log.Log.totals`."""
        return dict(self._ask("/_totals"))

    def most_within(self, seconds: float) -> int:
        """The largest number of requests in any window so long."""
        return int(self._ask(f"/_window?seconds={seconds}"))

    def _ask(self, path: str, body: bytes | None = None) -> Any:
        request = urllib.request.Request(self.url + path, data=body)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as response:
            return json.load(response)

    def _start_process(self) -> None:
        command = [sys.executable, "-m", "tests.fakes.provider", str(self.port)]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        if self._process.stdout is None:
            raise RuntimeError("The fake has no output.")
        self.port = int(self._process.stdout.readline())

    def _serve(self) -> None:
        try:
            asyncio.run(self._run())
        except asyncio.CancelledError:
            return

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        await serve(self.port, self._started)

    def _started(self, port: int) -> None:
        self.port = port
        self._ready.set()
