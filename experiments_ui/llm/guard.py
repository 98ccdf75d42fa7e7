"""Where a call may go: a check of the address typed, and of each one it resolves to."""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult

from experiments_ui.llm.addresses import (
    Address,
    Network,
    Reach,
    network,
    only_loopback,
    parse,
    reach,
    within,
)
from experiments_ui.llm.errors import CallError, Kind, Recovery

AddressInfo = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int]]
Lookup = Callable[[str, int], Awaitable[list[str]]]

NEVER_NAMES = frozenset({"metadata", "metadata.google.internal", "instance-data"})
HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\Z")
# Resolvers read 127.1, 0x7f000001 and 2130706433 as addresses.
NUMERIC_END = re.compile(r"(?:\A|\.)(?:[0-9]+|0x[0-9a-f]*)\Z")


@dataclass(frozen=True, slots=True)
class Policy:
    """Which addresses beyond public ones may be called.

    A listed name may resolve to private addresses. Plain HTTP is for listed names and
    addresses. Loopback needs `loopback` or a listed loopback address, ``localhost``
    included. Metadata services, link-local and multicast addresses are refused
    whatever is listed.
    """

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()
    loopback: bool = False

    @classmethod
    def allowing(cls, entries: Iterable[str], *, loopback: bool = False) -> "Policy":
        """From hosts, addresses and networks as an operator writes them.

        Raises:
            ValueError: An entry is none of these; the message quotes it.
        """
        hosts, networks = set(), []
        for entry in filter(None, (each.strip().lower() for each in entries)):
            if (listed := network(entry.strip("[]"))) is not None:
                networks.append(listed)
            elif HOST.match(entry.rstrip(".")) and not NUMERIC_END.search(entry):
                hosts.add(entry.rstrip("."))
            else:
                raise ValueError(f"{entry!r} is no host, address or network.")
        return cls(frozenset(hosts), tuple(networks), loopback)

    def lists(self, address: Address, *, host: str) -> bool:
        """Whether an operator vouched for this address, or for this name at it."""
        if reach(address) is Reach.LOOPBACK:
            own = tuple(net for net in self.networks if only_loopback(net))
            named = host == "localhost" and host in self.hosts
            return self.loopback or named or within(address, own)
        return host in self.hosts or within(address, self.networks)


@dataclass(frozen=True, slots=True)
class Target:
    """A base address that may be called, as far as can be told before resolving it."""

    url: str
    host: str
    port: int
    is_encrypted: bool


def check_url(url: str, policy: Policy) -> Target:
    """Read a base address that a user typed; cheap after the first time.

    Raises:
        CallError: `blocked_host`, with a message that says what is wrong.
    """
    result = _checked(url, policy)
    if isinstance(result, str):
        raise blocked(result)
    return result


def blocked(message: str) -> CallError:
    return CallError(Kind.BLOCKED_HOST, message)


def problem_of(
    address: Address | None, policy: Policy, *, host: str, is_encrypted: bool
) -> str | None:
    """Why nothing may be sent to `address`, at which `host` was found."""
    if address is None or reach(address) is Reach.NEVER:
        return "Link-local, metadata and multicast addresses are never called."
    if policy.lists(address, host=host):
        return None
    if reach(address) is Reach.LOOPBACK:
        return "The host is on loopback, which the operator does not allow."
    if reach(address) is Reach.PRIVATE:
        return "The host has a private address, which the operator does not allow."
    return None if is_encrypted else "The address must begin with https://."


async def system_lookup(host: str, port: int) -> list[str]:
    loop = asyncio.get_running_loop()
    infos = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(info[4][0]).partition("%")[0] for info in infos]


class GuardedResolver(AbstractResolver):
    """Resolves names, and answers only if every address may be called.

    What it answers is what gets connected to, so a name cannot show one address to a
    check and another to the connection.
    """

    def __init__(
        self, policy: Policy, *, is_encrypted: bool, lookup: Lookup = system_lookup
    ) -> None:
        self._policy = policy
        self._is_encrypted = is_encrypted
        self._lookup = lookup
        self._resolved: set[str] = set()

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002 - aiohttp's
    ) -> list[ResolveResult]:
        """Addresses of `host`.

        Raises:
            CallError: `blocked_host` when one of them may not be called, `provider`
                when there is none.
        """
        try:
            found = await self._lookup(host, port)
        except (OSError, UnicodeError):
            found = []
        for text in found:
            self._check(text, host=host)
        if not found:
            message = "The name of the host is unknown."
            raise CallError(Kind.PROVIDER, message, recovery=Recovery.RETRY)
        self._resolved.update(found)
        return [_resolved(text, host, port) for text in found]

    def socket(self, info: AddressInfo) -> socket.socket:
        """The last gate: a socket for an address about to be connected to."""
        if info[4][0] not in self._resolved:
            self._check(info[4][0], host="")
        return socket.socket(info[0], info[1], info[2])

    async def close(self) -> None:
        """Nothing is held."""

    def _check(self, text: str, *, host: str) -> None:
        name = host.lower().rstrip(".")
        secure = self._is_encrypted
        problem = problem_of(parse(text), self._policy, host=name, is_encrypted=secure)
        if problem:
            raise blocked(problem)


async def check_reachable(
    url: str, policy: Policy, lookup: Lookup = system_lookup
) -> Target:
    """Check an address before it is saved: as typed, and all that it resolves to.

    Raises:
        CallError: `blocked_host`, or `provider` when the name is unknown.
    """
    target = check_url(url, policy)
    secure = target.is_encrypted
    resolver = GuardedResolver(policy, is_encrypted=secure, lookup=lookup)
    await resolver.resolve(target.host, target.port)
    return target


def _resolved(text: str, host: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    return ResolveResult(
        hostname=host,
        host=text,
        port=port,
        family=family,
        proto=0,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )


@lru_cache(maxsize=1024)
def _checked(url: str, policy: Policy) -> Target | str:
    if problem := _malformed(url):
        return problem
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        return "The address cannot be read."
    host = (parts.hostname or "").rstrip(".")
    secure = parts.scheme == "https"
    problem = _misaddressed(parts) or _bad_host(host, policy, is_encrypted=secure)
    return problem or Target(url.rstrip("/"), host, port, secure)


def _malformed(url: str) -> str | None:
    if len(url) > 2_000:
        return "The address is too long."
    if not url.isascii():
        return "The address must be in ASCII; write a host's name in punycode."
    if any(ord(c) <= 32 or ord(c) == 127 or c in '\\"<>^`{|}' for c in url):
        return "The address holds a space, a backslash or another forbidden character."
    if "?" in url or "#" in url:
        return "The address may not hold a query or a fragment."
    return None


def _misaddressed(parts: SplitResult) -> str | None:
    if parts.scheme not in {"http", "https"}:
        return "The address must begin with https:// or http://."
    if "@" in parts.netloc or "%" in parts.netloc:
        return "The address may not hold a user name, a password or a coded host."
    return None


def _bad_host(host: str, policy: Policy, *, is_encrypted: bool) -> str | None:
    if host in NEVER_NAMES:
        return "This host hands out the machine's own credentials; it is never called."
    if address := parse(host):
        return problem_of(address, policy, host="", is_encrypted=is_encrypted)
    if not HOST.match(host) or NUMERIC_END.search(host):
        return "The host is neither a name nor a complete address."
    vouched = policy.loopback or policy.networks or host in policy.hosts
    if not (is_encrypted or vouched):
        return "The address must begin with https://, unless the operator allows it."
    return None
