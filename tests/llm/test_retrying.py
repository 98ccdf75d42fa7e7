"""How long a provider asks to wait is understood in all its spellings (BI-25)."""

from datetime import UTC, datetime

import pytest

from experiments_ui.llm.retrying import Retry, retry_after

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def asked(body=None, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return retry_after(named, body, now=NOW)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1", 1.0),
        ("0.5", 0.5),
        (" 20 ", 20.0),
        ("-5", 0.0),
        ("1e9", 86_400.0),
        ("inf", None),
        ("nan", None),
        ("soon", None),
        ("", None),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2020 12:00:30 GMT", 0.0),
        ("Mon, 99 Foo 2026 12:00:30 GMT", None),
        ("Mon, 23 Nov 9999 12:00:30 GMT", 86_400.0),
    ],
)
def test_retry_after(text, seconds):
    assert asked(Retry_After=text) == seconds


def test_milliseconds_come_before_seconds():
    assert asked(retry_after_ms="250", Retry_After="9") == 0.25


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [("1.337906927s", 1.337906927), ("20s", 20.0), ("x", None), (7, None)],
)
def test_googles_retry_info(delay, seconds):
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}
    assert asked({"error": {"details": ["x", {"@type": "other"}, info]}}) == seconds


@pytest.mark.parametrize("body", [{}, {"error": "x"}, {"error": {"details": 3}}])
def test_other_bodies_ask_for_nothing(body):
    assert asked(body) is None


def wait(tries, asked_s=None, drawn=1.0, **retry):
    return Retry(**{"tries": 6, **retry}).wait_s(tries, asked_s, lambda: drawn)


def test_waits_double_up_to_a_cap_with_full_jitter():
    assert [wait(n) for n in range(1, 6)] == [0.5, 1.0, 2.0, 4.0, 8.0]
    assert wait(5, cap_s=3) == 3
    assert wait(3, drawn=0.0) == 0.0


def test_a_call_is_given_up_after_its_tries():
    assert wait(6) is None
    assert Retry().wait_s(1, None, lambda: 1.0) is None


def test_what_was_asked_for_is_waited_for_with_a_little_more():
    assert 20 < wait(1, asked_s=20.0) <= 20.1


def test_a_wait_longer_than_allowed_is_the_callers_to_plan():
    assert wait(1, asked_s=61.0) is None
