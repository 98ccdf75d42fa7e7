"""The four set-ups that the sample compares: models, prompts and where they fail."""

from dataclasses import dataclass

from experiments_ui.sample.failures import Failure
from experiments_ui.sample.replies import Flaw, Voice
from experiments_ui.sample.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a set-up does: shares of flawed replies and of right labels."""

    omits: float
    hedges: float
    invents: float
    misses: float
    accuracy: float
    wrong_language: float = 0.0

    def flaw_at(self, difficulty: float) -> Flaw:
        """Return the flaw of a reply, given the ticket's rank of difficulty in 0..1."""
        shares = (
            (Flaw.WRONG_LANGUAGE, self.wrong_language),
            (Flaw.MISSES, self.misses),
            (Flaw.INVENTS, self.invents),
            (Flaw.OMITS, self.omits),
            (Flaw.HEDGES, self.hedges),
        )
        floor = 1.0
        for flaw, share in shares:
            floor -= share
            if difficulty >= floor:
                return flaw
        return Flaw.NONE


@dataclass(frozen=True, slots=True)
class Slice:
    """Tickets of one language or label on which a set-up does unlike elsewhere."""

    quality: Quality
    language: str | None = None
    label: str | None = None

    def holds(self, ticket: Ticket) -> bool:
        return (self.language in (None, ticket.language)) and (
            self.label in (None, ticket.label)
        )


@dataclass(frozen=True, slots=True)
class Variant:
    """One model under one prompt, with its price in dollars per million tokens."""

    name: str
    model: str
    prompt_version: str
    temperature: float
    voice: Voice
    quality: Quality
    median_ms: float
    prompt_tokens: int
    input_price: float
    output_price: float
    failures: tuple[Failure, ...]
    unlike: Slice | None = None

    def does_unlike(self, ticket: Ticket) -> bool:
        return self.unlike is not None and self.unlike.holds(ticket)

    def quality_for(self, ticket: Ticket) -> Quality:
        if self.unlike is not None and self.unlike.holds(ticket):
            return self.unlike.quality
        return self.quality


BASELINE = Variant(
    name="baseline-v3",
    model="gpt-4.1-mini",
    prompt_version="triage@12",
    temperature=0.2,
    voice=Voice(thanks=0.55, closing=0.45, rewording=0.15, rephrasing_below=0.4),
    quality=Quality(omits=0.18, hedges=0.09, invents=0.09, misses=0.17, accuracy=0.825),
    median_ms=740,
    prompt_tokens=612,
    input_price=0.40,
    output_price=1.60,
    failures=(Failure.TIMEOUT, Failure.RATE_LIMIT, Failure.TIMEOUT),
)
SHORTER = Variant(
    name="shorter-system",
    model="gpt-4.1-mini",
    prompt_version="triage@13",
    temperature=0.2,
    voice=Voice(thanks=0.04, rewording=0.08, rephrasing_below=0.25),
    quality=Quality(omits=0.16, hedges=0.02, invents=0.03, misses=0.12, accuracy=0.85),
    unlike=Slice(
        language="de",
        quality=Quality(
            omits=0.06,
            hedges=0.0,
            invents=0.0,
            misses=0.04,
            wrong_language=0.8,
            accuracy=0.44,
        ),
    ),
    median_ms=570,
    prompt_tokens=274,
    input_price=0.40,
    output_price=1.60,
    failures=(Failure.RATE_LIMIT, Failure.TIMEOUT, Failure.RATE_LIMIT),
)
SONNET = Variant(
    name="sonnet-4.5",
    model="claude-sonnet-4.5",
    prompt_version="triage@12",
    temperature=0.2,
    voice=Voice(
        greeting=0.85,
        empathy=0.7,
        warm_closing=0.45,
        rewording=0.35,
        paragraphs=True,
        rephrasing_above=0.2,
    ),
    quality=Quality(omits=0.06, hedges=0.1, invents=0.02, misses=0.1, accuracy=0.895),
    median_ms=1_380,
    prompt_tokens=641,
    input_price=3.0,
    output_price=15.0,
    failures=(Failure.OVERLOADED, Failure.OVERLOADED, Failure.NOT_JSON),
)
FEW_SHOT = Variant(
    name="few-shot-6",
    model="gpt-4.1-mini",
    prompt_version="triage-few-shot@6",
    temperature=0.0,
    voice=Voice(
        greeting=1.0,
        signature=1.0,
        rewording=0.1,
        paragraphs=True,
        rephrasing_below=0.3,
    ),
    quality=Quality(omits=0.17, hedges=0.06, invents=0.08, misses=0.15, accuracy=0.84),
    unlike=Slice(
        label="refund_request",
        quality=Quality(
            omits=0.07, hedges=0.04, invents=0.0, misses=0.0, accuracy=0.97
        ),
    ),
    median_ms=930,
    prompt_tokens=1_874,
    input_price=0.40,
    output_price=1.60,
    failures=(
        Failure.TOO_LONG,
        Failure.RATE_LIMIT,
        Failure.TOO_LONG,
        Failure.TIMEOUT,
    ),
)
VARIANTS = (BASELINE, SHORTER, SONNET, FEW_SHOT)
