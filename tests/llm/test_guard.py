"""No call goes where it must not (BI-1 to BI-4)."""

import asyncio

import pytest

from experiments_ui.llm.addresses import Reach, parse, reach
from experiments_ui.llm.errors import CallError, Kind
from experiments_ui.llm.guard import (
    GuardedResolver,
    Policy,
    check_reachable,
    check_url,
)
from tests.llm.conftest import endpoint_at, judge, run

STRICT = Policy()
EVERYTHING = Policy.allowing(["0.0.0.0/0", "::/0", "evil.example"], loopback=True)

LOOPBACK = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "017700000001",
    "0.0.0.0",
    "0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "127.0.0.1.",
    "127。0。0。1",
    "１２７.0.0.1",
    "①②⑦.0.0.1",
]
INSIDE = [
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
    "198.18.0.1",
    "192.0.2.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.88.99.1",
    "[fd00:ec2::254]",
    "[fd20:ce::254]",
    "[fc00::1]",
    "[fe80::1]",
    "[fe80::1%25eth0]",
    "[fec0::1]",
    "[ff02::1]",
    "[2002:a9fe:a9fe::]",
    "[2002:0808:0808::]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b:1::a00:1]",
    "[64:ff9b:1:7f00:0:100::808]",
    "[2001:0:a9fe:a9fe::1]",
    "[2001:db8::1]",
    "[::ffff:169.254.169.254]",
    "[::ffff:0:169.254.169.254]",
    "[2606:4700::5efe:a9fe:a9fe]",
    "metadata.google.internal",
    "metadata",
]
MALFORMED = [
    "https://user:secret@api.example/v1",
    "https://api.example@127.0.0.1/",
    "https://api.example\\@127.0.0.1/",
    "https://api.example/\n",
    "https://api.example/ x",
    "https://api.example/#x",
    "https://api.example/#",
    "https://api.example/?x=1",
    "https://api.example/?",
    "https://127.0.0.1%2f.api.example/",
    "https://api.example:99999/",
    "https://[::1/",
    "https:///v1",
    "https://",
    "//api.example",
    "api.example",
    "file:///etc/passwd",
    "gopher://api.example/",
    "ftp://api.example/",
    "unix:///var/run/docker.sock",
    "javascript:alert(1)",
    "http://api.example/v1",
    "https://exämple.com/",
    "https://api..example/",
    "https://" + "a" * 3000,
]
NEVER = [
    "169.254.169.254",
    "169.254.170.2",
    "168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[::ffff:169.254.169.254]",
    "[64:ff9b::a9fe:a9fe]",
    "[2002:a9fe:a9fe::]",
    "0.0.0.0",
    "[::]",
    "224.0.0.1",
    "255.255.255.255",
    "metadata.google.internal",
]


def refused(call):
    with pytest.raises(CallError) as raised:
        call()
    assert raised.value.kind is Kind.BLOCKED_HOST
    return raised.value.message


@pytest.mark.parametrize("host", LOOPBACK + INSIDE)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_address_inside_may_be_typed(scheme, host):
    refused(lambda: check_url(f"{scheme}://{host}:8000/v1", STRICT))


@pytest.mark.parametrize("url", MALFORMED)
def test_no_malformed_address_may_be_typed(url):
    refused(lambda: check_url(url, STRICT))


@pytest.mark.parametrize("host", NEVER)
def test_no_policy_opens_what_is_never_called(host):
    refused(lambda: check_url(f"https://{host}/", EVERYTHING))


@pytest.mark.parametrize(
    "url", ["https://api.openai.com/v1", "https://8.8.8.8/v1", "https://[2606:4700::1]"]
)
def test_public_addresses_may_be_typed(url):
    assert check_url(url + "/", STRICT).url == url


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("10.0.0.0/8", "http://10.1.2.3:8000"),
        ("10.1.2.3", "http://10.1.2.3:8000"),
        ("fd12::/16", "http://[fd12::5]"),
        ("ollama.lan", "http://ollama.lan:11434"),
        ("127.0.0.1", "http://127.0.0.1:1"),
        ("::1", "http://[::1]:1"),
    ],
)
def test_a_listed_private_address_may_be_called_in_the_clear(entry, url):
    assert check_url(url, Policy.allowing([entry])).url == url


def test_a_listed_network_around_loopback_does_not_open_loopback():
    policy = Policy.allowing(["0.0.0.0/0"])
    assert "loopback" in refused(lambda: check_url("https://127.0.0.1", policy))


@pytest.mark.parametrize("entry", ["127.1", "10.0.0.0/99", "a b", "http://x", "0x7f"])
def test_an_entry_that_is_no_host_or_network_is_quoted(entry):
    with pytest.raises(ValueError, match="no host, address or network"):
        Policy.allowing([entry])


def resolving(*answers):
    """Names resolve to these in turn, the last one ever after."""
    left = list(answers)

    async def lookup(host, port):
        return left.pop(0) if len(left) > 1 else left[0]

    return lookup


def reachable(url, policy, *answers):
    return asyncio.run(check_reachable(url, policy, resolving(*answers)))


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["10.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["8.8.8.8", "::1"]],
)
def test_a_name_is_refused_if_any_of_its_addresses_is_inside(addresses):
    refused(lambda: reachable("https://evil.example", STRICT, addresses))


@pytest.mark.parametrize("address", ["169.254.169.254", "fd00:ec2::254", "0.0.0.0"])
def test_a_listed_name_may_not_resolve_to_metadata(address):
    refused(lambda: reachable("https://evil.example", EVERYTHING, [address]))


def test_a_listed_name_may_resolve_to_a_private_address_but_not_to_loopback():
    policy = Policy.allowing(["ollama.lan"])
    assert reachable("http://ollama.lan", policy, ["10.0.0.7"]).host == "ollama.lan"
    refused(lambda: reachable("http://ollama.lan", policy, ["127.0.0.1"]))


def test_an_unlisted_name_in_the_clear_must_resolve_to_listed_addresses():
    policy = Policy.allowing(["10.0.0.0/8"])
    assert reachable("http://box.lan", policy, ["10.0.0.7"])
    refused(lambda: reachable("http://box.lan", policy, ["8.8.8.8"]))


def test_a_name_that_moves_inside_after_the_check_is_refused_at_the_call(fake):
    """Public when it is saved, loopback when it is called."""
    from experiments_ui.llm.client import Surroundings

    lookup = resolving(["93.184.216.34"], ["127.0.0.1"])
    url = f"https://rebind.example:{fake.port}/v1"
    assert asyncio.run(check_reachable(url, STRICT, lookup))
    with pytest.raises(CallError) as raised:
        run(
            fake,
            {"output": "x"},
            endpoint=endpoint_at(fake, base_url=url),
            policy=STRICT,
            surroundings=Surroundings(lookup=lookup),
        )
    assert raised.value.kind is Kind.BLOCKED_HOST
    assert fake.log() == []


def test_the_last_gate_refuses_an_address_that_was_never_resolved():
    resolver = GuardedResolver(STRICT, is_encrypted=True)
    refused(lambda: resolver.socket((2, 1, 6, "", ("127.0.0.1", 80))))


def test_loopback_is_refused_by_default(fake):
    with pytest.raises(CallError) as raised:
        run(fake, {"output": "x"}, policy=STRICT)
    assert raised.value.kind is Kind.BLOCKED_HOST
    assert fake.log() == []


def test_a_redirect_to_metadata_is_not_followed(fake):
    with pytest.raises(CallError) as raised:
        run(fake, {"output": "x"}, judge_=judge("judge+redirect"), policy=EVERYTHING)
    assert raised.value.kind is Kind.REDIRECT_REFUSED
    assert len(fake.log()) == 1


def test_proxies_of_the_environment_are_not_asked(fake, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert run(fake, {"output": "gold: correct"}).label == "correct"


def test_an_unknown_name_may_be_known_later():
    async def lookup(host, port):
        raise OSError

    with pytest.raises(CallError) as raised:
        asyncio.run(check_reachable("https://nowhere.example", STRICT, lookup))
    assert raised.value.kind is Kind.PROVIDER


def test_an_ipv4_address_within_ipv6_is_taken_for_itself():
    assert parse("::ffff:8.8.8.8") == parse("8.8.8.8")
    assert reach(parse("64:ff9b::808:808")) is Reach.PUBLIC
