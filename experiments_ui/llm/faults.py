"""Reading a provider's refusal: what kind it is, and whether to ask differently."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from experiments_ui.llm.errors import CallError, Kind, Recovery
from experiments_ui.llm.exchange import Json, Structure
from experiments_ui.llm.providers.wire import Form
from experiments_ui.llm.retrying import error_details, retry_after

BUSY = frozenset({408, 409, 425, 429})
QUOTA = re.compile(
    r"insufficient_quota|billing_(?:error|hard_limit)|credit balance|"
    r"exceeded your current quota, please check your plan|PerDay|per_day",
    re.IGNORECASE,
)
FILTERED = re.compile(
    r"content_filter|responsibleai|content management policy", re.IGNORECASE
)
UNSUPPORTED = re.compile(
    r"unsupported|not support|n.t support|unrecognized|unknown (?:name|param|field)|"
    r"unexpected (?:keyword|field|param)|not permitted|not allowed|deprecated|"
    r"only the default|extra_forbidden|extraneous key",
    re.IGNORECASE,
)
STRUCTURE_WORDS = {
    Structure.SCHEMA: re.compile(
        r"response_?(?:format|schema|mime_?type)|json_?schema|json mode|structured out|"
        r"output_?(?:config|format)|guided",
        re.IGNORECASE,
    ),
    Structure.TOOL: re.compile(
        r"\btools?\b|tool_?(?:choice|config|use)|function.?call", re.IGNORECASE
    ),
}
STRUCTURAL = frozenset(
    [
        "model",
        "messages",
        "system",
        "systemInstruction",
        "contents",
        "tools",
        "tool_choice",
        "toolConfig",
        "response_format",
        "output_config",
        "outputConfig",
        "responseSchema",
        "responseMimeType",
    ]
)
NESTED = ("inferenceConfig", "generationConfig", "additionalModelRequestFields")
RENAMED = {
    "max_tokens": "max_completion_tokens",
    "max_completion_tokens": "max_tokens",
}
# Without these a call could cost more than was asked for.
KEPT = frozenset({*RENAMED, "maxTokens", "maxOutputTokens"})


def fault(
    status: int, headers: Mapping[str, str], body: Json | None, raw: str, now: datetime
) -> CallError:
    """The error for an answer that is none; `raw` is its text without secrets."""
    kind, message, recovery = _reading(status, body, raw)
    retryable = recovery is Recovery.RETRY
    asked = retry_after(headers, body, now=now) if retryable else None
    return CallError(
        kind,
        f"{message} (HTTP {status}).",
        recovery=recovery,
        status=status,
        raw=raw,
        retry_after_s=asked,
    )


def _reading(status: int, body: Json | None, raw: str) -> tuple[Kind, str, Recovery]:
    if status == 402 or (status in {400, 403, 429} and _is_quota(body, raw)):
        return Kind.QUOTA_EXHAUSTED, "The provider's quota is used up", Recovery.QUOTA
    if status in BUSY or status >= 500:
        return Kind.PROVIDER, _busy_words(status), Recovery.RETRY
    kind, message = _hopeless(status, raw)
    return kind, message, Recovery.FATAL


def _hopeless(status: int, raw: str) -> tuple[Kind, str]:
    if 300 <= status < 400:
        message = "The provider answered with a redirect, which is not followed"
        return Kind.REDIRECT_REFUSED, message
    if status in {401, 403}:
        return Kind.AUTH, "The provider refuses the key, or what it may do"
    if status == 400 and FILTERED.search(raw):
        return Kind.REFUSAL, "The provider's content filter refused the prompt"
    if status == 404:
        return Kind.PROVIDER, "The provider knows no such model or address"
    return Kind.PROVIDER, "The provider refused the request"


def _busy_words(status: int) -> str:
    return {
        429: "The provider is limiting the rate of calls",
        529: "The provider is overloaded",
        503: "The provider is overloaded",
    }.get(status, "The provider failed")


def _is_quota(body: Json | None, raw: str) -> bool:
    """Whether waiting a minute is of no use.

    Google's words for every limit are the same; its details name the one exceeded.
    """
    violations = [
        str(violation.get("quotaId"))
        for detail in error_details(body or {})
        for violation in detail.get("violations") or []
        if isinstance(violation, Mapping)
    ]
    return bool(QUOTA.search(" ".join(violations) if violations else raw))


def repaired(
    form: Form, sent: Json, error: CallError, allowed: tuple[Structure, ...]
) -> Form | None:
    """Another form for a request that was refused for what is in it.

    Args:
        form: How it was put.
        sent: Its body.
        error: The refusal.
        allowed: Ways to ask for a schema, the best first.

    Returns:
        A form without, or with another name for, the parameter that the refusal names;
        or with the next way to ask for a schema. None if the refusal is no such.
    """
    if error.status not in {400, 422} or not UNSUPPORTED.search(error.raw):
        return None
    for name in sorted(_parameters(sent), key=len, reverse=True):
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", error.raw):
            return _without(form, name, error.raw) or _next_structure(
                form, error, allowed
            )
    return _next_structure(form, error, allowed)


def _parameters(sent: Json) -> set[str]:
    names = set(sent)
    for nested in NESTED:
        names |= set(sent.get(nested) or {})
    return names - STRUCTURAL - set(NESTED)


def _without(form: Form, name: str, said: str) -> Form | None:
    other = RENAMED.get(name)
    if other and other in said and name not in dict(form.renamed):
        renamed = (*form.renamed, (name, other))
        return replace(form, renamed=renamed, notes=(*form.notes, f"{name}→{other}"))
    if name in KEPT:
        return None
    left_out = form.left_out | {name}
    return replace(form, left_out=left_out, notes=(*form.notes, name))


def _next_structure(
    form: Form, error: CallError, allowed: tuple[Structure, ...]
) -> Form | None:
    words = STRUCTURE_WORDS.get(form.structure) if form.structure else None
    if words is None or not words.search(error.raw):
        return None
    rest = allowed[allowed.index(form.structure) + 1 :] if form.structure else ()
    if not rest:
        return None
    note = f"{form.structure}→{rest[0]}"
    return replace(form, structure=rest[0], notes=(*form.notes, note))
