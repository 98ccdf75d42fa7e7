"""The numbers of a comparison, from the raw scores by SciPy, statsmodels and pandas."""

import json
import math
import urllib.request
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import pytest
from arize.experiments.evaluators.types import EvaluationResultFieldNames
from arize.experiments.types import ExperimentTaskFieldNames
from scipy import stats
from statsmodels.stats.contingency_tables import SquareTable
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

FIELDS = ExperimentTaskFieldNames(example_id="example_id", output="output")
EVALUATORS = {
    **{n: EvaluationResultFieldNames(score=n) for n in ("right", "share", "grade")},
    "tone": EvaluationResultFieldNames(label="tone"),
}
SCORES = ("right", "share", "grade")
REACH = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
EXAMPLES = 90


def runs_of(ids, *, shift, seed, repeats=1):
    """Runs with gaps, failures and repeats, scored in every way."""
    random = np.random.default_rng(seed)
    hard = np.random.default_rng(9).random(len(ids))
    rows = []
    for repeat in range(repeats):
        for place, one in enumerate(ids):
            failed = (place * 7 + repeat * 3 + seed) % 11 == 0
            values = {
                "right": float(random.random() < 0.3 + hard[place] / 2 + shift),
                "share": float(np.clip(hard[place] + random.normal(shift, 0.2), 0, 1)),
                "grade": float(10 * hard[place] + random.normal(-20 * shift, 2)),
                "tone": str(random.choice(["warm", "cold", "dry"])),
            }
            if random.random() < 0.1:
                values["grade"] = None
            rows.append(
                {
                    "example_id": one,
                    "output": "" if failed else "said",
                    "error": "boom" if failed else None,
                    **(dict.fromkeys(values) if failed else values),
                    "latency_ms": float(np.exp(random.normal(6 - shift, 0.5))),
                }
            )
    return rows


@pytest.fixture
def made(client, name):
    """Each experiment's id with its raw runs, and the ids of the examples."""
    examples = [{"input": f"question {i}"} for i in range(EXAMPLES)]
    dataset = client.datasets.create(name=name, space="demo", examples=examples)
    listed = client.datasets.list_examples(dataset=dataset.id, all=True).examples
    ids = [one.id for one in listed]
    kinds = [
        runs_of(ids, shift=0.0, seed=1),
        runs_of(ids[:80], shift=0.2, seed=2),
        runs_of(ids, shift=0.05, seed=3, repeats=3),
    ]
    experiments = [
        client.experiments.create(
            name=f"number {place}",
            dataset=dataset.id,
            experiment_runs=rows,
            task_fields=FIELDS,
            evaluator_columns=EVALUATORS,
        )
        for place, rows in enumerate(kinds)
    ]
    found = [(one.id, rows) for one, rows in zip(experiments, kinds, strict=True)]
    return found, ids


@pytest.fixture
def compared(server, key, made):
    """The comparison over the API."""
    (base, *others), _ = made
    query = [("base", base[0]), *(("with", one[0]) for one in others)]
    request = urllib.request.Request(f"{server.url}/api/compare?{urlencode(query)}")
    request.add_header("Authorization", f"Bearer {key}")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def by_example(rows, ids, column):
    """Return the mean of repeats, or the first run's label, and which were run."""
    frame = pd.DataFrame(rows)
    if column == "tone":
        values = frame.drop_duplicates("example_id").set_index("example_id")[column]
    else:
        values = frame.groupby("example_id")[column].mean()
    return values.reindex(ids).to_numpy(), np.isin(ids, frame["example_id"])


def column_of(metric):
    return metric.removeprefix("eval.").removesuffix(".score").removesuffix(".label")


def mid_p(gained, lost):
    changed, here = gained + lost, stats.binom.pmf(gained, gained + lost, 0.5)
    if gained == lost:
        return 1 - here / 2
    return stats.binomtest(gained, changed).pvalue - here


def newcombe(both, gained, lost, neither):
    """Newcombe 1998, Statistics in Medicine 17:2635, method 10."""
    n = both + gained + lost + neither
    one, two = both + gained, both + lost
    (l1, u1), (l2, u2) = (proportion_confint(k, n, method="wilson") for k in (one, two))
    cross = both * neither - gained * lost
    cross = max(0, cross - n / 2) if cross > 0 else cross
    phi = cross / math.sqrt(one * (n - one) * two * (n - two))
    p1, p2 = one / n, two / n

    def side(x, y):
        return math.sqrt(x * x - 2 * phi * x * y + y * y)

    return p1 - p2 - side(p1 - l1, u2 - p2), p1 - p2 + side(u1 - p1, p2 - l2)


def inferred(before, after):
    """Return p, low and high as SciPy and statsmodels have them."""
    changes = after - before
    if set(before) | set(after) <= {0.0, 1.0}:
        gained, lost = int((changes > 0).sum()), int((changes < 0).sum())
        both = int(((before == 1) & (after == 1)).sum())
        neither = len(changes) - both - gained - lost
        return mid_p(gained, lost), *newcombe(both, gained, lost, neither)
    found = stats.ttest_rel(after, before)
    return found.pvalue, *found.confidence_interval(0.95)


def stuart_maxwell(before, after):
    names = sorted(set(before) | set(after))
    table = pd.crosstab(
        pd.Categorical(before, names), pd.Categorical(after, names), dropna=False
    )
    square = SquareTable(table.to_numpy(), shift_zeros=False)
    return square.homogeneity(method="stuart_maxwell").pvalue


def paired(made, contrast):
    """Return both sides' values where both have one, and which examples both ran."""
    experiments, ids = made
    runs, column = dict(experiments), column_of(contrast["metric"])
    before, ran = by_example(experiments[0][1], ids, column)
    after, ran_too = by_example(runs[contrast["experiment"]], ids, column)
    known = pd.notna(before) & pd.notna(after)
    return before[known], after[known], int((ran & ran_too).sum())


def contrasts_of(compared, *columns):
    return [c for c in compared["contrasts"] if column_of(c["metric"]) in columns]


def test_figures_of_each_side_are_those_of_pandas_and_scipy(made, compared):
    experiments, ids = made
    for side, (_, rows) in zip(compared["experiments"], experiments, strict=True):
        assert side["error_count"] == sum(one["error"] is not None for one in rows)
        for found in side["figures"]:
            column = column_of(found["metric"])
            values, ran = by_example(rows, ids, column)
            known = values[ran & pd.notna(values)]
            counted = (len(known), int(ran.sum()) - len(known))
            assert (found["n"], found["missing"]) == counted, column
            if column in SCORES:
                known = known.astype(float)
                assert found["mean"] == pytest.approx(known.mean())
                assert (found["low"], found["high"]) == pytest.approx(bounds(known))
            if column == "latency_ms":
                assert found["value"] == pytest.approx(np.median(known))


def bounds(values):
    if set(values) <= {0.0, 1.0}:
        return proportion_confint(int(values.sum()), len(values), method="wilson")
    return stats.t.interval(0.95, len(values) - 1, values.mean(), stats.sem(values))


def test_changes_of_scores_are_those_of_scipy_and_statsmodels(made, compared):
    found = contrasts_of(compared, *SCORES)
    assert len(found) == 6
    for one in found:
        before, after, ran = paired(made, one)
        changes = after - before
        n, rises, falls = len(changes), int((changes > 0).sum()), (changes < 0).sum()
        assert (one["n"], one["missing"]) == (n, ran - n)
        assert (one["wins"], one["losses"]) == (rises, falls)
        assert one["ties"] == n - rises - falls
        assert one["delta"] == pytest.approx(changes.mean())
        expected = inferred(before, after)
        assert (one["p"], one["low"], one["high"]) == pytest.approx(expected)


def test_labels_are_tested_as_statsmodels_does(made, compared):
    for one in contrasts_of(compared, "tone"):
        before, after, ran = paired(made, one)
        assert (one["n"], one["missing"]) == (len(before), ran - len(before))
        assert one["changed"] == int((before != after).sum())
        assert one["p"] == pytest.approx(stuart_maxwell(before, after))


def test_durations_change_by_the_difference_of_their_medians(made, compared):
    for one in contrasts_of(compared, "latency_ms"):
        before, after, _ = paired(made, one)
        assert one["delta"] == pytest.approx(np.median(after) - np.median(before))
        changes = after - before
        assert (one["wins"], one["losses"]) == (
            (changes < 0).sum(),
            (changes > 0).sum(),
        )


def test_words_follow_holm_over_all_shown_and_rows_needed_miller(made, compared):
    found = compared["contrasts"]
    adjusted = multipletests([one["p"] for one in found], method="holm")[1]
    assert [one["p_adjusted"] for one in found] == pytest.approx(adjusted.tolist())
    for one in contrasts_of(compared, *SCORES):
        before, after, _ = paired(made, one)
        deviation = (after - before).std(ddof=1)
        detectable = REACH * deviation / math.sqrt(len(before))
        is_grade = column_of(one["metric"]) == "grade"
        wanted = abs(before.mean()) * 0.05 if is_grade else 0.05
        assert one["detectable"] == pytest.approx(detectable)
        assert one["of_interest"] == pytest.approx(wanted)
        if one["p_adjusted"] < 0.05:
            word, more = ("better" if one["delta"] > 0 else "worse"), None
        elif detectable <= wanted:
            word, more = "no_evidence", None
        else:  # Miller 2024, arXiv 2411.00640, equation 9
            rows = math.ceil((REACH * deviation / wanted) ** 2)
            word, more = "too_few_rows", rows - len(before)
        assert (one["verdict"], one["rows_needed"]) == (word, more)


def test_chips_count_what_each_metric_won_and_lost(server, key, made, compared):
    (base, *others), _ = made
    for other, _ in others:
        for metric in (f"eval.{name}.score" for name in SCORES):
            query = urlencode({"base": base[0], "with": other, "score": metric})
            request = urllib.request.Request(f"{server.url}/api/compare?{query}")
            request.add_header("Authorization", f"Bearer {key}")
            with urllib.request.urlopen(request, timeout=60) as answer:
                whole = json.load(answer)
            one = next(c for c in whole["contrasts"] if c["metric"] == metric)
            counts = whole["counts"]
            told = (counts["improved"], counts["regressed"])
            assert told == (one["wins"], one["losses"]), metric
