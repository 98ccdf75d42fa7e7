"""Which addresses an integration may lead to, when it is saved (BI-1, BI-2, BI-4)."""

import socket

import pytest
from django.core.exceptions import ImproperlyConfigured

from experiments_ui.errors import Invalid
from experiments_ui.integrations import addresses
from experiments_ui.integrations.addresses import check_base_url


@pytest.fixture(autouse=True)
def production(settings):
    """Many processes, and an operator who allows nothing."""
    settings.EMBEDDED = False
    settings.ALLOWED_PRIVATE_HOSTS = []


def refused(url):
    try:
        check_base_url(url)
    except Invalid as error:
        return list(error.fields) == ["base_url"] and error.message[:9] == "base_url:"
    return False


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:11434/v1",
        "https://localhost/v1",
        "https://127.1/",
        "https://2130706433/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://10.0.0.1/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://169.254.169.254/",
        "https://metadata.google.internal/",
        "https://[fd00:ec2::254]/",
        "https://[64:ff9b::7f00:1]/",
        "http://203.0.114.7/",
        "ftp://203.0.114.7/",
        "https://user:password@203.0.114.7/",
        "https://203.0.114.7/?a=1",
        "https://203.0.114.7/#a",
        "https://203.0.114.7\\@10.0.0.1/",
        "",
        "https://",
        "https://a b/",
    ],
)
def test_private_and_malformed_addresses_are_refused(url):
    assert refused(url)


def test_public_addresses_are_taken():
    assert not refused("https://203.0.114.7:8443/v1")


def test_one_process_may_call_its_own_machine_and_no_further(settings):
    settings.EMBEDDED = True
    assert not refused("http://127.0.0.1:11434/v1")
    assert not refused("http://[::1]:11434/v1")
    assert refused("http://10.0.0.1/")
    assert refused("http://169.254.169.254/")


def test_the_operator_allows_networks_and_hosts(settings):
    settings.ALLOWED_PRIVATE_HOSTS = ["10.1.0.0/16", "192.168.0.7", "169.254.0.0/16"]
    assert not refused("http://10.1.2.3:8000/v1")
    assert not refused("http://192.168.0.7/v1")
    assert refused("http://10.2.0.1/")
    assert refused("http://169.254.169.254/")


def resolving_to(monkeypatch, *found):
    def getaddrinfo(host, port, *_, **__):
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def test_a_name_is_as_good_as_the_worst_it_resolves_to(monkeypatch, settings):
    resolving_to(monkeypatch, "203.0.114.7", "10.0.0.1")
    assert refused("https://models.example.org/")
    resolving_to(monkeypatch, "203.0.114.7")
    assert not refused("https://models.example.org/")
    resolving_to(monkeypatch, "10.0.0.1")
    settings.ALLOWED_PRIVATE_HOSTS = ["models.example.org"]
    assert not refused("http://models.example.org/")
    resolving_to(monkeypatch, "169.254.169.254")
    assert refused("http://models.example.org/")


def test_a_name_that_nobody_knows_now_can_be_saved(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert not refused("https://models.example.org/")


def test_a_setting_that_names_nothing_stops_with_its_name(settings):
    settings.ALLOWED_PRIVATE_HOSTS = ["http://10.0.0.1/"]
    with pytest.raises(ImproperlyConfigured, match="ALLOWED_PRIVATE_HOSTS"):
        addresses.policy()
