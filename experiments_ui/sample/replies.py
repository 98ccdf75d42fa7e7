"""The replies the sample's models give, each with the flaw it was written with."""

import re
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from experiments_ui.sample import phrases
from experiments_ui.sample.tickets import Ticket

PIECE_ENDS = re.compile(r"(?<=[.!?。])\s+|(?<=。)|(?<=;)\s+")


class Flaw(StrEnum):
    NONE = "none"
    OMITS = "omits"
    HEDGES = "hedges"
    INVENTS = "invents"
    MISSES = "misses"
    WRONG_LANGUAGE = "wrong_language"


@dataclass(frozen=True, slots=True)
class Voice:
    """How a model under one prompt sounds: the chance of each of its habits."""

    thanks: float = 0.0
    greeting: float = 0.0
    empathy: float = 0.0
    rewording: float = 0.0
    closing: float = 0.0
    warm_closing: float = 0.0
    signature: float = 0.0
    paragraphs: bool = False
    # The draw is the ticket's own, so models that share an end share their wording.
    rephrasing_below: float = 0.0
    rephrasing_above: float = 1.0


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply's text with what a judge would find in it."""

    text: str
    flaw: Flaw
    padding: int = 0  # phrases of courtesy around it
    greets: bool = False
    omitted: str = ""
    added: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """The phrases around a reply's body, of which a letter's form isn't padding."""

    before: list[str]
    after: list[str]
    padding: int


def write(ticket: Ticket, *, flaw: Flaw, voice: Voice, using: Random) -> Reply:
    """Write one model's reply to a ticket, with the flaw it's meant to have."""
    answer = _answer(ticket, voice=voice)
    body = _body(ticket, answer=answer, flaw=flaw, using=using)
    language = "en" if flaw is Flaw.WRONG_LANGUAGE else ticket.language
    text = _reworded(body.text, language=language, voice=voice, using=using)
    frame = _frame(ticket, language=language, voice=voice, using=using)
    gap = "\n\n" if voice.paragraphs else " "
    return Reply(
        text=gap.join([*frame.before, text, *frame.after]),
        flaw=body.flaw,
        padding=frame.padding,
        greets=bool(frame.before),
        omitted=body.omitted,
        added=body.added,
    )


def _answer(ticket: Ticket, *, voice: Voice) -> str:
    """Return the right answer, as expected or in other words."""
    draw = Random(f"wording {ticket.input}").random()  # noqa: S311 - repeatable, no secret
    kept = voice.rephrasing_below <= draw <= voice.rephrasing_above
    return ticket.expected if kept else ticket.material.rephrased or ticket.expected


def _body(ticket: Ticket, *, answer: str, flaw: Flaw, using: Random) -> Reply:
    if flaw is Flaw.WRONG_LANGUAGE and ticket.material.english_reply:
        return Reply(ticket.material.english_reply, flaw)
    if flaw is Flaw.MISSES:
        return Reply(ticket.material.weak_reply, flaw)
    if flaw is Flaw.OMITS:
        return _shortened(answer)
    if flaw is Flaw.HEDGES:
        hedge = phrases.choose("hedge", ticket.language, using=using) or ""
        return Reply(_joined(answer, hedge), flaw, added=hedge)
    if flaw is Flaw.INVENTS:
        rule = _invented_rule(ticket, using=using)
        return Reply(_joined(_shortened(answer).text, rule), flaw, added=rule)
    return Reply(answer, Flaw.NONE)


def _shortened(answer: str) -> Reply:
    """Leave out the last piece of an answer, if it has more than one."""
    pieces = [piece for piece in PIECE_ENDS.split(answer) if piece]
    if len(pieces) == 1:
        return Reply(answer, Flaw.NONE)
    text = answer.removesuffix(pieces[-1]).rstrip()
    text = f"{text[:-1].rstrip()}." if text.endswith(";") else text
    return Reply(text, Flaw.OMITS, omitted=pieces[-1].rstrip(".!?。"))


def _invented_rule(ticket: Ticket, *, using: Random) -> str:
    if ticket.language == "en":
        return phrases.choose("invented", ticket.label, using=using) or ""
    return phrases.choose("invented_elsewhere", ticket.language, using=using) or ""


def _joined(text: str, sentence: str) -> str:
    return f"{text}{'' if text.endswith('。') else ' '}{sentence}"


def _reworded(text: str, *, language: str, voice: Voice, using: Random) -> str:
    for said, instead in phrases.rewordings(language):
        if instead not in text and using.random() < voice.rewording:
            text = text.replace(said, instead, 1)
    return text


def _frame(ticket: Ticket, *, language: str, voice: Voice, using: Random) -> Frame:
    thanks = _said("thanks", language, chance=voice.thanks, using=using)
    greeting = _said("greeting", language, chance=voice.greeting, using=using)
    empathy = _empathy(ticket, language=language, chance=voice.empathy, using=using)
    closing = _said("closing", language, chance=voice.closing, using=using)
    promise = _said("warm_closing", language, chance=voice.warm_closing, using=using)
    signature = _said("signature", language, chance=voice.signature, using=using)
    opening = (thanks, greeting, empathy)
    return Frame(
        before=[_addressed(phrase, ticket) for phrase in opening if phrase],
        after=[phrase for phrase in (closing, promise, signature) if phrase],
        padding=sum(map(bool, (thanks, empathy, closing, promise))),
    )


def _said(shelf: str, key: str, *, chance: float, using: Random) -> str | None:
    return phrases.choose(shelf, key, using=using) if using.random() < chance else None


def _empathy(
    ticket: Ticket, *, language: str, chance: float, using: Random
) -> str | None:
    if language == "en":
        return _said("empathy", ticket.label, chance=chance, using=using)
    return _said("empathy_elsewhere", language, chance=chance, using=using)


def _addressed(phrase: str, ticket: Ticket) -> str:
    name = ticket.material.name
    if name is None:
        return phrase.replace(" {name}", "").replace("{name}様", "お客様")
    return phrase.replace("{name}", name)
