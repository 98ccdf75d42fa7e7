"""Gathers everything the place of classes shows for one selection and look."""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString

from experiments_ui.analysis.classification import Confusion
from experiments_ui.compare.classes import tables
from experiments_ui.compare.classes.chosen import Chosen, choose
from experiments_ui.compare.classes.look import BETAS, By, ClassLook, Order
from experiments_ui.compare.classes.matrix import grid, table
from experiments_ui.compare.classes.measures import Measures
from experiments_ui.compare.classes.reading import Reading
from experiments_ui.compare.classes.rows_links import RowsLinks
from experiments_ui.compare.classes.scores import (
    CHARTS,
    ScoreRow,
    Scores,
    Slider,
    ThresholdRow,
)
from experiments_ui.compare.lineup import Comparison
from experiments_ui.web.links import Link, SortLink

# A matrix of up to so many classes leaves room beside it.
MOST_BESIDE = 10

_ORDERS: dict[Order, str] = {
    "confused": "Confused beside each other",
    "name": "Alphabet",
    "support": "Most rows first",
    "errors": "Most mistakes first",
}
_HEADS: dict[By, str] = {
    "name": "Class",
    "support": "Rows",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "delta": "Recall against the baseline",
}


@dataclass(frozen=True, slots=True)
class MatrixPart:
    """The matrix with the ways to look at it otherwise."""

    markup: SafeString
    is_empty: bool
    is_small: bool
    experiments: list[Link]
    orders: list[Link]
    views: list[Link]
    one_url: str
    search_fields: list[tuple[str, str]]
    labels: tuple[str, ...]
    chosen: Chosen


@dataclass(frozen=True, slots=True)
class ScorePart:
    """What the scores say; a chart is a name, a title and where its figure is."""

    column: str
    positive: str
    heads: tuple[str, ...]
    rows: list[ScoreRow]
    charts: list[tuple[str, str, str]]
    slider: Slider
    threshold_url: str


@dataclass(frozen=True, slots=True)
class ClassesPlace:
    """The whole page, each part made when the template asks for it."""

    measures: Measures
    look: ClassLook
    slug: str
    links: RowsLinks

    @property
    def reading(self) -> Reading:
        return self.measures.reading

    @property
    def _comparison(self) -> Comparison:
        return self.measures.comparison

    @property
    def focus(self) -> int:
        """The letter's place of the experiment that is looked at."""
        return self._comparison.selection.experiments.index(self.look.focus)

    @property
    def focus_name(self) -> str:
        return self._comparison.sides[self.focus].experiment.name

    @property
    def base_name(self) -> str:
        return self._comparison.sides[0].experiment.name

    @property
    def positive(self) -> str:
        return self.measures.positive

    @property
    def repeats(self) -> int:
        return max(side.most_repeats for side in self._comparison.sides)

    def url(self, **changes: object) -> str:
        """Return this page with another look."""
        query = self.look.but(**changes).query(self._comparison.selection)
        return f"{reverse('compare-classes', args=[self.slug])}?{query}"

    @property
    def settings_url(self) -> str:
        place = reverse("compare-classes-settings", args=[self.slug])
        return f"{place}?{self._comparison.selection.query}"

    @property
    def coverage(self) -> list[tables.Coverage]:
        return tables.coverage(self.measures, self.links)

    @property
    def main_rows(self) -> list[tables.FigureRow]:
        return tables.main_rows(self.measures.counted(), self.measures.against())

    @property
    def more_rows(self) -> list[tables.FigureRow]:
        counted, against = self.measures.counted(), self.measures.against()
        return tables.more_rows(counted, against, self.look)

    @property
    def binary_rows(self) -> list[tables.FigureRow]:
        return tables.binary_rows(self.measures.counted(), self.look)

    @property
    def verdicts(self) -> list[tables.Verdict]:
        return tables.verdicts(self.measures, self.links)

    @property
    def betas(self) -> list[Link]:
        return [
            Link(self.url(beta=text), f"F{text}", current=text == self.look.beta)
            for text in BETAS
        ]

    @property
    def matrix(self) -> MatrixPart:
        confusions, sides = self._tables()
        chosen = choose(confusions, self.look)
        is_whole = not any(one.not_run for one in self.measures.counted())
        shown = grid(confusions, chosen, sides=sides, is_whole=is_whole)
        one_url = self._one_url
        what = (
            f"{self.focus_name} less {self.base_name}" if sides[1:] else self.focus_name
        )
        caption = f"Confusion matrix of {what}: true classes down, predictions across"
        others = self.look.but(one="").query(self._comparison.selection)
        return MatrixPart(
            markup=table(shown, self.links, caption=caption, one_url=one_url),
            is_empty=not chosen.places,
            is_small=len(chosen.places) <= MOST_BESIDE,
            experiments=self._experiments(),
            orders=[
                Link(self.url(order=order), words, current=order == self.look.order)
                for order, words in _ORDERS.items()
            ],
            views=self._views(chosen),
            one_url=one_url,
            search_fields=_fields(others),
            labels=confusions[0].labels,
            chosen=chosen,
        )

    def _tables(self) -> tuple[tuple[Confusion, ...], tuple[int, ...]]:
        if self.look.changes:
            return self.measures.paired(self.focus), (0, self.focus)
        return (self.measures.counted()[self.focus].confusion,), (self.focus,)

    @property
    def _one_url(self) -> str:
        return self.url(one="", shown="") + "&class="

    def _experiments(self) -> list[Link]:
        """Return the matrices there are: each experiment's, and the focus's changes."""
        found = [
            Link(
                self.url(focus=side.experiment.pk, changes=False),
                side.experiment.name,
                current=place == self.focus and not self.look.changes,
            )
            for place, side in enumerate(self._comparison.sides)
        ]
        for place, side in enumerate(self._comparison.sides[1:], start=1):
            found.append(
                Link(
                    self.url(focus=side.experiment.pk, changes=True),
                    f"Changes: {side.experiment.name} − baseline",
                    current=place == self.focus and self.look.changes,
                )
            )
        return found

    def _views(self, chosen: Chosen) -> list[Link]:
        is_all = not chosen.folded
        return [
            Link(
                self.url(shown="worst", one=""),
                "Most confused",
                current=not is_all and not self.look.one,
            ),
            Link(
                self.url(shown="all", one=""),
                f"All {chosen.occurring:,}",
                current=is_all,
            ),
        ]

    @property
    def class_rows(self) -> list[tables.ClassRow]:
        return tables.class_rows(
            self.measures,
            self.look,
            self.links,
            place=self.focus,
            one_url=self._one_url,
        )

    @property
    def class_heads(self) -> list[tuple[str, SortLink, bool]]:
        """The heads of the classes' table: words, the way to sort, whether numbers."""
        return [
            (words, self._sort(by), by != "name")
            for by, words in _HEADS.items()
            if by != "delta" or self.focus
        ]

    def _sort(self, by: By) -> SortLink:
        chosen = self.look.by == by
        goes_down = chosen and not self.look.down
        order = "descending" if self.look.down else "ascending"
        return SortLink(
            self.url(by=by, down=goes_down),
            order if chosen else "",  # type: ignore[arg-type]  # one of the two words
        )

    @property
    def pairs(self) -> list[tables.PairRow]:
        return tables.pair_rows(self.measures, self.links, place=self.focus)

    @property
    def moves(self) -> list[tables.MoveRow]:
        if not self.focus:
            return []
        return tables.move_rows(self.measures, self.links, place=self.focus)

    @property
    def moved(self) -> tuple[int, int]:
        """How many labels changed, and in how many ways."""
        found = self.measures.moves(self.focus)
        return found.changed, found.kinds

    @property
    def has_scores(self) -> bool:
        return bool(self.reading.score and self.positive)

    @property
    def scores(self) -> ScorePart:
        scores = Scores(self.measures)
        query = self._comparison.selection.query
        return ScorePart(
            column=self.reading.score,
            positive=self.positive,
            heads=Scores.HEADS,
            rows=scores.listed(),
            charts=[
                (name, title, f"{self._chart_url(name)}?{query}")
                for name, title in CHARTS.items()
            ],
            slider=scores.slider(self.look.threshold),
            threshold_url=reverse("compare-classes-threshold", args=[self.slug]),
        )

    def _chart_url(self, name: str) -> str:
        return reverse("compare-classes-chart", args=[self.slug, name])

    @property
    def threshold_fields(self) -> list[tuple[str, str]]:
        """What the slider's form carries along: all of the address but its own."""
        look = self.look.but(threshold=None)
        return _fields(look.query(self._comparison.selection))

    @property
    def threshold_text(self) -> str:
        return f"{Scores(self.measures).slider(self.look.threshold).value:.4g}"

    @property
    def threshold_heads(self) -> tuple[str, ...]:
        return (*Scores.COUNTS, *Scores.AT)

    @property
    def threshold_rows(self) -> list[ThresholdRow]:
        scores = Scores(self.measures)
        return scores.at(scores.slider(self.look.threshold).value, self.links)

    @property
    def filter_url(self) -> str:
        """Where a mark of a chart goes, with {filter} for its condition."""
        return self.links.prefix + "{filter}"


def _fields(query: str) -> list[tuple[str, str]]:
    return [(name, one) for name, all_ in QueryDict(query).lists() for one in all_]


def place_of(
    comparison: Comparison, reading: Reading, look: ClassLook, *, slug: str
) -> ClassesPlace:
    """Return the place; its parts are worked out when they are asked for.

    Raises:
        Invalid: Predictions cannot be read.
    """
    measures = Measures(comparison, reading, beta=BETAS[look.beta])
    return ClassesPlace(measures, look, slug, RowsLinks(comparison, slug=slug))
