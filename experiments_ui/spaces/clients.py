"""The lines that point the Arize AX clients at this server."""

from dataclasses import dataclass
from shlex import quote

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Address:
    """Where this server is reached: host names without ports, as the clients want."""

    host: str
    port: int
    scheme: str

    @classmethod
    def of(cls, host_and_port: str, *, secure: bool) -> "Address":
        """Return the address in a request's Host header."""
        host, _, port = host_and_port.rpartition(":")
        if not host or not port.isdigit():
            host, port = host_and_port, "443" if secure else "80"
        return cls(host, int(port), "https" if secure else "http")

    @property
    def url(self) -> str:
        usual = {"http": 80, "https": 443}[self.scheme] == self.port
        return f"{self.scheme}://{self.host}" + ("" if usual else f":{self.port}")


@dataclass(frozen=True, slots=True)
class Snippet:
    """One way to connect: the tab's id and label, and the text to paste."""

    id: str
    label: str
    text: str


def local_address() -> Address:
    """Return where this machine's own clients find the server."""
    everywhere = settings.HOST in ("0.0.0.0", "::")  # noqa: S104 -- compared, not bound
    host = "127.0.0.1" if everywhere else settings.HOST
    return Address(host, settings.HTTP_PORT, "http")


def environment(address: Address, *, key: str) -> list[str]:
    """Return the variables that all clients read, as NAME=value."""
    # A proxy that speaks TLS on one port does so on the others.
    flight = "grpc+tls" if address.scheme == "https" else "grpc"
    return [
        f"ARIZE_API_KEY={key}",
        f"ARIZE_API_HOST={address.host}",
        f"ARIZE_API_PORT={address.port}",
        f"ARIZE_API_SCHEME={address.scheme}",
        f"ARIZE_FLIGHT_HOST={address.host}",
        f"ARIZE_FLIGHT_PORT={settings.FLIGHT_PORT}",
        f"ARIZE_FLIGHT_SCHEME={flight}",
        f"ARIZE_OTLP_HOST={address.host}",
        f"ARIZE_OTLP_PORT={settings.OTLP_PORT}",
        f"ARIZE_OTLP_SCHEME={address.scheme}",
        f"ARIZE_BASE_URL={address.url}",
    ]


def ax_profile() -> list[str]:
    """Return the shell lines that make and choose an `ax` profile for this server.

    The profile takes its values from the environment; hosts it did not name would
    fall back to the public cloud.
    """
    return [
        "mkdir -p ~/.arize/profiles",
        "cat > ~/.arize/profiles/experiments-ui.toml <<'END'",
        "[profile]",
        'name = "experiments-ui"',
        "[auth]",
        'auth_method = "api-key"',
        'api_key = "${ARIZE_API_KEY}"',
        "[routing]",
        'api_host = "${ARIZE_API_HOST}"',
        'api_scheme = "${ARIZE_API_SCHEME:http}"',
        'otlp_host = "${ARIZE_OTLP_HOST}"',
        'otlp_scheme = "${ARIZE_OTLP_SCHEME:http}"',
        'flight_host = "${ARIZE_FLIGHT_HOST}"',
        f'flight_port = "${{ARIZE_FLIGHT_PORT:{settings.FLIGHT_PORT}}}"',
        'flight_scheme = "${ARIZE_FLIGHT_SCHEME:grpc}"',
        "[update]",
        "enabled = false",
        "END",
        "printf experiments-ui > ~/.arize/.active_profile",
    ]


def snippets(address: Address, *, key: str, space: str) -> list[Snippet]:
    """Return how to connect from Python, `ax`, TypeScript and a plain shell."""
    exports = "\n".join(f"export {line}" for line in environment(address, key=key))
    return [
        Snippet(
            "python", "Python", f"{exports}\n\npip install arize\n{_PYTHON % space}"
        ),
        Snippet(
            "ax",
            "ax",
            "\n".join(
                [
                    exports,
                    "",
                    *ax_profile(),
                    "",
                    f"ax datasets list --space {quote(space)}",
                ]
            ),
        ),
        Snippet("typescript", "TypeScript", _TYPESCRIPT % (key, address.url)),
        Snippet("curl", "curl", _CURL % (key, address.url)),
    ]


_PYTHON = """python - <<'END'
from arize import ArizeClient

client = ArizeClient()
print(client.datasets.list(space=%r))
END"""

_TYPESCRIPT = """export ARIZE_API_KEY=%s
export ARIZE_BASE_URL=%s

npm install @arizeai/ax-client
node --input-type=module <<'END'
import { listDatasets } from "@arizeai/ax-client";

console.log((await listDatasets()).data);
END"""

_CURL = """curl -H "Authorization: Bearer %s" %s/v2/datasets"""
