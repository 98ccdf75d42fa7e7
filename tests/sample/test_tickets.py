"""The written tickets: enough of them, all different, complete."""

from collections import Counter
from itertools import pairwise

from experiments_ui.sample.tickets import LABELS, tickets

TICKETS = tickets()


def test_there_are_at_least_220_tickets():
    assert len(TICKETS) >= 220


def test_no_text_is_used_twice():
    assert len({ticket.input for ticket in TICKETS}) == len(TICKETS)
    assert len({ticket.expected for ticket in TICKETS}) == len(TICKETS)
    assert len({ticket.material.weakness for ticket in TICKETS}) == len(TICKETS)


def test_every_label_has_at_least_twenty_tickets():
    count_of = Counter(ticket.label for ticket in TICKETS)

    assert set(count_of) == set(LABELS)
    assert min(count_of.values()) >= 20


def test_tickets_come_in_six_languages():
    count_of = Counter(ticket.language for ticket in TICKETS)

    assert set(count_of) == {"en", "de", "fr", "es", "ja", "pt"}
    assert count_of["de"] >= 30
    assert min(count_of.values()) >= 8


def test_metadata_uses_known_words_only():
    assert {ticket.channel for ticket in TICKETS} == {"email", "form", "chat"}
    assert {ticket.tier for ticket in TICKETS} == {"free", "pro", "enterprise"}
    assert {ticket.priority for ticket in TICKETS} == {
        "low",
        "normal",
        "high",
        "urgent",
    }


def test_neighbouring_tickets_mix_their_labels():
    labels = [ticket.label for ticket in TICKETS]
    same_as_next = sum(a == b for a, b in pairwise(labels))

    assert same_as_next < len(labels) / 4


def test_a_hasty_label_is_always_another_known_label():
    for ticket in TICKETS:
        assert ticket.material.confused_with in set(LABELS) - {ticket.label}


def test_every_german_ticket_has_an_english_reply():
    for ticket in TICKETS:
        assert bool(ticket.material.english_reply) is (ticket.language == "de")


def test_an_example_shows_the_ticket_and_nothing_of_its_material():
    example = TICKETS[0].example()

    assert set(example) == {"input", "expected", "label", "metadata"}
    assert set(example["metadata"]) == {"language", "channel", "tier", "priority"}


def test_tickets_are_of_very_different_length():
    lengths = [
        len(ticket.input.split()) for ticket in TICKETS if ticket.language != "ja"
    ]

    assert 10 <= min(lengths) <= 12
    assert 60 <= max(lengths) <= 70
