"""One credential at one provider: where calls go and how they are signed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from experiments_ui.llm.errors import CallError, Kind
from experiments_ui.llm.exchange import Request
from experiments_ui.llm.guard import blocked

PLACE = re.compile(r"[a-z0-9-]{1,40}\Z")
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}\Z")
HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]{0,8192}\Z")
SECRET_NAME = re.compile(r"auth|key|token|secret|cookie|pass|sign", re.IGNORECASE)
OWN_HEADERS = frozenset(
    [
        "host",
        "content-length",
        "content-type",
        "transfer-encoding",
        "connection",
        "accept-encoding",
        "upgrade",
        "te",
        "trailer",
        "expect",
    ]
)


class Provider(StrEnum):
    """The providers of an AI integration; the names are the wire's."""

    OPEN_AI = "OPEN_AI"
    AZURE_OPEN_AI = "AZURE_OPEN_AI"
    AWS_BEDROCK = "AWS_BEDROCK"
    VERTEX_AI = "VERTEX_AI"
    ANTHROPIC = "ANTHROPIC"
    CUSTOM = "CUSTOM"
    NVIDIA_NIM = "NVIDIA_NIM"
    GEMINI = "GEMINI"
    LITELLM = "LITELLM"
    FIREWORKS = "FIREWORKS"
    TOGETHER_AI = "TOGETHER_AI"


class Auth(StrEnum):
    """How the key is sent; the names are the wire's."""

    DEFAULT = "DEFAULT"
    """As the provider's own clients do."""
    BEARER_TOKEN = "BEARER_TOKEN"  # noqa: S105 - the wire's word
    """As ``Authorization: Bearer``."""
    PROXY_WITH_HEADERS = "PROXY_WITH_HEADERS"
    """Not at all: the headers given say who is calling."""


DEFAULT_BASES = {
    Provider.OPEN_AI: "https://api.openai.com/v1",
    Provider.NVIDIA_NIM: "https://integrate.api.nvidia.com/v1",
    Provider.FIREWORKS: "https://api.fireworks.ai/inference/v1",
    Provider.TOGETHER_AI: "https://api.together.xyz/v1",
    Provider.ANTHROPIC: "https://api.anthropic.com",
    Provider.GEMINI: "https://generativelanguage.googleapis.com/v1beta",
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Who to call, and as whom.

    Attributes:
        api_key: For Bedrock a bearer key, or ``access:secret`` or
            ``access:secret:session`` to sign with. For Vertex AI an access token.
        base_url: Instead of the provider's own address.
        headers: Sent along, and able to replace what the provider's wire sends.
        region: Of Bedrock, or the location of Vertex AI.
        project: Of Vertex AI.
    """

    provider: Provider
    api_key: str | None = field(default=None, repr=False)
    base_url: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    auth: Auth = Auth.DEFAULT
    region: str | None = None
    project: str | None = None

    def secrets(self) -> list[str]:
        """What may be shown nowhere: the key, and headers that are named like one."""
        key = self.api_key or ""
        named = [v for name, v in self.headers.items() if SECRET_NAME.search(name)]
        parts = [part for value in named for part in value.split()]
        return [key, *key.split(":"), *named, *parts]


def base_url(endpoint: Endpoint, request: Request) -> str:
    """The address that all paths of this credential begin with.

    A request's own parameters never name a host: whoever writes an evaluator could
    have the integration's key sent there.

    Raises:
        CallError: `blocked_host` when no address is known or a region is none.
    """
    if endpoint.base_url:
        return endpoint.base_url.rstrip("/")
    if endpoint.provider is Provider.AWS_BEDROCK:
        region = place(region_of(endpoint, request), "region")
        return f"https://bedrock-runtime.{region}.amazonaws.com"
    if endpoint.provider is Provider.VERTEX_AI:
        return _vertex_base(endpoint, request)
    if endpoint.provider in DEFAULT_BASES:
        return DEFAULT_BASES[endpoint.provider]
    raise blocked("This integration needs a base URL.")


def region_of(endpoint: Endpoint, request: Request) -> str:
    asked = request.provider_parameters.get("region")
    return str(asked or endpoint.region or "us-east-1")


def place(text: str, what: str) -> str:
    """A region or location, which becomes part of a host's name."""
    if not PLACE.match(text):
        raise blocked(f"The {what} may hold only small letters, digits and hyphens.")
    return text


def bearer(key: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"} if key else {}


def authorised(
    endpoint: Endpoint, own: Mapping[str, str], more: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Headers of a call: the key as `own` would send it, then the integration's.

    Raises:
        CallError: `auth` when a header cannot be sent.
    """
    sent = {
        Auth.DEFAULT: own if endpoint.api_key else {},
        Auth.BEARER_TOKEN: bearer(endpoint.api_key),
        Auth.PROXY_WITH_HEADERS: {},
    }[endpoint.auth]
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    headers |= {"Accept": "application/json", **(more or {}), **sent}
    for name, value in endpoint.headers.items():
        _replace(headers, name, value)
    for name, value in headers.items():
        check_header(name, value)
    return headers


def check_header(name: str, value: str) -> None:
    if not (HEADER_NAME.match(name) and HEADER_VALUE.match(value)):
        raise CallError(
            Kind.AUTH, "The key or a header holds characters that cannot be sent."
        )


def _replace(headers: dict[str, str], name: str, value: str) -> None:
    if name.lower() in OWN_HEADERS:
        return
    for same in [own for own in headers if own.lower() == name.lower()]:
        del headers[same]
    headers[name] = value


def _vertex_base(endpoint: Endpoint, request: Request) -> str:
    if not (endpoint.project and PLACE.match(endpoint.project)):
        raise blocked("Vertex AI needs the id of a project.")
    location = place(region_of(endpoint, request), "location")
    host = "aiplatform.googleapis.com"
    host = host if location == "global" else f"{location}-{host}"
    project = f"projects/{endpoint.project}/locations/{location}"
    return f"https://{host}/v1/{project}/publishers/google"
