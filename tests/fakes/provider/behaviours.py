"""What can go wrong at the fake, chosen by the model's name or by seeded shares.

A model's name lists behaviours after a plus sign: ``judge+429x2`` refuses the first two
tries of each text, ``judge+500`` all of them, ``judge+ms200`` takes 200 ms. Shares, set
over HTTP, strike each try of each text by a seeded draw that tests can repeat.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

LATENCY = re.compile(r"ms(\d+)\Z")
NAMES = frozenset(
    {
        "429", "429-ms", "429-date", "429-huge", "429-google", "quota", "500", "503",
        "529", "401", "403", "404", "400", "hang", "nonsense", "html", "empty",
        "off-label", "cut", "cut-json", "huge", "echo-key", "say-key", "gullible",
        "refuse", "redirect", "error-body", "gzip", "no-temperature", "no-max-tokens",
        "no-schema", "no-tools", "plain", "fenced", "shout", "drop", "deep", "filtered",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """Behaviour for all models, set by POST /_settings.

    Attributes:
        shares: Behaviour to probability.
        latency_ms: How long each answer takes.
        seed: Of the draws.
        retry_after_s: What a 429 asks for.
        per_second: Requests answered in a second; beyond it, 429. 0 is no limit.
    """

    shares: Mapping[str, float] = field(default_factory=dict)
    latency_ms: float = 0.0
    seed: int = 0
    retry_after_s: float = 1.0
    per_second: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens to one request."""

    behaviours: frozenset[str]
    latency_ms: float


def plan(model: str, key: str, attempt: int, settings: Settings) -> Plan:
    """What happens to the `attempt`-th request (from 1) for the text of `key`."""
    named, latency = _named(model.split("+")[1:], attempt)
    drawn = strikes(key, attempt, settings)
    latency_ms = settings.latency_ms if latency is None else latency
    return Plan(frozenset(named | ({drawn} if drawn else set())), latency_ms)


def strikes(key: str, attempt: int, settings: Settings) -> str | None:
    """The behaviour that the shares draw; the same for the same seed, text and try."""
    if not settings.shares:
        return None
    text = f"{settings.seed}/{attempt}/{key}"
    digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()
    drawn = int.from_bytes(digest[:8], "big") / 2**64
    for name, share in settings.shares.items():
        drawn -= share
        if drawn < 0:
            return name
    return None


def _named(parts: Sequence[str], attempt: int) -> tuple[set[str], float | None]:
    names: set[str] = set()
    latency = None
    for part in parts:
        if wait := LATENCY.match(part):
            latency = float(wait[1])
            continue
        name, _, times = part.partition("x") if "x" in part else (part, "", "")
        if name not in NAMES:
            name, times = part, ""
        if name in NAMES and attempt <= int(times or 10**9):
            names.add(name)
    return names, latency
