"""RESULTS.md: what was measured, and which targets are met."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.results import Line, Section

_RESULTS = Path(__file__).with_name("RESULTS.md")
_COLD = ("compare: first", "compare: filtered, by a column new")
_HEAD = """\
# What it costs

Written by `make bench` (`.venv/bin/python -m benchmarks --help`); do not edit.

Every number is measured from outside, on a server started as a user starts it
(`manage.py up`), with its data folder and ports to itself. CPU is the server process's
user and system time, all threads (PostgreSQL's own processes are not in it, neither in
a floor); *first* is the first call of its kind, the others are medians; peak is the
highest resident memory during the calls (VmHWM, reset before). Floors are measured in
the same run: a Django and waitress process whose one view says hello; bare executemany
or COPY of the same text rows; bare orjson.loads of the same body. Look at ratios:
milliseconds are those of one machine, on one day, and it may have been busy.

Examples: a question of about 200 characters, an answer of 300 to 500, a label, three
metadata keys. Runs: an output of about 500 to 600 characters, latency, tokens, cost,
and three evaluators: correctness (score, label, explanation of 100), relevance, format.
The million: runs of eight columns with outputs of about 100 characters.

What the server adds to `experiments.run` of the Python client, over a sink that stores
nothing, is in `RUN_OVERHEAD.md` (`.venv/bin/python -m benchmarks.run_overhead`).
"""


def write(sections: list[Section]) -> None:
    """Write the file anew from all sections kept."""
    parts = [_HEAD, "## Targets\n", *_targets(sections)]
    for section in sections:
        parts.append(f"\n## {section.database}, {section.size}\n")
        parts.append(f"{section.taken} · {section.machine}\n")
        parts.extend(f"{note}\n" for note in section.notes)
        parts.extend(_table(section.lines))
    _RESULTS.write_text("\n".join(parts) + "\n")


def _table(lines: Iterable[Line]) -> Iterator[str]:
    yield (
        "| what | CPU ms | first ms | floor | floor ms | ratio | wall ms | peak MB |"
        " rows per CPU s |"
    )
    yield "|---|--:|--:|---|--:|--:|--:|--:|--:|"
    for line in lines:
        cells = [
            line.what,
            _shown(line.cpu_ms),
            _shown(line.first_cpu_ms),
            line.floor,
            _shown(line.floor_ms),
            _shown(line.ratio),
            _shown(line.wall_ms),
            "" if line.peak_mb is None else f"{line.peak_mb:.0f}",
            "" if line.rows is None else f"{line.rows_per_second:,.0f}",
        ]
        yield f"| {' | '.join(cells)} |"


def _shown(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _targets(sections: list[Section]) -> Iterator[str]:
    yield "| database | target | worst measured | |"
    yield "|---|---|---|---|"
    for section in sections:
        for what, measured, most in _judged(section):
            over = 100 * (measured / most - 1)
            verdict = "met" if over <= 0 else f"**missed by {over:,.0f} %**"
            yield f"| {section.database} | {what} | {measured:,.1f} | {verdict} |"


def _judged(section: Section) -> Iterator[tuple[str, float, float]]:
    """Yield what is asked, the worst of what was measured, and the most allowed."""
    if section.size.startswith("1,000,000"):
        yield from _judged_million(section)
    for line in section.starting("REST"):
        what = f"REST, {section.size}: 1,000 runs within 3 × decode and bare rows"
        yield what, line.ratio, 3
    if not section.size.startswith("100,000"):
        return
    pages = [
        line for line in section.starting("compare") if not line.what.startswith(_COLD)
    ]
    last = "10 × 100,000 compare, warm"
    yield f"{last}: at most 100 ms CPU", max(one.cpu_ms for one in pages), 100
    what = f"{last}, a selection's first call: at most 100 ms CPU"
    yield what, max(one.first_cpu_ms for one in pages), 100
    yield f"{last}: at most 5 × hello", max(one.ratio for one in pages), 5
    for line in section.starting("header"):
        what = "header statistics, 10 × 100,000 × 3: under 50 ms CPU"
        yield f"{what}, warm", line.cpu_ms, 50
        yield f"{what}, all summed up anew", line.first_cpu_ms, 50


def _judged_million(section: Section) -> Iterator[tuple[str, float, float]]:
    for line in section.starting("Flight: runs"):
        yield "1,000,000 runs × 8: server memory under 600 MB", line.peak_mb, 600
        what = "1,000,000 runs × 8: at most 10 µs CPU per row (100,000 rows/s)"
        yield what, 1000 * line.cpu_ms / line.rows, 10
    unequal = any(note.startswith("NOT") for note in section.notes)
    yield "1,000,000 runs × 8: columns that came back unequal", float(unequal), 0.5
