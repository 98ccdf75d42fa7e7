"""The lines that point clients at this server."""

import shlex

from experiments_ui.spaces.clients import Address, environment, snippets


def variables(host, *, secure):
    return dict(
        line.split("=", 1)
        for line in environment(Address.of(host, secure=secure), key="k")
    )


def test_a_plain_server_is_reached_without_tls_on_all_three_ports():
    lines = variables("localhost:8000", secure=False)

    assert lines["ARIZE_BASE_URL"] == "http://localhost:8000"
    assert lines["ARIZE_FLIGHT_SCHEME"] == "grpc"
    assert lines["ARIZE_OTLP_SCHEME"] == "http"


def test_behind_tls_all_three_ports_speak_it():
    lines = variables("experiments.example.org", secure=True)

    assert lines["ARIZE_BASE_URL"] == "https://experiments.example.org"
    assert lines["ARIZE_API_PORT"] == "443"
    assert lines["ARIZE_FLIGHT_SCHEME"] == "grpc+tls"
    assert lines["ARIZE_OTLP_SCHEME"] == "https"


def test_a_space_of_any_name_stays_one_word_of_the_shell():
    name = "it's $(whoami)"
    address = Address.of("localhost:8000", secure=False)

    shown = {one.id: one.text for one in snippets(address, key="k", space=name)}

    last = shown["ax"].splitlines()[-1]
    assert shlex.split(last)[-1] == name
