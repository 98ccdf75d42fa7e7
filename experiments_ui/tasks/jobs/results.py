"""What came of judging one run, before it is recorded."""

from dataclasses import dataclass
from typing import Literal

Ending = Literal["successes", "errors", "skipped"]
_MOST_RAW = 4_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is written to the run's columns; `model` is empty for code."""

    label: str | None
    score: float | None
    explanation: str | None
    model: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no verdict; `raw` is the provider's own words."""

    kind: str
    message: str
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """What calls used; tokens are 0 where the provider did not count."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.calls + other.calls,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
        )


@dataclass(frozen=True, slots=True)
class Result:
    """A run with its verdict or its problem; with neither it was skipped.

    `key` is what the verdict is kept under for the next time; empty for never.
    """

    sequence: int
    verdict: Verdict | None = None
    problem: Problem | None = None
    cost: Cost = Cost()
    is_cached: bool = False
    key: str = ""

    @property
    def ending(self) -> Ending:
        if self.verdict is not None:
            return "successes"
        return "errors" if self.problem is not None else "skipped"


def problem(kind: str, message: str, raw: str = "") -> Problem:
    """Return a problem that can be stored, whatever the provider's words hold."""
    return Problem(kind, message, raw.replace("\x00", "\ufffd")[:_MOST_RAW])
