"""What the sample's evaluators say about a run: a judge and two checks in code."""

import re
from dataclasses import dataclass
from random import Random

from experiments_ui.sample import phrases
from experiments_ui.sample.replies import Flaw, Reply
from experiments_ui.sample.tickets import Ticket

# How a judge's scores spread over replies with one flaw.
SCORES = {
    Flaw.NONE: (1.0, 1.0, 1.0, 0.75),
    Flaw.OMITS: (0.75, 0.5, 0.5),
    Flaw.HEDGES: (0.75, 0.75, 0.5),
    Flaw.INVENTS: (0.5, 0.25, 0.25),
    Flaw.MISSES: (0.25, 0.25, 0.25, 0.0),
    Flaw.WRONG_LANGUAGE: (0.5, 0.25, 0.25, 0.0, 0.0),
}
LABELS = {
    1.0: "excellent",
    0.75: "good",
    0.5: "partial",
    0.25: "poor",
    0.0: "unhelpful",
}
BRIEF_WORDS = 20  # as short as a full reply gets
ENDLESS_WORDS = 120
QUOTE_CHARACTERS = 70
FIGURES = re.compile(r"(?<![\w.-])\d")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One evaluator's answer about one run."""

    score: float
    label: str
    explanation: str


def helpfulness(reply: Reply, ticket: Ticket, *, seed: int) -> Verdict:
    """Judge a reply; the same text always gets the same verdict."""
    judge = Random(f"{seed} {ticket.input} {reply.text}")  # noqa: S311 - repeatable, no secret
    score = judge.choice(_scores(reply))
    finding = _finding(reply, score=score)
    explanation = judge.choice(_explanations(finding, reply))
    return Verdict(score, LABELS[score], _filled(explanation, reply, ticket))


def label_match(predicted: str, ticket: Ticket) -> Verdict:
    """Compare the predicted label with the expected one."""
    if predicted == ticket.label:
        return Verdict(1.0, "match", f"predicted_label is {predicted}, as expected")
    return Verdict(0.0, "mismatch", f"expected {ticket.label}, got {predicted}")


def brevity(reply: Reply) -> Verdict:
    """Score a reply's length from 1 (brief) to 0 (endless)."""
    words = _word_count(reply.text)
    excess = (words - BRIEF_WORDS) / (ENDLESS_WORDS - BRIEF_WORDS)
    score = round(1 - min(max(excess, 0), 1), 2)
    return Verdict(score, "brief" if score >= 0.7 else "long", f"{words} words")


def _scores(reply: Reply) -> tuple[float, ...]:
    scores = SCORES[reply.flaw]
    if reply.flaw is Flaw.NONE and reply.padding > 1:
        return (*scores, 0.75, 0.75)
    return scores


def _finding(reply: Reply, *, score: float) -> str:
    if reply.flaw is not Flaw.NONE:
        return reply.flaw.value
    if score == 1:
        return "right"
    if reply.padding > 1:
        return "wordy"
    return "plain" if reply.greets else "abrupt"


def _explanations(finding: str, reply: Reply) -> list[str]:
    explanations = phrases.verdicts(finding)
    if finding == "right" and len(FIGURES.findall(reply.text)) > 1:
        return explanations + phrases.verdicts("right_with_figures")
    return explanations


def _filled(explanation: str, reply: Reply, ticket: Ticket) -> str:
    filled = explanation.format(
        matter=ticket.material.matter,
        weakness=ticket.material.weakness,
        omitted=_quoted(reply.omitted),
        added=_quoted(reply.added),
    )
    return filled[0].upper() + filled[1:]


def _quoted(passage: str) -> str:
    if len(passage) <= QUOTE_CHARACTERS:
        return passage.rstrip(".。")
    cut = passage[:QUOTE_CHARACTERS]
    return cut.rsplit(" ", 1)[0].rstrip(",;:") + " …"


def _word_count(text: str) -> int:
    # Japanese has no blanks; two characters carry about as much as a word.
    japanese = len(re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]", text))
    spaced = len(re.sub(r"[\u3040-\u30ff\u4e00-\u9fff]", " ", text).split())
    return spaced + japanese // 2
