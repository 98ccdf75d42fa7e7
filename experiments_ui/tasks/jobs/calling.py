"""An event loop in a thread of its own: calls go in, what came of them comes out.

The database stays with the thread of the job.
"""

import asyncio
import logging
import queue
import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from experiments_ui.llm.client import Client, Limits
from experiments_ui.llm.errors import CallError, Kind
from experiments_ui.llm.guard import Policy
from experiments_ui.llm.judging import Judge, Verdict
from experiments_ui.llm.providers.endpoint import Endpoint
from experiments_ui.tasks.jobs.leases import Lease

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Question:
    """One run to judge; `tries` counts the calls that were made for it."""

    lease: Lease
    sequence: int
    values: dict[str, str] = field(repr=False)
    key: str
    tries: int = 0
    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one call."""

    question: Question
    outcome: Verdict | CallError


class Caller:
    """Calls one credential; use as ``with Caller(…) as caller``.

    Leaving it breaks off what is in flight.
    """

    def __init__(
        self, judge: Judge, endpoint: Endpoint, policy: Policy, *, limits: Limits
    ) -> None:
        self._judge = judge
        self._client = Client(endpoint, policy, limits=limits)
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="judge calls", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._client.__aenter__(), self._loop).result()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def ask(self, question: Question, *, delay_s: float) -> None:
        """Send a question after a while."""
        self._loop.call_soon_threadsafe(self._start, question, delay_s)

    def answers(self, *, wait_s: float) -> list[Answer]:
        """Return what has come; waits for the first if there is none."""
        try:
            found = [self._answers.get(timeout=wait_s)]
        except queue.Empty:
            return []
        while not self._answers.empty():
            found.append(self._answers.get())
        return found

    def _start(self, question: Question, delay_s: float) -> None:
        task = self._loop.create_task(self._ask(question, delay_s))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ask(self, question: Question, delay_s: float) -> None:
        if delay_s > 0:
            await asyncio.sleep(delay_s)
        try:
            said = await self._judge.run(question.values, client=self._client)
        except CallError as error:
            self._answers.put(Answer(question, error))
        except Exception:
            logger.exception("judge call failed sequence=%s", question.sequence)
            fault = CallError(Kind.PROVIDER, "The server could not make this call.")
            self._answers.put(Answer(question, fault))
        else:
            self._answers.put(Answer(question, said))

    async def _close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.__aexit__(None, None, None)
