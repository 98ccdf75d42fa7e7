"""What an IP address leads to: the public, a private network, or nothing to call."""

import ipaddress
from enum import Enum, auto

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Reach(Enum):
    PUBLIC = auto()
    PRIVATE = auto()
    LOOPBACK = auto()
    NEVER = auto()


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(map(ipaddress.ip_network, text.split()))


LOOPBACK = _networks("127.0.0.0/8 ::1/128")
# Machines' own services, which hand out credentials, and what is no single machine.
NEVER = _networks(
    "0.0.0.0/8 169.254.0.0/16 168.63.129.16/32 100.100.100.200/32 192.0.0.192/32 "
    "224.0.0.0/4 255.255.255.255/32 ::/128 fe80::/10 ff00::/8 fd00:ec2::/32 "
    "fd20:ce::254/128"
)
# `is_global` is true for some of these, depending on Python's version.
NOT_PUBLIC = _networks(
    "::/96 2001::/23 2002::/16 3fff::/20 5f00::/16 fec0::/10 192.0.0.0/24 "
    "192.88.99.0/24 64:ff9b:1::/48"
)
NAT64 = _networks("64:ff9b::/96")


def parse(text: str) -> Address | None:
    """An address in its full form; an IPv4 address within IPv6 becomes IPv4."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def network(text: str) -> Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def reach(address: Address) -> Reach:
    """The address, or the worst of the IPv4 addresses it carries inside."""
    if within(address, NEVER):
        return Reach.NEVER
    if within(address, LOOPBACK):
        return Reach.LOOPBACK
    carried = [reach(inner) for inner in _carried(address)]
    if Reach.NEVER in carried or Reach.LOOPBACK in carried:
        return Reach.NEVER
    if within(address, NAT64):
        return carried[0]
    public = address.is_global and not within(address, NOT_PUBLIC)
    return Reach.PUBLIC if public and Reach.PRIVATE not in carried else Reach.PRIVATE


def within(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address.version == net.version and address in net for net in networks)


def only_loopback(one: Network) -> bool:
    ends = (one.network_address, one.broadcast_address)
    return all(within(end, LOOPBACK) for end in ends)


def _carried(address: Address) -> list[ipaddress.IPv4Address]:
    """IPv4 addresses to which a gateway may pass on what is sent to an IPv6 one."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    found = [address.sixtofour, *(address.teredo or ())]
    high, low = int(address) >> 32, ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    translated = high in {0, 0xFFFF_0000} or within(address, NAT64)
    if translated or high & 0xFDFF_FFFF == 0x5EFE:  # the latter is ISATAP
        found.append(low)
    return [one for one in found if one is not None]
