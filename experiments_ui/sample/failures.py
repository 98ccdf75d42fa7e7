"""The ways in which a few of the sample's runs fail, as model clients report them."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Failure(StrEnum):
    TIMEOUT = "timeout"
    RATE_LIMIT = "rate_limit"
    OVERLOADED = "overloaded"
    TOO_LONG = "too_long"
    NOT_JSON = "not_json"


@dataclass(frozen=True, slots=True)
class FailedCall:
    """What a failed model call leaves behind."""

    error: str
    latency_ms: float


MESSAGES = {
    Failure.TIMEOUT: "APITimeoutError('Request timed out.')",
    Failure.RATE_LIMIT: (
        "RateLimitError(\"Error code: 429 - {'error': {'message': 'Rate limit reached "
        "for gpt-4.1-mini on tokens per min (TPM): Limit 200000, Used %(used)d, "
        "Requested %(asked)d. Please try again in %(wait)dms.', 'type': 'tokens', "
        "'code': 'rate_limit_exceeded'}}\")"
    ),
    Failure.OVERLOADED: (
        "OverloadedError(\"Error code: 529 - {'type': 'error', 'error': "
        "{'type': 'overloaded_error', 'message': 'Overloaded'}}\")"
    ),
    Failure.TOO_LONG: (
        "LengthFinishReasonError('Could not parse response content as the length "
        "limit was reached - CompletionUsage(completion_tokens=256, "
        "prompt_tokens=%(asked)d)')"
    ),
    Failure.NOT_JSON: (
        "JSONDecodeError('Expecting value: line 1 column 1 (char 0)') in parse_reply"
    ),
}
MEDIAN_MS = {
    Failure.TIMEOUT: 30_012,
    Failure.RATE_LIMIT: 131,
    Failure.OVERLOADED: 412,
    Failure.TOO_LONG: 2_940,
    Failure.NOT_JSON: 1_380,
}


def fail(failure: Failure, *, using: Random) -> FailedCall:
    """Return one failed call, its numbers a little different each time."""
    numbers = {
        "used": using.randint(197_800, 199_950),
        "asked": using.randint(1_490, 2_310),
        "wait": using.randint(180, 940),
    }
    spread = 1.0005 if failure is Failure.TIMEOUT else 1.2
    latency_ms = MEDIAN_MS[failure] * using.uniform(1, spread)
    return FailedCall(MESSAGES[failure] % numbers, round(latency_ms, 1))
