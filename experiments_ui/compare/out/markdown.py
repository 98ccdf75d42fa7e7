"""A comparison as Markdown for a pull request; nothing a user wrote can act in it.

User text stands only in code, where neither tables nor links, mentions, references,
emoji or HTML mean anything.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from html import escape
from itertools import groupby
from urllib.parse import quote

from experiments_ui.analysis.contrast import Contrast
from experiments_ui.api.fields import timestamp
from experiments_ui.compare.comparability import differences
from experiments_ui.compare.lineup import Comparison
from experiments_ui.compare.out.changed import Changed, ChangedRow, Output, changed
from experiments_ui.compare.out.words import (
    Named,
    Sentence,
    change_of,
    counted,
    in_order,
    left_out,
    sentences,
)
from experiments_ui.compare.verdicts import Verdict, verdicts_of

_REGRESSIONS = 5
_LETTERS = 1_200
_INPUT_LETTERS = 120

# Control characters, and those that turn the direction of what follows.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)


def markdown(comparison: Comparison, *, url: str, now: datetime) -> str:
    """Return the summary of a comparison; `url` leads back to it.

    Raises:
        InvalidFilter: The filter cannot be read.
    """
    if comparison.filter_error:
        raise comparison.filter_error
    parts = [
        f"### Comparison on {code(comparison.dataset.name)}",
        "\n".join(_line(comparison, one) for one in sentences(comparison)),
        _table(comparison),
        *_regressions(comparison),
        _notes(comparison),
        _foot(comparison, url, now),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def code(text: str, *, in_table: bool = False) -> str:
    """Return text as a code span of one line, which shows it as it is."""
    plain = " ".join(_visible(text).split()) or "–"
    fence = "`" * (_longest_run(plain, "`") + 1)
    if in_table:  # GitHub reads this one escape before it looks for code
        plain = plain.replace("|", "\\|")
    return f"{fence} {plain} {fence}" if "`" in plain else f"{fence}{plain}{fence}"


def _visible(text: str) -> str:
    """Write characters that are not seen by their number."""
    return _INVISIBLE.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def _longest_run(text: str, sign: str) -> int:
    return max((len(list(run)) for one, run in groupby(text) if one == sign), default=0)


def _line(comparison: Comparison, sentence: Sentence) -> str:
    base = code(comparison.sides[0].experiment.name)
    clauses = "; ".join(
        f"**{one.said}** {', '.join(_named(metric) for metric in one.metrics)}"
        for one in sentence.clauses
    )
    said = clauses or "nothing to judge by"
    return f"- {code(sentence.candidate)} against {base}: {said}."


def _named(metric: Named) -> str:
    return code(metric.label) + (f" ({metric.change})" if metric.change else "")


def _table(comparison: Comparison) -> str:
    verdicts = verdicts_of(comparison)
    if not verdicts:
        return ""
    head = ("Metric", "Candidate", "Change", "95 % interval", "Verdict", "W/L/T", "n")
    rows = [
        _cells(comparison, verdicts[index, metric.key])
        for metric in in_order(comparison)
        for index in range(1, len(comparison.sides))
    ]
    ruler = ("---", "---", "--:", "--:", "---", "--:", "--:")
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ruler, *rows))


def _cells(comparison: Comparison, verdict: Verdict) -> tuple[str, ...]:
    found = verdict.contrast
    candidate = comparison.sides[verdict.index].experiment.name
    won = "–"
    if isinstance(found, Contrast):
        won = f"{found.wins:,}/{found.losses:,}/{found.ties:,}"
    missing = f" ({found.missing:,} missing)" if found.missing else ""
    return (
        code(verdict.metric.label, in_table=True),
        code(candidate, in_table=True),
        change_of(verdict),
        verdict.interval or "–",
        verdict.words,
        won,
        f"{found.n:,}{missing}",
    )


def _regressions(comparison: Comparison) -> list[str]:
    lists = changed(comparison, most=_REGRESSIONS, letters=_LETTERS, improved=False)
    return [_list(comparison, one) for one in lists if one.total]


def _list(comparison: Comparison, one: Changed) -> str:
    name = comparison.sides[one.index].experiment.name
    what = f"{one.title} of {_html_code(name)}"
    shown = f"{len(one.rows)} of {one.total:,}" if one.omitted else f"{one.total:,}"
    rows = "\n\n".join(_row(row) for row in one.rows)
    return f"<details>\n<summary>{what}: {shown}</summary>\n\n{rows}\n\n</details>"


def _row(row: ChangedRow) -> str:
    asked = code(row.input.text[:_INPUT_LETTERS])
    change = f" ({row.change})" if row.change else ""
    return f"**Row {row.position}**{change} {asked}\n\n{_fenced(row)}"


def _fenced(row: ChangedRow) -> str:
    before, after = list(_lines("-", row.before)), list(_lines("+", row.after))
    if row.before == replace(row.after, value=row.before.value):
        before, after = [], list(_lines(" ", row.after))
    text = "\n".join([*before, *after])
    fence = "`" * max(3, _longest_run(text, "`") + 1)
    return f"{fence}diff\n{text}\n{fence}"


def _lines(sign: str, output: Output) -> Iterable[str]:
    """Yield an output's lines as a difference shows them, and what was cut."""
    if not output.is_there:
        yield f"{sign} (no run)"
        return
    kind = "error: " if output.is_error else ""
    for line in (kind + output.text.text).splitlines() or [""]:
        yield f"{sign} {_visible(line)}"
    if output.text.cut:
        yield f"{sign} (… {output.text.cut:,} more characters)"


def _html_code(text: str) -> str:
    plain = " ".join(_visible(text).split())
    return f"<code>{escape(plain)}</code>"


def _notes(comparison: Comparison) -> str:
    """Return what to know before the numbers are believed."""
    cares = [f"{one.title}: {one.text}" for one in differences(comparison)]
    told = [*cares, *left_out(comparison)]
    title = "Compare with care" if cares else "Good to know"
    if not told:
        return ""
    listed = "\n".join(f"- {code(one)}" for one in told)
    return f"<details>\n<summary>{title}</summary>\n\n{listed}\n\n</details>"


def _foot(comparison: Comparison, url: str, now: datetime) -> str:
    where = comparison.selection.where.strip()
    parts = [f"{counted(comparison):,} examples"]
    if where:
        parts.append(f"filter {code(where)}")
    if comparison.selection.common:
        parts.append("only examples that every experiment ran")
    parts.append(f"{timestamp(now)[:16].replace('T', ' ')} UTC")
    return f"{' · '.join(parts)} · [open the comparison](<{_address(url)}>)"


def _address(url: str) -> str:
    """Return an address without the signs that would end it."""
    return quote(url, safe=":/?&=#%+,;@!$'()*~.-_")
