"""Why a call to a model failed: a closed set of kinds, each with words safe to show."""

from enum import StrEnum


class Kind(StrEnum):
    """What went wrong. A failed verdict is one of these, never a score of 0."""

    AUTH = "auth"
    QUOTA_EXHAUSTED = "quota_exhausted"
    RETRIES_EXHAUSTED = "retries_exhausted"
    PROVIDER = "provider"
    UNPARSEABLE = "unparseable"
    BAD_LABEL = "bad_label"
    REFUSAL = "refusal"
    TRUNCATED = "truncated"
    REDIRECT_REFUSED = "redirect_refused"
    RESPONSE_TOO_LARGE = "response_too_large"
    BLOCKED_HOST = "blocked_host"
    DEADLINE = "deadline"
    MISSING_VARIABLE = "missing_variable"


class Recovery(StrEnum):
    """Whether trying again can help."""

    RETRY = "retry"
    """Busy or broken just now: the same call may succeed later."""
    QUOTA = "quota"
    """No call with this credential succeeds until its quota is renewed or raised."""
    FATAL = "fatal"
    """The same call fails again until someone changes something."""


class CallError(Exception):
    """A call that gave no usable answer.

    `message` is written here and never repeats the provider's text, which may hold
    parts of a key; `raw` is that text, bounded and with key material taken out.

    Attributes:
        status: The HTTP status, where an answer came.
        recovery: Whether trying again can help.
        retry_after_s: How long the provider asked to wait, uncapped.
        tokens_in: What the provider counted; failed calls are billed as well.
        tokens_out: As `tokens_in`.
        model: The model that the provider says it used.
        tries: HTTP requests sent for this call.
        dropped: What was changed to please the provider, as in a `Reply`.
        latency_ms: How long the last request took.
    """

    def __init__(
        self,
        kind: Kind,
        message: str,
        *,
        recovery: Recovery = Recovery.FATAL,
        status: int | None = None,
        raw: str = "",
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.recovery = recovery
        self.status = status
        self.raw = raw
        self.retry_after_s = retry_after_s
        self.tokens_in: int | None = None
        self.tokens_out: int | None = None
        self.model: str | None = None
        self.tries = 0
        self.dropped: tuple[str, ...] = ()
        self.latency_ms: float | None = None
