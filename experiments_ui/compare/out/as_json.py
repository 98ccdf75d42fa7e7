"""A comparison as JSON: one stable shape, its version in the member `schema`."""

from datetime import datetime
from math import isfinite
from typing import Any

from experiments_ui import ids
from experiments_ui.analysis.contrast import Contrast
from experiments_ui.analysis.verdicts import Verdict as RowVerdict
from experiments_ui.api.fields import timestamp
from experiments_ui.compare.comparability import differences
from experiments_ui.compare.grid.order import Positions, counts, order
from experiments_ui.compare.grid.texts import ExampleText, Texts, texts
from experiments_ui.compare.lineup import Comparison
from experiments_ui.compare.out.fingerprints import fingerprint
from experiments_ui.compare.out.words import LETTERS, counted, statistic_of
from experiments_ui.compare.verdicts import Verdict, verdicts_of
from experiments_ui.datasets.models import Dataset, DatasetVersion
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.queries.contrasts import figures
from experiments_ui.experiments.queries.sides import Side

SCHEMA = 1
# Letters of each text in a row; `is_cut` says that there were more.
LETTERS_OF_TEXT = 10_000


def document(comparison: Comparison, *, url: str, now: datetime) -> dict[str, Any]:
    """Return everything of a comparison but its rows; undefined numbers are None.

    Raises:
        InvalidFilter: The filter cannot be read.
    """
    if comparison.filter_error:
        raise comparison.filter_error
    selection, metric = comparison.selection, comparison.metric
    verdicts = verdicts_of(comparison)
    return {
        "schema": SCHEMA,
        "url": url,
        "made_at": timestamp(now),
        "dataset": _dataset(comparison.dataset),
        "baseline": _id(comparison.sides[0].experiment),
        "metric": metric.key if metric else None,
        "filter": selection.where.strip() or None,
        "unknown_names": list(comparison.scope.unknown),
        "examples": "common" if selection.common else "all",
        "example_count": counted(comparison),
        "metrics": [_metric(comparison, one) for one in comparison.metrics],
        "experiments": [_side(comparison, i) for i in range(len(comparison.sides))],
        "contrasts": [
            _contrast(comparison, verdicts[index, one.key])
            for index in range(1, len(comparison.sides))
            for one in comparison.visible
        ],
        "notes": [
            {"title": one.title, "text": one.text} for one in differences(comparison)
        ],
        "counts": {str(name): count for name, count in counts(comparison).items()},
    }


def rows(comparison: Comparison, *, most: int) -> dict[str, Any]:
    """Return the rows that start at the selection's `after`; three queries."""
    positions, start = order(comparison).positions, comparison.selection.after
    chosen = positions[start : start + most]
    found = texts(comparison.sides, chosen.tolist())
    end = start + len(chosen)
    return {
        "rows": [_row(comparison, found, one) for one in chosen.tolist()],
        "pagination": _pagination(positions, end),
    }


def _pagination(positions: Positions, end: int) -> dict[str, Any]:
    has_more = end < len(positions)
    return {"has_more": has_more, "total": len(positions)} | (
        {"next_after": end} if has_more else {}
    )


def _dataset(dataset: Dataset) -> dict[str, Any]:
    return {
        "id": ids.encode("Dataset", dataset.pk),
        "name": dataset.name,
        "space_id": ids.encode("Space", dataset.space_id),
    }


def _metric(comparison: Comparison, metric: Metric) -> dict[str, Any]:
    return {
        "key": metric.key,
        "label": metric.label,
        "kind": "label" if metric.is_label else "number",
        "goal": metric.goal,
        "epsilon": metric.epsilon,
        "unit": metric.unit,
        "statistic": statistic_of(metric),
        "is_shown": comparison.is_visible(metric),
    }


def _side(comparison: Comparison, index: int) -> dict[str, Any]:
    side = comparison.sides[index]
    experiment = side.experiment
    return {
        "id": _id(experiment),
        "number": experiment.pk,
        "name": experiment.name,
        "letter": LETTERS[index],
        "is_baseline": index == 0,
        "created_at": timestamp(experiment.created_at),
        "dataset_version": _version(experiment.dataset_version),
        "run_count": side.shape.length,
        "unmatched_count": experiment.unmatched_count,
        "error_count": experiment.error_count,
        "most_repeats": side.most_repeats,
        "fingerprint": fingerprint(side),
        "figures": [_figures(comparison, side, one) for one in comparison.visible],
    }


def _version(version: DatasetVersion | None) -> dict[str, Any] | None:
    if version is None:
        return None
    return {"id": ids.encode("DatasetVersion", version.pk), "name": version.name}


def _figures(comparison: Comparison, side: Side, metric: Metric) -> dict[str, Any]:
    found = figures(side, metric, comparison.scope)
    ends = found.interval
    return {
        "metric": metric.key,
        "value": _number(found.value),
        "low": _number(ends.low) if ends else None,
        "high": _number(ends.high) if ends else None,
        "mean": _number(found.summary.mean),
        "n": found.summary.n,
        "missing": found.summary.missing,
    }


def _contrast(comparison: Comparison, verdict: Verdict) -> dict[str, Any]:
    found, finding = verdict.contrast, verdict.finding
    return {
        "experiment": _id(comparison.sides[verdict.index].experiment),
        "metric": verdict.metric.key,
        "verdict": finding.verdict.replace(" ", "_"),
        **_change(found if isinstance(found, Contrast) else None),
        "p": _number(found.p_value),
        "p_adjusted": _number(finding.p_adjusted),
        "test": found.test,
        "of_interest": _number(finding.of_interest),
        "rows_needed": finding.rows_needed,
        "n": found.n,
        "missing": found.missing,
        "only_baseline": found.only_base,
        "only_candidate": found.only_candidate,
        "changed": None if isinstance(found, Contrast) else found.changed,
    }


def _change(found: Contrast | None) -> dict[str, Any]:
    """Return what only numbers have; of labels, None throughout."""
    return {
        "delta": _number(found.delta) if found else None,
        "low": _number(found.low) if found else None,
        "high": _number(found.high) if found else None,
        "detectable": _number(found.detectable) if found else None,
        "wins": found.wins if found else None,
        "losses": found.losses if found else None,
        "ties": found.ties if found else None,
        "gained": found.gained if found else None,
        "lost": found.lost if found else None,
    }


def _row(comparison: Comparison, found: Texts, position: int) -> dict[str, Any]:
    example = found.examples.get(position) or ExampleText(position, "", {})
    return {
        "position": position,
        "example_id": example.external_id,
        "example": example.fields,
        "runs": [
            _run(comparison, found, index, position)
            for index in range(len(comparison.sides))
        ],
    }


def _run(
    comparison: Comparison, found: Texts, index: int, position: int
) -> dict[str, Any] | None:
    """Return one experiment's run of an example; None where it has none."""
    run = found.runs.get((index, position))
    if run is None:
        return None
    long = max(len(run.output or ""), len(run.error or "")) > LETTERS_OF_TEXT
    verdict = None
    if index and comparison.metric:
        code = int(comparison.judged.verdicts[index - 1][position])
        verdict = RowVerdict(code).name.lower()
    return {
        "experiment": _id(comparison.sides[index].experiment),
        "output": run.output and run.output[:LETTERS_OF_TEXT],
        "error": run.error and run.error[:LETTERS_OF_TEXT],
        "is_cut": long,
        "values": {
            one.key: _value(comparison.sides[index], one, position)
            for one in comparison.visible
        },
        "verdict": verdict,
    }


def _value(side: Side, metric: Metric, position: int) -> float | str | None:
    if not metric.is_label:
        return _number(float(side.numbers(metric)[position]))
    column = side.columns.get(metric.column)
    code = int(column.values[position]) if column and column.labels else -1
    return column.labels[code] if column and code >= 0 else None


def _number(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _id(experiment: Experiment) -> str:
    return ids.encode("Experiment", experiment.pk)
