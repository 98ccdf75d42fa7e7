"""Keys are taken out of all that is kept."""

import base64
import json
from urllib.parse import quote

import pytest

from experiments_ui.llm.providers.endpoint import Endpoint, Provider
from experiments_ui.llm.redaction import Redactor

KEY = 'key+with/odd"chars-0123456789'


@pytest.mark.parametrize(
    "form",
    [
        KEY,
        quote(KEY, safe=""),
        json.dumps(KEY),
        base64.b64encode(KEY.encode()).decode(),
        KEY[:10],
        KEY[-9:],
        KEY[5:15],
    ],
)
def test_a_key_its_encodings_and_its_parts_are_redacted(form):
    said = Redactor([KEY])(f"before {form} after")
    assert said.startswith("before ")
    assert said.endswith(" after")
    assert form.strip('"') not in said
    assert "[redacted]" in said


@pytest.mark.parametrize(
    "word",
    [
        "sk-proj-abc123***xyz",
        "AIzaSyA1234567890abcdef",
        "AKIAIOSFODNN7EXAMPLE",
        "ya29.a0AfH6SMB12345",
        "nvapi-0123456789",
        "eyJhbGciOiJI.eyJzdWIiOiIx.sig",
    ],
)
def test_what_looks_like_a_key_is_redacted_though_nobody_knows_it(word):
    assert word not in Redactor([])(f"Incorrect API key: {word}.")


def test_ordinary_text_is_left_as_it_is():
    text = "The answer is correct, because the ticket asks for a refund."
    assert Redactor([KEY], ["customer-support"])(text) == text


def test_short_keys_are_words():
    assert Redactor(["ollama", "EMPTY"]).whole("ollama is EMPTY") == "ollama is EMPTY"


def test_a_model_may_say_what_a_harmless_header_says():
    endpoint = Endpoint(
        Provider.CUSTOM,
        headers={"x-team": "customer-support", "x-api-token": "tok-0123456789"},
    )
    redactor = Redactor(endpoint.secrets(), endpoint.headers.values())
    text = "customer-support tok-0123456789"
    assert redactor.whole(text) == "customer-support [redacted]"
    assert redactor(text) == "[redacted] [redacted]"


def test_an_excerpt_is_bounded_readable_and_redacted_across_its_cut():
    body = b"\x00\x07" + b"x" * 3990 + KEY.encode() + b"y" * 100_000
    excerpt = Redactor([KEY]).excerpt(body)
    assert len(excerpt) <= 4001
    assert "\0" not in excerpt
    assert "key+with" not in excerpt


def test_an_endpoint_does_not_print_its_key():
    endpoint = Endpoint(Provider.OPEN_AI, KEY, headers={"x-api-key": KEY})
    assert "odd" not in repr(endpoint)
