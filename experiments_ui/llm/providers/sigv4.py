"""Signature Version 4, with which AWS knows who sent a request."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class AwsKeys:
    access: str
    secret: str = field(repr=False)
    session: str | None = field(default=None, repr=False)


def signed(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    keys: AwsKeys,
    region: str,
    service: str,
    at: datetime,
) -> dict[str, str]:
    """The headers, with date, session token and signature added.

    All headers given are signed, and the host with them. Source: AWS's description of
    "Create a signed AWS API request", whose worked example the tests repeat.
    """
    stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    session = {"x-amz-security-token": keys.session} if keys.session else {}
    sent = {**headers, "X-Amz-Date": stamp, **session}
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    names, canonical = _canonical(method, url, sent, body)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"{ALGORITHM}\n{stamp}\n{scope}\n{digest}"
    signature = _mac(_signing_key(keys.secret, scope), text).hex()
    credential = f"{ALGORITHM} Credential={keys.access}/{scope}"
    proof = f"{credential}, SignedHeaders={names}, Signature={signature}"
    return {**sent, "Authorization": proof}


def _canonical(
    method: str, url: str, headers: Mapping[str, str], body: bytes
) -> tuple[str, str]:
    """Names of the signed headers, and the request as both sides write it."""
    parts = urlsplit(url)
    low = {name.lower(): " ".join(value.split()) for name, value in headers.items()}
    low["host"] = parts.netloc
    names = ";".join(sorted(low))
    lines = "".join(f"{name}:{low[name]}\n" for name in sorted(low))
    pairs = sorted(parse_qsl(parts.query, keep_blank_values=True))
    query = "&".join(f"{_quoted(key)}={_quoted(value)}" for key, value in pairs)
    # The path is quoted once more than it is sent: every service but S3 asks for it.
    path = quote(parts.path or "/", safe="/-_.~")
    payload = hashlib.sha256(body).hexdigest()
    return names, f"{method}\n{path}\n{query}\n{lines}\n{names}\n{payload}"


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")


def _signing_key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = _mac(key, part)
    return key


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
