"""What the place of slices shows: the choices, and how far the answer is."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from experiments_ui.compare.lineup import Comparison
from experiments_ui.compare.models import Survey, SurveyState
from experiments_ui.compare.queries.surveys import survey_of
from experiments_ui.compare.surveys.look import Look
from experiments_ui.compare.surveys.narrowing import narrowed
from experiments_ui.compare.surveys.question import Question
from experiments_ui.compare.surveys.slicing import (
    FoundSlice,
    SlicesAnswer,
    slices_question,
)
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.queries.contrasts import figures
from experiments_ui.experiments.shown import Delta, delta, shown
from experiments_ui.web.links import Link

_WIDTH = 100


@dataclass(frozen=True, slots=True)
class IntervalDrawing:
    """A change and its interval on the scale that all rows share, 0 to 100."""

    zero: float
    low: float
    high: float
    middle: float


@dataclass(frozen=True, slots=True)
class SliceRow:
    filter: str
    url: str
    n: int
    share: float
    delta: Delta | None
    span: str
    drawing: IntervalDrawing
    effect: Delta | None
    q: str
    stands_out: bool


@dataclass(frozen=True, slots=True)
class Found:
    """An answer as it is shown; `rows` is empty where nothing is significant."""

    answer: SlicesAnswer
    rows: list[SliceRow]
    overall: Delta | None
    noticeable: str

    @property
    def apart(self) -> list[SliceRow]:
        """The slices that changed more than other rows did."""
        return [row for row in self.rows if row.stands_out]

    @property
    def alike(self) -> list[SliceRow]:
        return [row for row in self.rows if not row.stands_out]


@dataclass(frozen=True, slots=True)
class Refused:
    """Why there is nothing to look for."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class SlicesPage:
    """The choices of the place, and where its answer is told and asked for."""

    look: Look
    candidate: str
    hue: int
    candidates: list[Link]
    metrics: list[Link]
    looks: list[Link]
    answer_url: str
    page_url: str
    refused: Refused | None


def slices_page(comparison: Comparison, look: Look, *, slug: str) -> SlicesPage:
    """Return the place without its answer."""
    selection = comparison.selection
    place = reverse("compare-slices", args=[slug])
    names = {side.experiment.pk: side.experiment.name for side in comparison.sides}
    asked = look.query(selection)
    return SlicesPage(
        look=look,
        candidate=names.get(look.candidate, ""),
        hue=selection.experiments.index(look.candidate) if look.candidate else 0,
        candidates=[
            Link(
                f"{place}?{look.but(candidate=number).query(selection)}",
                names[number],
                current=number == look.candidate,
            )
            for number in selection.others
        ],
        metrics=[
            Link(
                f"{place}?{look.query(selection.but(metric=one.key, sort=None))}",
                one.label,
                current=one == comparison.metric,
            )
            for one in comparison.metrics
            if not one.is_label
        ],
        looks=[
            Link(
                f"{place}?{look.but(better=better).query(selection)}",
                label,
                current=look.better == better,
            )
            for better, label in ((False, "Worse"), (True, "Better"))
        ],
        answer_url=f"{reverse('compare-slices-answer', args=[slug])}?{asked}",
        page_url=f"{place}?{asked}",
        refused=_refused(comparison),
    )


def _refused(comparison: Comparison) -> Refused | None:
    metric = comparison.metric
    if len(comparison.sides) < 2:
        return Refused(
            "Nothing to compare with",
            "Add a second experiment: slices are about its change from the baseline.",
        )
    if metric is None:
        return Refused(
            "No scores yet",
            "Slices are ranked by the change of a score; these experiments have none.",
        )
    if metric.is_label or metric.goal == "none":
        return Refused(
            f"{metric.label} has no better and worse",
            "Choose a score that should rise or fall.",
        )
    return None


def asked(comparison: Comparison, look: Look) -> Survey | None:
    """Return what is known of the question so far; one query."""
    return survey_of(question(comparison, look))


def question(comparison: Comparison, look: Look) -> Question:
    return slices_question(comparison, look)


def found(comparison: Comparison, survey: Survey | None, *, slug: str) -> Found | None:
    """Return the answer as it is shown, once there is one."""
    metric = comparison.metric
    if survey is None or survey.state != SurveyState.DONE or metric is None:
        return None
    answer = SlicesAnswer.read(survey.answer)
    is_rate = all(
        figures(side, metric, comparison.scope).is_rate for side in comparison.sides
    )
    noticeable = answer.noticeable
    return Found(
        answer=answer,
        rows=_rows(comparison, answer, metric, slug=slug, is_rate=is_rate),
        overall=delta(answer.delta, metric, is_rate=is_rate),
        noticeable=""
        if noticeable is None
        else _size(noticeable, metric, is_rate=is_rate),
    )


def _size(change: float, metric: Metric, *, is_rate: bool) -> str:
    text = shown(change, metric, is_rate=is_rate)
    return text.replace("%", " percentage points")


def _rows(
    comparison: Comparison,
    answer: SlicesAnswer,
    metric: Metric,
    *,
    slug: str,
    is_rate: bool,
) -> list[SliceRow]:
    selection = comparison.selection
    where = "" if comparison.filter_error else selection.where
    place = reverse("compare", args=[slug])
    drawings = _drawings(answer.found)
    return [
        SliceRow(
            filter=one.filter,
            url=f"{place}?{selection.but(where=narrowed(where, one.filter)).query}",
            n=one.n,
            share=one.n / answer.n,
            delta=delta(one.delta, metric, is_rate=is_rate),
            span=_span(one, metric, is_rate=is_rate),
            drawing=drawing,
            effect=delta(one.effect, metric, is_rate=is_rate),
            q="< 0.001" if one.q < 0.001 else f"{one.q:.3f}",
            stands_out=one.stands_out,
        )
        for one, drawing in zip(answer.found, drawings, strict=True)
    ]


def _span(one: FoundSlice, metric: Metric, *, is_rate: bool) -> str:
    if one.low is None or one.high is None:
        return ""
    ends = (_signed(end, metric, is_rate=is_rate) for end in (one.low, one.high))
    return " to ".join(ends)


def _signed(value: float, metric: Metric, *, is_rate: bool) -> str:
    text = shown(abs(value), metric, is_rate=is_rate).removesuffix("%")
    return f"−{text}" if value < 0 else f"+{text}"


def _drawings(rows: Sequence[FoundSlice]) -> list[IntervalDrawing]:
    ends = [end for one in rows for end in (one.low, one.high, one.delta)]
    known = [0.0, *(end for end in ends if end is not None)]
    least, width = min(known), (max(known) - min(known)) or 1.0

    def at(value: float) -> float:
        return round(_WIDTH * (value - least) / width, 2)

    return [
        IntervalDrawing(
            zero=at(0.0),
            low=at(one.delta if one.low is None else one.low),
            high=at(one.delta if one.high is None else one.high),
            middle=at(one.delta),
        )
        for one in rows
    ]
