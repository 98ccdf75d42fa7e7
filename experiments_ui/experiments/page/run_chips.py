"""The chips and the errors above the runs: each shows some of them alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments_ui.experiments.clusters import Cluster
from experiments_ui.experiments.page.run_frame import LABELLED, Mask, RunFrame
from experiments_ui.web.links import Link, PageAddress
from experiments_ui.web.templatetags.shown import count
from experiments_ui.web.texts import shortened

_MOST_CHIPS = 8
_MOST_CLUSTERS = 20


@dataclass(frozen=True, slots=True)
class ClusterLine:
    """Runs that failed alike; its link shows them alone, or all again."""

    text: str
    count: str
    url: str
    current: bool


def label_column(frame: RunFrame, address: PageAddress) -> str:
    """Return the column whose labels are the chips: the one asked for, or the first."""
    known = frame.label_columns()
    wanted = address.text("by")
    return wanted if wanted in known else (known[0] if known else "")


def chips(frame: RunFrame, among: Mask, by: str, address: PageAddress) -> list[Link]:
    """Return All, Errors and the most frequent labels, each with its count."""
    only = address.text("only")
    failed = int((among & frame.errored()).sum())
    found = [
        Link(
            address.url(only=None, error=None),
            "All",
            count(int(among.sum())),
            current=not only,
        ),
        Link(
            address.url(only="errors", error=None),
            "Errors",
            count(failed),
            current=only == "errors",
        ),
    ]
    return found + (_label_chips(frame, among, by, address) if by else [])


def label_links(frame: RunFrame, by: str, address: PageAddress) -> list[Link]:
    """Return the columns whose labels may be the chips."""
    return [
        Link(address.url(by=name, only=None), short_name(name), current=name == by)
        for name in frame.label_columns()
    ]


def cluster_lines(
    clusters: Sequence[Cluster], address: PageAddress
) -> list[ClusterLine]:
    wanted = address.text("error")
    return [
        ClusterLine(
            text=shortened(cluster.text, most=200),
            count=count(cluster.count),
            url=address.url(
                error=None if cluster.key == wanted else cluster.key, only=None
            ),
            current=cluster.key == wanted,
        )
        for cluster in clusters[:_MOST_CLUSTERS]
    ]


def short_name(column: str) -> str:
    return column.removeprefix("eval.").removeprefix(":annotation.")


def _label_chips(
    frame: RunFrame, among: Mask, by: str, address: PageAddress
) -> list[Link]:
    vector = frame.vectors[by]
    codes = vector.values[among]
    counts = np.bincount(codes[codes >= 0], minlength=len(vector.labels))
    found = []
    for code in np.argsort(-counts, kind="stable")[:_MOST_CHIPS].tolist():
        label = vector.labels[code]
        value = f"{LABELLED}{label}"
        found.append(
            Link(
                address.url(only=value, by=by, error=None),
                shortened(label, most=40),
                count(int(counts[code])),
                current=address.text("only") == value,
            )
        )
    return found
