"""What the fake sends back: the rule's answer, or what a behaviour makes of it."""
# ruff: noqa: ARG005 - each of these takes what all of them are given

import email.utils
import gzip
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.provider import rules, wires
from tests.fakes.provider.behaviours import Settings
from tests.fakes.provider.wires import Asked, Json

HUGE_BYTES = 6_000_000


@dataclass(frozen=True, slots=True)
class Sent:
    """A response, and what it cost by the provider's own count."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    tokens_in: int = 0
    tokens_out: int = 0
    label: str | None = None


def reply(
    asked: Asked, behaviours: frozenset[str], key: str, settings: Settings
) -> Sent:
    """The response to one request; `key` is the credential it came with."""
    for name, refuse in REFUSALS.items():
        if name in behaviours:
            return refuse(asked, key, settings)
    if refused := _unsupported(asked, behaviours):
        return refused
    for name, odd in ODDITIES.items():
        if name in behaviours:
            return odd(asked, key)
    return _verdict(asked, behaviours, key)


def _verdict(asked: Asked, behaviours: frozenset[str], key: str) -> Sent:
    text = rules.judged(asked.prompt)
    if not asked.labels:
        return _said(asked, _freely(asked, text, behaviours, key))
    label = rules.right_label(text, asked.labels)
    if "gullible" in behaviours:
        label = rules.obeyed_label(text, asked.labels) or label
    if "off-label" in behaviours:
        label = "banana"
    if "shout" in behaviours:
        label = f"  {label.upper()}\n"
    why = f"I was called with {key}" if "say-key" in behaviours else None
    why = why or rules.explanation(text, label.strip())
    verdict = {"explanation": why, "label": label}
    if "explanation" not in (asked.schema or {}).get("properties", {}):
        del verdict["explanation"]
    return _shaped(asked, verdict, behaviours, label)


def _shaped(
    asked: Asked, verdict: Json, behaviours: frozenset[str], label: str
) -> Sent:
    text = json.dumps(verdict)
    if "plain" in behaviours:
        text = f"{verdict.get('explanation', '')}\n\n**Label: {label}**"
    if "fenced" in behaviours:
        text = f"Here is my verdict.\n```json\n{text}\n```\n"
    if "cut" in behaviours:
        return _said(asked, text[: len(text) // 2], "length")
    if "cut-json" in behaviours:
        return _said(asked, text[: len(text) // 2])
    return _said(asked, text, label=label)


def _freely(asked: Asked, text: str, behaviours: frozenset[str], key: str) -> str:
    """Without labels: the last words of the prompt in capitals, for experiments."""
    if "say-key" in behaviours:
        return f"I was called with {key}"
    if "You may only choose between: " in asked.prompt:
        labels = asked.prompt.split("You may only choose between: ")[1].split(", ")
        return rules.right_label(text, labels)
    return text[-2_000:].upper()


def _said(
    asked: Asked, text: str, finish: str = "stop", label: str | None = None
) -> Sent:
    counts = (rules.tokens(asked.prompt), rules.tokens(text))
    body = wires.answer(asked, text, finish, counts)
    return Sent(200, json.dumps(body).encode(), {}, *counts, label)


def _error(asked: Asked, status: int, message: str, code: str, **more: Any) -> Sent:
    headers = {name.replace("_", "-"): str(value) for name, value in more.items()}
    body = wires.error(asked.wire, status, message, code)
    return Sent(status, json.dumps(body).encode(), headers)


def _limited(asked: Asked, key: str, settings: Settings) -> Sent:
    if asked.wire == "gemini":
        return _google_limited(asked, key, settings)
    asked_s = f"{settings.retry_after_s:g}"
    return _error(asked, 429, "Slow down.", "rate_limit_error", retry_after=asked_s)


def _google_limited(asked: Asked, key: str, settings: Settings) -> Sent:
    kind = "type.googleapis.com/google.rpc.RetryInfo"
    info = {"@type": kind, "retryDelay": f"{settings.retry_after_s:.9f}s"}
    body = wires.error("gemini", 429, "Resource exhausted.", "RESOURCE_EXHAUSTED")
    body["error"]["details"] = [info]
    return Sent(429, json.dumps(body).encode())


def _quota(asked: Asked, key: str, settings: Settings) -> Sent:
    if asked.wire != "gemini":
        return _error(asked, 429, "You have no quota left.", "insufficient_quota")
    kind = "type.googleapis.com/google.rpc.QuotaFailure"
    violation = {"quotaId": "GenerateRequestsPerDayPerProjectPerModel"}
    body = wires.error("gemini", 429, "Resource exhausted.", "RESOURCE_EXHAUSTED")
    body["error"]["details"] = [{"@type": kind, "violations": [violation]}]
    return Sent(429, json.dumps(body).encode())


def _date(asked: Asked, key: str, settings: Settings) -> Sent:
    date = email.utils.formatdate(time.time() + settings.retry_after_s, usegmt=True)
    return _error(asked, 429, "Slow down.", "rate_limit_error", retry_after=date)


def _refusal(status: int, message: str, code: str, **more: Any) -> Callable[..., Sent]:
    return lambda asked, key, settings: _error(asked, status, message, code, **more)


REFUSALS: dict[str, Callable[[Asked, str, Settings], Sent]] = {
    "429": _limited,
    "429-date": _date,
    "429-google": _google_limited,
    "429-ms": lambda asked, key, settings: _error(
        asked, 429, "Slow down.", "rate_limit_error",
        retry_after_ms=f"{settings.retry_after_s * 1000:g}",
    ),
    "429-huge": _refusal(429, "Slow down.", "rate_limit_error", retry_after="1e9"),
    "quota": _quota,
    "500": _refusal(500, "Something broke.", "server_error"),
    "503": _refusal(503, "Not now.", "ServiceUnavailableException"),
    "529": _refusal(529, "Overloaded.", "overloaded_error"),
    "400": _refusal(400, "The prompt is too long.", "invalid_request_error"),
    "401": _refusal(401, "Bad key.", "invalid_api_key"),
    "403": _refusal(403, "Not yours.", "permission_error"),
    "404": _refusal(404, "No such model.", "model_not_found"),
    "filtered": _refusal(400, "Filtered by the content management policy.", "content_filter"),
    "echo-key": lambda asked, key, settings: _error(
        asked, 401,
        f"Incorrect API key provided: {key}. Its end is {key[-12:]}.",
        "invalid_api_key",
    ),
    "redirect": lambda asked, key, settings: Sent(
        302, b"", {"Location": "http://169.254.169.254/latest/meta-data/"}
    ),
}  # fmt: skip


def _unsupported(asked: Asked, behaviours: frozenset[str]) -> Sent | None:
    """400 for what the model does not support, while the request has it."""
    settings = asked.body | asked.body.get("inferenceConfig", {})
    settings |= asked.body.get("generationConfig", {})
    complaints = {
        "no-temperature": ("temperature" in settings, "'temperature'"),
        "no-max-tokens": (
            asked.wire == "openai" and "max_tokens" in settings,
            "'max_tokens'",
        ),
        "no-schema": (_by_schema(asked), _schema_word(asked)),
        "no-tools": (bool(asked.by_tool), "tool_choice"),
    }
    for name, (is_there, word) in complaints.items():
        if name in behaviours and is_there:
            hint = " Use 'max_completion_tokens' instead." * (name == "no-max-tokens")
            message = f"Unsupported parameter: {word} is not supported here.{hint}"
            return _error(asked, 400, message, "unsupported_parameter")
    return None


def _by_schema(asked: Asked) -> bool:
    return asked.schema is not None and not (asked.by_tool or asked.by_words)


def _schema_word(asked: Asked) -> str:
    return {
        "openai": "response_format",
        "anthropic": "output_config.format",
        "bedrock": "outputConfig",
        "gemini": "responseSchema",
    }[asked.wire]


def _nonsense(asked: Asked, key: str) -> Sent:
    text = f"qwfp luy; arst neio\nzxcd vbk {rules.tokens(asked.prompt)}"
    if asked.by_tool and asked.wire != "openai":
        text = json.dumps({"qwfp": "luy"})
    return _said(asked, text)


def _deep(asked: Asked, key: str) -> Sent:
    return Sent(200, b'{"choices":' + b"[" * 200_000)


ODDITIES: dict[str, Callable[[Asked, str], Sent]] = {
    "nonsense": _nonsense,
    "deep": _deep,
    "html": lambda asked, key: Sent(
        200, b"<html><b>Welcome to the proxy", {"Content-Type": "text/html"}
    ),
    "empty": lambda asked, key: _said(asked, ""),
    "huge": lambda asked, key: Sent(200, b'{"choices": "' + b"x" * HUGE_BYTES),
    "refuse": lambda asked, key: _said(asked, "I cannot help with that.", "refusal"),
    "error-body": lambda asked, key: Sent(
        200, json.dumps({"error": {"message": "upstream failed"}}).encode()
    ),
    "gzip": lambda asked, key: Sent(
        200, gzip.compress(b" " * 50_000_000, 1), {"Content-Encoding": "gzip"}
    ),
}
