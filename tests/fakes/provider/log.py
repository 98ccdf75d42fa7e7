"""What the fake saw: one line a request, and sums that need no reading of them."""

import time
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(slots=True)
class Line:
    """One request. Times are seconds since the epoch; `answered_at` is None of a hang.

    `key` is the judged text's checksum, `attempt` counts requests for it from 1,
    `was_read` whether the client was still there when the answer was sent.
    """

    number: int
    at: float
    wire: str
    model: str
    key: str
    attempt: int
    credential: str
    behaviours: list[str]
    status: int | None = None
    answered_at: float | None = None
    was_read: bool = False
    tokens_in: int = 0
    tokens_out: int = 0
    label: str | None = None
    prompt: str = ""


class Log:
    """Lines in order of arrival; kept by the one thread that serves."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.attempts: Counter[tuple[str, str]] = Counter()
        self.in_flight = 0
        self.most_in_flight = 0

    def attempt(self, model: str, key: str) -> int:
        self.attempts[model, key] += 1
        return self.attempts[model, key]

    def since(self, number: int) -> list[dict[str, Any]]:
        return [asdict(line) for line in self.lines[number:]]

    def totals(self) -> dict[str, Any]:
        """Counts by status, tokens of what was answered, and texts answered twice."""
        good = [line for line in self.lines if line.status == 200]
        read = [line for line in good if line.was_read]
        answered = Counter((line.model, line.key) for line in read)
        return {
            "requests": len(self.lines),
            "statuses": dict(Counter(str(line.status) for line in self.lines)),
            "answered": len(read),
            "unread": len(good) - len(read),
            "distinct": len(answered),
            "repeated": sum(1 for times in answered.values() if times > 1),
            "tokens_in": sum(line.tokens_in for line in good),
            "tokens_out": sum(line.tokens_out for line in good),
            "in_flight": self.in_flight,
            "most_in_flight": self.most_in_flight,
        }

    def most_within(self, seconds: float) -> int:
        """The largest number of requests that arrived in any window so long."""
        times = [line.at for line in self.lines]
        first = most = 0
        for last, at in enumerate(times):
            while times[first] <= at - seconds:
                first += 1
            most = max(most, last - first + 1)
        return most


def now() -> float:
    return time.time()
