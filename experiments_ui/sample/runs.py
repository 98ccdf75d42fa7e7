"""The sample's four experiments, made from the tickets and a seed alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from experiments_ui.sample import verdicts
from experiments_ui.sample.failures import FailedCall, Failure, fail
from experiments_ui.sample.replies import Reply, write
from experiments_ui.sample.tickets import LABELS, Ticket
from experiments_ui.sample.variants import VARIANTS, Variant

LATENCY_SPREAD = 0.3
CHARACTERS_PER_TOKEN = 3.9
TYPICAL_OUTPUT_TOKENS = 55
OWN_NOISE = 0.45  # how far a variant's errors stray from the tickets hard for all
CONFUSION = 0.85  # how often a wrong label is the one next to it in meaning


@dataclass(frozen=True, slots=True)
class SampleExperiment:
    """An experiment to upload: its runs follow the tickets' order, without ids."""

    name: str
    metadata: dict[str, object]
    runs: list[dict[str, object]]


def experiments(
    tickets: Sequence[Ticket], *, seed: int
) -> tuple[SampleExperiment, ...]:
    """Make the sample experiments; the same tickets and seed give the same runs."""
    return tuple(_experiment(tickets, variant, seed=seed) for variant in VARIANTS)


def _experiment(
    tickets: Sequence[Ticket], variant: Variant, *, seed: int
) -> SampleExperiment:
    difficulties = _difficulties(tickets, variant, seed=seed)
    failures = _failures(len(tickets), variant, seed=seed)
    runs = []
    for position, (ticket, difficulty) in enumerate(
        zip(tickets, difficulties, strict=True)
    ):
        using = _chance(seed, variant.name, ticket.input)
        if failure := failures.get(position):
            runs.append(_failed_run(variant, fail(failure, using=using)))
        else:
            runs.append(_run(ticket, variant, difficulty, using=using, seed=seed))
    return SampleExperiment(variant.name, _metadata(variant), runs)


def _metadata(variant: Variant) -> dict[str, object]:
    return {
        "model": variant.model,
        "prompt": variant.prompt_version.partition("@")[0],
        "prompt_version": variant.prompt_version,
        "temperature": variant.temperature,
    }


@dataclass(frozen=True, slots=True)
class Difficulty:
    """A ticket's rank in 0..1 among its slice, for the reply and for the label."""

    reply: float
    label: float


def _difficulties(
    tickets: Sequence[Ticket], variant: Variant, *, seed: int
) -> list[Difficulty]:
    """Rank the tickets so that a variant's shares of errors come out exactly."""
    ranked: dict[int, Difficulty] = {}
    for unlike in (False, True):
        slice_positions = [
            position
            for position, ticket in enumerate(tickets)
            if variant.does_unlike(ticket) is unlike
        ]
        ranked |= _ranked(tickets, slice_positions, variant, seed=seed)
    return [ranked[position] for position in range(len(tickets))]


def _ranked(
    tickets: Sequence[Ticket], positions: list[int], variant: Variant, *, seed: int
) -> dict[int, Difficulty]:
    replies, labels = {}, {}
    for position in positions:
        shared = _chance(seed, "difficulty", tickets[position].input).random()
        own = _chance(seed, variant.name, "difficulty", tickets[position].input)
        replies[position] = (1 - OWN_NOISE) * shared + OWN_NOISE * own.random()
        labels[position] = 0.75 * replies[position] + 0.25 * own.random()
    reply_ranks, label_ranks = _ranks(replies), _ranks(labels)
    return {
        position: Difficulty(reply_ranks[position], label_ranks[position])
        for position in positions
    }


def _ranks(difficulty_of: dict[int, float]) -> dict[int, float]:
    in_order = sorted(difficulty_of, key=lambda position: difficulty_of[position])
    return {position: rank / len(in_order) for rank, position in enumerate(in_order)}


def _failures(count: int, variant: Variant, *, seed: int) -> dict[int, Failure]:
    using = _chance(seed, variant.name, "failures")
    positions = using.sample(range(count), k=len(variant.failures))
    return dict(zip(positions, variant.failures, strict=True))


def _run(
    ticket: Ticket,
    variant: Variant,
    difficulty: Difficulty,
    *,
    using: Random,
    seed: int,
) -> dict[str, object]:
    quality = variant.quality_for(ticket)
    flaw = quality.flaw_at(difficulty.reply)
    reply = write(ticket, flaw=flaw, voice=variant.voice, using=using)
    mislabelled = difficulty.label >= quality.accuracy
    predicted = _wrong_label(ticket, using=using) if mislabelled else ticket.label
    return {
        "output": reply.text,
        "predicted_label": predicted,
        **_set_up(variant),
        **_usage(ticket, variant, reply, using=using),
        "execution_status": "COMPLETED",
        **_verdict_columns("label_match", verdicts.label_match(predicted, ticket)),
        **_verdict_columns(
            "helpfulness", verdicts.helpfulness(reply, ticket, seed=seed)
        ),
        **_verdict_columns("brevity", verdicts.brevity(reply)),
    }


def _failed_run(variant: Variant, call: FailedCall) -> dict[str, object]:
    return {
        "output": "",  # the wire asks for a string even where there is none
        **_set_up(variant),
        "latency": call.latency_ms,
        "execution_status": "FAILED",
        "error": call.error,
    }


def _set_up(variant: Variant) -> dict[str, object]:
    return {"model": variant.model, "prompt_version": variant.prompt_version}


def _wrong_label(ticket: Ticket, *, using: Random) -> str:
    if using.random() < CONFUSION:
        return ticket.material.confused_with
    return using.choice([label for label in LABELS if label != ticket.label])


def _usage(
    ticket: Ticket, variant: Variant, reply: Reply, *, using: Random
) -> dict[str, object]:
    """Return latency in milliseconds, tokens, and cost in dollars."""
    asked = variant.prompt_tokens + _tokens(ticket.input)
    answered = _tokens(reply.text)
    writing = 0.5 + 0.5 * answered / TYPICAL_OUTPUT_TOKENS
    median = variant.median_ms * writing
    cost = asked * variant.input_price + answered * variant.output_price
    return {
        "latency": round(using.lognormvariate(math.log(median), LATENCY_SPREAD), 1),
        "token_count": asked + answered,
        "total_cost": round(cost / 1_000_000, 8),
    }


def _tokens(text: str) -> int:
    # Letters beyond Latin-1 take about a token each.
    wide = sum(character > "\u00ff" for character in text)
    return wide + math.ceil((len(text) - wide) / CHARACTERS_PER_TOKEN)


def _verdict_columns(name: str, verdict: verdicts.Verdict) -> dict[str, object]:
    return {
        f"eval.{name}.score": verdict.score,
        f"eval.{name}.label": verdict.label,
        f"eval.{name}.explanation": verdict.explanation,
    }


def _chance(*parts: object) -> Random:
    return Random(" ".join(map(str, parts)))  # noqa: S311 - repeatable, no secret
