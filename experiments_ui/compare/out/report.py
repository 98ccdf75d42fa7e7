"""A comparison as one HTML file that needs no server, no script and no network."""

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from experiments_ui import ids
from experiments_ui.analysis.worddiff import Fold, Segment, diff, fold, tokenize
from experiments_ui.compare.comparability import Difference, differences
from experiments_ui.compare.diffs.marks import marked_up
from experiments_ui.compare.lineup import Comparison
from experiments_ui.compare.out.cards import Card, cards
from experiments_ui.compare.out.changed import Changed, ChangedRow, changed
from experiments_ui.compare.out.charts import Chart, charts
from experiments_ui.compare.out.fingerprints import fingerprint
from experiments_ui.compare.out.words import (
    LETTERS,
    Sentence,
    counted,
    goal_of,
    left_out,
    sentences,
)
from experiments_ui.experiments.queries.sides import Side

_MOST_ROWS = 20
_LETTERS = 4_000
_FONTS = re.compile(r"@font-face \{[^}]*\}\s*")


@dataclass(frozen=True, slots=True)
class Member:
    """One experiment, and by what its outputs are known again."""

    hue: int
    letter: str
    name: str
    is_baseline: bool
    runs: int
    version: str
    created_at: datetime
    fingerprint: str


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A changed row; `marked` is the candidate's text with what changed in it."""

    row: ChangedRow
    marked: SafeString
    is_same: bool
    cut: int


@dataclass(frozen=True, slots=True)
class ReportList:
    found: Changed
    candidate: str
    rows: list[ReportRow]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything `compare/report.html` shows; `head` is its policy and its style."""

    head: SafeString
    dataset: str
    metric: str
    url: str
    by: str
    now: datetime
    examples: int
    sentences: list[Sentence]
    notes: list[Difference]
    left_out: list[str]
    cards: list[Card]
    charts: list[Chart]
    settings: list[tuple[str, str]]
    members: list[Member]
    lists: list[ReportList]


def report(comparison: Comparison, *, url: str, by: str, now: datetime) -> Report:
    """Return the report of a comparison.

    Args:
        comparison: With everything its page shows.
        url: Where it is found again.
        by: Who asks for it.
        now: When.

    Raises:
        InvalidFilter: The filter cannot be read.
    """
    if comparison.filter_error:
        raise comparison.filter_error
    return Report(
        head=_head(),
        dataset=comparison.dataset.name,
        metric=comparison.metric.label if comparison.metric else "",
        url=url,
        by=by,
        now=now,
        examples=counted(comparison),
        sentences=sentences(comparison),
        notes=differences(comparison),
        left_out=left_out(comparison),
        cards=cards(comparison),
        charts=charts(comparison),
        settings=_settings(comparison),
        members=[_member(side, i) for i, side in enumerate(comparison.sides)],
        lists=[
            ReportList(
                one,
                comparison.sides[one.index].experiment.name,
                [_row(row) for row in one.rows],
            )
            for one in changed(comparison, most=_MOST_ROWS, letters=_LETTERS)
        ],
    )


def _settings(comparison: Comparison) -> list[tuple[str, str]]:
    selection, dataset = comparison.selection, comparison.dataset
    goals = [(f"{one.label}", goal_of(one)) for one in comparison.visible]
    return [
        ("Dataset", f"{dataset.name} ({ids.encode('Dataset', dataset.pk)})"),
        ("Baseline", comparison.sides[0].experiment.name),
        ("Rows judged by", comparison.metric.label if comparison.metric else "–"),
        ("Filter", selection.where.strip() or "none"),
        ("Examples", "those all ran" if selection.common else "all that any ran"),
        *goals,
    ]


def _member(side: Side, index: int) -> Member:
    experiment, version = side.experiment, side.experiment.dataset_version
    told = "–"
    if version:
        told = f"{version.name} ({ids.encode('DatasetVersion', version.pk)})"
    return Member(
        hue=index,
        letter=LETTERS[index],
        name=experiment.name,
        is_baseline=index == 0,
        runs=side.shape.length,
        version=told,
        created_at=experiment.created_at,
        fingerprint=fingerprint(side),
    )


def _row(row: ChangedRow) -> ReportRow:
    before, after = row.before, row.after
    found = diff(tokenize(before.text.text), tokenize(after.text.text))
    is_plain = before.is_error or after.is_error or not before.is_there
    pieces = () if is_plain else [_whole(one) for one in fold(found.segments)]
    return ReportRow(
        row=row,
        marked=mark_safe(marked_up(pieces)),  # noqa: S308 -- escaped by marked_up
        is_same=not is_plain and before.text == after.text,
        cut=max(before.text.cut, after.text.cut),
    )


def _whole(piece: Segment | Fold) -> Segment | Fold:
    """Keep what was removed: a file cannot ask for it later."""
    is_removed = isinstance(piece, Fold) and piece.kind == "removed"
    return Segment("removed", piece.text) if is_removed else piece


@cache
def _head() -> SafeString:
    """Return a policy that allows this style sheet and nothing else, and the sheet.

    There is no script, so none may run, whatever somebody wrote into an output.
    """
    style = _style()
    mark = b64encode(sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{mark}'; base-uri 'none'; "
        "form-action 'none'"
    )
    # Both are made of our own files.
    return mark_safe(  # noqa: S308 -- see the line above
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<style>{style}</style>"
    )


def _style() -> str:
    """Return the design's tokens and the report's style; fonts would be requests."""
    folder = settings.BASE_DIR / "static" / "css"
    tokens = (folder / "tokens.css").read_text()
    return _FONTS.sub("", tokens) + (folder / "report.css").read_text()
