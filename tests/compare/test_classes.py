"""Runs are read as classifications: what is counted, and that its rows are found again."""

import html
import random
import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from sklearn import metrics

from experiments_ui.compare.actions.classification import set_classification
from experiments_ui.compare.classes.coding import reading_of
from experiments_ui.compare.classes.look import ClassLook
from experiments_ui.compare.classes.place import place_of
from experiments_ui.compare.classes.reading import Reading
from experiments_ui.compare.grid.order import order
from experiments_ui.compare.lineup import compare
from experiments_ui.compare.selection import Selection
from experiments_ui.errors import Invalid
from experiments_ui.spaces import actions as space_actions
from experiments_ui.spaces.models import Role
from tests import intents, make

pytestmark = pytest.mark.django_db

TRUTH = ["cat", "cat", "dog", "dog", "bird", "it's", "Ünï", None]
BASE = ["cat", "dog", "dog", None, "bird", "it's", "Ünï", "cat"]
CANDIDATE = ["cat", "cat", "bird", "wolf", "bird", "cat", None, "dog"]


def outputs(dataset, values):
    ids = make.example_ids(dataset)
    return [
        {"example_id": one, "output": value}
        for one, value in zip(ids, values, strict=True)
    ]


@pytest.fixture
def dataset(space):
    rows = [{"input": f"q {i}", "label": label} for i, label in enumerate(TRUTH)]
    return make.dataset(space, rows=rows)


@pytest.fixture
def experiments(dataset):
    return [
        make.experiment(dataset, name=name, rows=outputs(dataset, values))
        for name, values in (("base", BASE), ("candidate", CANDIDATE))
    ]


@pytest.fixture
def look(principal):
    """Line a comparison up and return its place of classes."""

    def of(experiments, *, where="", **query):
        first, *rest = (one.pk for one in experiments)
        selection = Selection(base=first, others=tuple(rest), where=where)
        comparison = compare(principal, selection)
        reading = reading_of(comparison.dataset)
        asked = QueryDict("&".join(f"{k}={v}" for k, v in query.items()))
        looked = ClassLook.parse(asked, selection)
        return place_of(comparison, reading, looked, slug="acme")

    return of


@pytest.fixture
def rows_of(principal):
    """Return the positions that a link to the Rows place shows."""

    def of(url):
        query = QueryDict(urlsplit(html.unescape(url)).query)
        comparison = compare(principal, Selection.parse(query))
        assert comparison.filter_error is None
        return order(comparison).positions.tolist()

    return of


def use(dataset, **changes):
    reading = Reading(**{"truth": "label"} | changes)
    set_classification(dataset, reading, by=None, now=timezone.now())


def cells(markup):
    """Return the links of a matrix with the counts that they show."""
    found = re.findall(
        r'<td class="\S+ q\d"[^>]*><a href="([^"]*)">([^<]*)</a>', markup
    )
    return [(url, int(text.replace(",", "").replace("−", "-"))) for url, text in found]


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("where", ["", "input != 'q 1' OR input = 'q 0'"])
def test_every_cell_counts_the_rows_that_it_opens(
    dataset, experiments, look, rows_of, place, where
):
    use(dataset)
    found = look(experiments, where=where, focus=experiments[place].pk)
    shown = cells(found.matrix.markup)
    assert sum(count for _, count in shown) == 7 - bool(where)
    for url, count in shown:
        assert len(rows_of(url)) == count, url


def test_cells_of_a_folded_matrix_count_the_rows_that_they_open(space, look, rows_of):
    _, made = banking(space, per_intent=2)
    found = look(made)
    assert found.matrix.chosen.folded > 0
    shown = cells(found.matrix.markup)
    assert sum(count for _, count in shown) == len(intents.INTENTS) * 2
    for url, count in shown[:: len(shown) // 25] + shown[-3:]:
        assert len(rows_of(url)) == count, url


def test_a_cell_of_changes_opens_what_either_put_there(
    dataset, experiments, look, rows_of
):
    use(dataset)
    found = look(experiments, matrix="changes")
    for url, change in cells(found.matrix.markup):
        assert len(rows_of(url)) >= abs(change)


def test_an_example_that_was_not_run_is_no_missing_prediction(dataset, look, rows_of):
    use(dataset)
    whole = make.experiment(dataset, name="whole", rows=outputs(dataset, BASE))
    part = make.experiment(dataset, name="part", rows=outputs(dataset, CANDIDATE)[2:])
    found = look([whole, part])
    counted = found.measures.counted()[1]
    assert (counted.not_run, counted.confusion.n) == (2, 5)
    for url, count in cells(found.matrix.markup):
        assert len(rows_of(url)) == count
    for coverage in found.coverage:
        for name, count, url in coverage.counts:
            assert len(rows_of(url)) == count, name
    assert found.measures.against()[0].differences.n == 5


def test_every_count_beside_the_matrix_opens_its_rows(
    dataset, experiments, look, rows_of
):
    use(dataset)
    found = look(experiments)
    for pair in found.pairs:
        assert len(rows_of(pair.url)) == pair.count
    for move in found.moves:
        assert len(rows_of(move.url)) == move.count
        assert len(rows_of(move.right_url)) == move.became_right
        assert len(rows_of(move.wrong_url)) == move.became_wrong
    for row in found.class_rows:
        assert len(rows_of(row.support_url)) == row.support
    [verdict] = found.verdicts
    assert len(rows_of(verdict.gained_url)) == verdict.gained == 1
    assert len(rows_of(verdict.lost_url)) == verdict.lost == 3


def test_filters_name_truth_prediction_and_outcome(dataset, experiments, rows_of):
    use(dataset)
    base, candidate = experiments

    def shown(where):
        return rows_of(f"?base={base.pk}&with={candidate.pk}&filter={where}")

    assert shown("truth = 'cat'") == [0, 1]
    assert shown("truth = 'it''s' AND b.prediction = 'cat'") == [5]
    assert sorted(shown("b.prediction IS NULL")) == [6]
    assert sorted(shown("a.prediction != b.prediction")) == [1, 2, 5, 7]
    assert shown("b.outcome = 'unknown label'") == [3]


def test_a_filter_follows_when_the_settings_change(dataset, experiments, rows_of):
    base, candidate = experiments
    url = f"?base={base.pk}&with={candidate.pk}&filter=b.prediction = 'wolf'"
    use(dataset)
    assert rows_of(url) == [3]
    use(dataset, aliases=(("wolf", "dog"),))
    assert rows_of(url) == []


def test_without_settings_the_names_are_those_of_columns(space, rows_of):
    dataset = make.dataset(space, rows=[{"truth": "x"}, {"truth": " X "}])
    only = make.experiment(dataset)
    assert rows_of(f"?base={only.pk}&filter=truth = 'x'") == [0]
    use(dataset, truth="truth", folds_case=True)
    assert rows_of(f"?base={only.pk}&filter=truth = 'x'") == [0, 1]


@pytest.mark.parametrize(
    ("changes", "values"),
    [
        ({"folds_case": True}, ["CAT", " cat ", "DOG", "dog"]),
        ({"aliases": (("k9", "dog"),)}, ["cat", "cat", "k9", "dog"]),
        (
            {"source": "path", "expression": "answer.label"},
            [f'{{"answer": {{"label": "{x}"}}}}' for x in ("cat", "cat", "dog", "dog")],
        ),
        (
            {"source": "pattern", "expression": r"Label: (\w+)"},
            [f"So… Label: {x}." for x in ("cat", "cat", "dog", "dog")],
        ),
    ],
)
def test_predictions_are_found_where_the_settings_say(space, look, changes, values):
    rows = [
        {"input": str(i), "label": x}
        for i, x in enumerate(("cat", "cat", "dog", "dog"))
    ]
    dataset = make.dataset(space, rows=rows)
    made = make.experiment(dataset, rows=outputs(dataset, values))
    use(dataset, **changes)
    assert look([made]).measures.counted()[0].overall.accuracy.value == 1.0


def test_predictions_may_stand_in_a_column_of_the_runs(dataset, look):
    use(dataset, source="column", expression="guess")
    made = make.experiment(dataset, guess=["cat"] * 8)
    assert look([made]).measures.counted()[0].confusion.predicted.sum() == 7


def test_many_different_outputs_are_read_as_few_are(
    dataset, experiments, look, monkeypatch
):
    from experiments_ui.compare.classes import labels

    use(dataset)
    few = look(experiments).measures.coding
    monkeypatch.setattr(labels, "_FEW_OUTPUTS", 0)
    labels.derived.__self__.clear()
    many = look(experiments).measures.coding
    assert few.labels == many.labels
    for first, second in zip(few.predicted, many.predicted, strict=True):
        assert first.tolist() == second.tolist()


def test_a_broken_pattern_cannot_be_saved(dataset):
    with pytest.raises(Invalid) as refused:
        use(dataset, source="pattern", expression="(")
    assert "pattern" in refused.value.fields


def banking(space, *, per_intent=4):
    rows = intents.rows(per_intent)
    dataset = make.dataset(space, name="banking", rows=rows)
    ids = make.example_ids(dataset)
    made = [
        make.experiment(
            dataset,
            name=name,
            rows=[
                {"example_id": one, "output": said}
                for one, said in zip(
                    ids, intents.predictions(rows, right=right, seed=seed), strict=True
                )
            ],
        )
        for name, right, seed in (("small model", 0.75, 1), ("large model", 0.9, 2))
    ]
    use(dataset, truth="intent")
    return dataset, made


def test_the_pages_figures_are_those_of_scikit_learn(space, look):
    _, made = banking(space)
    rows = intents.rows(4)
    place = look(made, beta="2")
    truth = [row["intent"] for row in rows]
    said = [one or "(none)" for one in intents.predictions(rows, right=0.9, seed=2)]
    names = sorted(set(truth))

    def macro(score, **more):
        return score(truth, said, labels=names, zero_division=np.nan, **more)

    expected = {
        "Accuracy": metrics.accuracy_score(truth, said),
        "Balanced accuracy": metrics.recall_score(
            truth, said, labels=names, average="macro"
        ),
        "Macro F1": macro(metrics.f1_score, average="macro"),
        "MCC": metrics.matthews_corrcoef(truth, said),
        "Cohen’s κ": metrics.cohen_kappa_score(truth, said),
        "Macro precision": macro(metrics.precision_score, average="macro"),
        "Micro precision": macro(metrics.precision_score, average="micro"),
        "Weighted F1": macro(metrics.f1_score, average="weighted"),
        "Macro F2": macro(metrics.fbeta_score, beta=2, average="macro"),
    }
    shown = {
        row.name: row.cells[1].text for row in [*place.main_rows, *place.more_rows]
    }
    for name, value in expected.items():
        assert shown[name] == f"{value:.3f}", name
    each = metrics.precision_recall_fscore_support(
        truth, said, labels=names, zero_division=np.nan
    )
    by_label = {row.label: row for row in place.class_rows}
    for name, precision, recall, f1, support in zip(names, *each, strict=True):
        row = by_label[name]
        assert row.support == support
        assert row.recall.text == f"{recall:.3f}"
        assert row.f1.text == f"{f1:.3f}"
        assert row.precision.text == (
            "undefined" if np.isnan(precision) else f"{precision:.3f}"
        )


def test_scores_are_those_of_scikit_learn(space, look, rows_of):
    truth = ["spam" if i % 3 == 0 else "ham" for i in range(60)]
    scores = [
        ((i * 37) % 60) / 60 if i % 3 else 1 - ((i * 11) % 60) / 90 for i in range(60)
    ]
    rows = [{"input": str(i), "label": one} for i, one in enumerate(truth)]
    dataset = make.dataset(space, rows=rows)
    said = ["spam" if one >= 0.5 else "ham" for one in scores]
    made = make.experiment(dataset, rows=outputs(dataset, said), chance=scores)
    use(dataset, positive="spam", score="chance")
    place = look([made], threshold=0.6)
    positive = [one == "spam" for one in truth]
    [row] = place.scores.rows
    expected = [
        metrics.roc_auc_score(positive, scores),
        metrics.average_precision_score(positive, scores),
        metrics.brier_score_loss(positive, scores),
        metrics.log_loss(positive, scores),
    ]
    assert [cell.text for cell in row.figures[:4]] == [f"{v:.3f}" for v in expected]
    [at] = place.threshold_rows
    above = [one >= 0.6 for one in scores]
    tn, fp, fn, tp = metrics.confusion_matrix(positive, above).ravel().tolist()
    assert [one.count for one in at.counts] == [tp, fp, fn, tn]
    for one in at.counts:
        assert len(rows_of(one.url)) == one.count
    assert at.figures[0].text == f"{metrics.precision_score(positive, above):.3f}"
    assert {row.name for row in place.binary_rows} >= {"Specificity", "NPV", "Recall"}


def test_undefined_says_why_and_is_never_zero(dataset, look):
    use(dataset, positive="cow")
    made = make.experiment(dataset, rows=outputs(dataset, ["cat"] * 8))
    place = look([made])
    by_label = {row.label: row for row in place.class_rows}
    assert by_label["dog"].precision.text == "undefined"
    assert by_label["dog"].precision.why == "no predicted rows"
    assert {row.cells[0].text for row in place.binary_rows} == {"undefined"}
    nothing = look([made], where="input = 'nothing'")
    assert {row.cells[0].text for row in nothing.main_rows} == {"undefined"}


def test_queries_do_not_grow_with_rows(member, browser_client):
    counts = []
    for name, per_intent in (("few", 1), ("many", 5)):
        space = make.space(name)
        space_actions.set_role(space, user=member, role=Role.MEMBER)
        _, made = banking(space, per_intent=per_intent)
        query = {"base": made[0].pk, "with": made[1].pk}
        with CaptureQueriesContext(connection) as seen:
            answer = browser_client.get(
                f"/spaces/{space.slug}/compare/classes", query_params=query
            )
        assert answer.status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


LABELS = (
    "a",
    "A",
    "it's",
    'say "x"',
    "ü",
    "a = b",
    "100%_",
    "  ",
    None,
    "x&y<b>",
    "o\tk",
)


@pytest.mark.parametrize("seed", range(6))
def test_any_label_can_be_clicked(space, look, rows_of, seed):
    chance = random.Random(seed)
    true, said = (chance.choices(LABELS, k=30) for _ in range(2))
    rows = [{"input": str(i), "label": one} for i, one in enumerate(true)]
    dataset = make.dataset(space, rows=rows)
    made = make.experiment(dataset, rows=outputs(dataset, said))
    use(dataset, folds_case=bool(seed % 2))
    shown = cells(look([made]).matrix.markup)
    assert sum(count for _, count in shown) == sum(
        bool(one and one.strip()) for one in true
    )
    for url, count in shown:
        assert len(rows_of(url)) == count, url


def test_addresses_keep_the_filter_of_the_comparison(dataset, experiments, look):
    use(dataset)
    url, _ = cells(look(experiments, where="input != 'q 0'").matrix.markup)[0]
    asked = parse_qs(urlsplit(html.unescape(url)).query)["filter"][0]
    assert asked.startswith("input != 'q 0' AND truth = ")


def test_a_very_full_matrix_says_each_address_in_two_halves(
    dataset, experiments, look, rows_of, monkeypatch
):
    use(dataset)
    monkeypatch.setattr("experiments_ui.compare.classes.matrix.MOST_LINKS", 0)
    markup = look(experiments).matrix.markup
    start = re.search(r'data-rows="([^"]+)"', markup)[1]
    columns = re.findall(r'<th scope="col"[^>]* data-way="([^"]+)"', markup)
    checked = 0
    for way, line in re.findall(
        r'<tr data-way="([^"]+)">(.*?)<td class="total"', markup
    ):
        for column, cell in enumerate(line.split("<td")[1:]):
            if found := re.search(r"<a>(\d+)</a>", cell):
                assert len(rows_of(start + way + columns[column])) == int(found[1])
                checked += 1
    assert checked == len(cells_with_links(look, experiments, monkeypatch))


def cells_with_links(look, experiments, monkeypatch):
    monkeypatch.undo()
    return cells(look(experiments).matrix.markup)
