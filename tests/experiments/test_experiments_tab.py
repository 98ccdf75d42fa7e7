"""The tab of a dataset's experiments: means, changes, verdicts, columns, order."""

import html
import re

import pytest
from django.test import Client

from experiments_ui.experiments.actions.standing import set_metric
from experiments_ui.experiments.page.judged import judged_against
from experiments_ui.experiments.queries.contrasts import figures
from experiments_ui.experiments.queries.figures import figures_of
from experiments_ui.experiments.queries.sides import metrics_of, sides
from experiments_ui.spaces.models import Role
from tests import make
from tests.experiments.pages import HOSTILE, queries_of, rows_of, text_of

SCORE = "eval.correct.score"


def tab(dataset, **query):
    rest = "".join(f"&{name}={value}" for name, value in query.items())
    return f"/spaces/acme/datasets/{dataset.pk}/?tab=experiments{rest}"


def words_of(page):
    """A page's text without its tags, for looking at whole cells."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture
def dataset(space):
    return make.dataset(space, count=60)


@pytest.fixture
def show(dataset, browser_client):
    return lambda **query: text_of(browser_client.get(tab(dataset, **query)))


def repeated(dataset, name, scores):
    """An experiment that ran each example as often as it has scores."""
    ids = make.example_ids(dataset)
    rows = [
        {"example_id": i, "output": "x", SCORE: score}
        for i, of_one in zip(ids, scores, strict=False)
        for score in of_one
    ]
    return make.experiment(dataset, name=name, rows=rows)


def test_a_change_has_its_interval_and_its_verdict(dataset, show):
    make.experiment(dataset, name="old", score=[0] * 60)
    make.experiment(dataset, name="new", score=[1] * 45 + [0] * 15)
    page = show()
    words = words_of(page)
    assert "75.0% 62.8 – 84.2% better by 75.0 +61.4 to +84.2 better" in words
    assert "McNemar mid-p" in page
    assert "after Holm&#x27;s correction" in page
    assert "over 1 test" in words


def test_what_shows_nothing_is_called_no_evidence_or_too_few_rows(dataset, show):
    make.experiment(dataset, name="old", score=[1, 0] * 30)
    make.experiment(dataset, name="new", score=[0, 1] * 30)
    assert "too few rows" in words_of(show())


def test_changes_are_paired_and_not_differences_of_means(dataset, show):
    make.experiment(dataset, name="old", score=[0.5] * 10 + [0.9] * 50)
    make.experiment(dataset, name="new", score=[0.5] * 10)
    # The means differ by a third; over the ten examples both have, nothing changed.
    words = words_of(show())
    assert "same 0.00" in words
    assert "50 missing" in html.unescape(show())


def test_repeats_count_once_for_each_example(dataset, show):
    repeated(dataset, "old", [[0, 0], [1, 1]])
    repeated(dataset, "new", [[0, 1, 1, 1], [1]])
    words = words_of(show())
    assert "0.88" in words  # (0.75 + 1) / 2, not 4 / 5
    assert "better by 0.38" in words


def test_the_means_are_those_of_comparisons(dataset):
    one = repeated(dataset, "a", [[0, 1], [1], [0.5, 0.5, 1]])
    [metric] = metrics_of([one])
    [side] = sides([one], [metric.column])
    compared, listed = figures(side, metric), figures_of([one])[one.pk].by_key[SCORE]
    assert listed.summary == compared.summary
    assert listed.interval == compared.interval


def test_runs_of_no_example_are_left_out_of_means(dataset):
    [first, *_] = make.example_ids(dataset)
    rows = [
        {"example_id": first, "output": "x", SCORE: 1.0},
        {"example_id": "nowhere", "output": "x", SCORE: 0.0},
    ]
    one = make.experiment(dataset, rows=rows)
    assert figures_of([one])[one.pk].by_key[SCORE].summary.mean == 1.0


def test_an_experiment_that_matches_no_example_still_has_its_means(dataset):
    rows = [{"example_id": "nowhere", "output": "x", SCORE: s} for s in (0.5, 1.0)]
    found = figures_of([make.experiment(dataset, rows=rows)])
    [one] = found.values()
    assert one.by_key[SCORE].per_run
    assert one.by_key[SCORE].summary.mean == 0.75


def test_a_total_is_of_all_runs_though_a_mean_is_by_example(dataset):
    ids = make.example_ids(dataset)
    rows = [
        {"example_id": i, "output": "x", "total_cost": 2.0} for i in [*ids[:2], ids[0]]
    ]
    [found] = figures_of([make.experiment(dataset, rows=rows)]).values()
    cost = found.of_unit("usd")
    assert cost.runs.total == 6.0
    assert cost.summary.n == 2


def test_holm_corrects_over_all_that_is_shown_and_nothing_else(dataset, show):
    for name, extra in (("old", [1.0] * 60), ("new", [0.5] * 60)):
        make.experiment(
            dataset, name=name, score=extra, **{"eval.tone.score": [0.1, 0.2] * 30}
        )
    assert "over 2 tests" in words_of(show())
    assert "over 1 test" in words_of(show(hide="eval.tone.score"))


def test_labels_tell_how_many_changed(dataset, show):
    make.experiment(dataset, name="old", label=["a", "b"] * 30)
    make.experiment(dataset, name="new", label=["a", "c"] * 30)
    words = words_of(show())
    assert "30 of 60 changed changed" in words
    assert "no direction" not in words


def test_direction_and_epsilon_of_the_dataset_decide_what_is_better(dataset, show):
    make.experiment(dataset, name="old", score=[0] * 60)
    make.experiment(dataset, name="new", score=[1] * 60)
    set_metric(dataset, SCORE, goal="minimize", epsilon=0)
    assert "worse by 100.0" in words_of(show())
    assert "↓ is better" in words_of(show())
    set_metric(dataset, SCORE, goal="none", epsilon=0)
    assert "up by 100.0" in words_of(show())
    assert "no direction" in words_of(show())


def test_percentiles_tokens_and_costs_have_columns(dataset, show):
    make.experiment(
        dataset,
        latency=list(range(60)),
        token_count=[100] * 60,
        total_cost=[0.5] * 60,
    )
    words = words_of(show())
    for text in ("p50", "p95", "30 ms", "56 ms", "100", "$0.50", "total $30.00"):
        assert text in words


def test_experiments_sort_by_any_change(dataset, show):
    base = make.experiment(dataset, name="base", score=[0.5] * 60, latency=[5] * 60)
    good = make.experiment(dataset, name="good", score=[0.9] * 60, latency=[6] * 60)
    bad = make.experiment(dataset, name="bad", score=[0.1] * 60, latency=[7] * 60)
    none = make.experiment(dataset, name="none", latency=[1] * 60)

    def by(sort):
        return rows_of(show(sort=sort))

    assert by(f"-delta:{SCORE}") == [good.pk, base.pk, bad.pk, none.pk]
    assert by(f"delta:{SCORE}") == [bad.pk, base.pk, good.pk, none.pk]
    assert by("-p95") == [bad.pk, good.pk, base.pk, none.pk]


def test_experiments_sort_by_the_share_of_errors(dataset, show):
    ids = make.example_ids(dataset)
    few = [{"example_id": ids[0], "output": "", "error": "E"}]
    many = [{"example_id": i, "output": "x"} for i in ids[:58]]
    many += [{"example_id": i, "output": "", "error": "E"} for i in ids[58:]]
    whole = make.experiment(dataset, name="all failed", rows=few)
    part = make.experiment(dataset, name="few failed", rows=many)
    assert rows_of(show(sort="-errors")) == [whole.pk, part.pk]


def test_a_hidden_column_is_in_the_address_and_comes_back(dataset, show):
    make.experiment(dataset, score=[1] * 60, latency=[5] * 60)
    assert "5 ms" not in show(hide="latency&hide=p95")
    assert f"hide={SCORE}" in show()


def test_experiments_without_scores_have_a_table(dataset, show):
    make.experiment(dataset, name="bare")
    make.experiment(dataset, name="bare too")
    page = show()
    assert len(rows_of(page)) == 2
    assert "data-figure" not in page
    assert "after Holm" not in page


def test_one_experiment_has_no_trend_and_no_changes(dataset, show):
    make.experiment(dataset, score=[1] * 60)
    page = show()
    assert "data-figure" not in page
    assert 'class="cell-change' not in page


def test_no_experiments_are_explained(dataset, show):
    assert "No experiments yet" in show()


def test_names_and_labels_are_escaped(dataset, show):
    for name in ("<b>a</b>", "b"):
        columns = {"eval.<b>.score": [1] * 60, "eval.x.label": [HOSTILE] * 60}
        make.experiment(dataset, name=name, **columns)
    assert "<script>alert" not in show()
    assert "eval.<b>" not in show()


def test_the_page_takes_as_many_queries_for_any_number_of_experiments(
    dataset, browser_client
):
    def add(number):
        make.experiment(dataset, name=f"e{number}", score=[1] * 60, label=["a"] * 60)

    add(0)
    once = queries_of(browser_client, tab(dataset))
    for number in range(1, 12):
        add(number)
    assert queries_of(browser_client, tab(dataset)) == once
    assert once <= 26


def test_verdicts_are_computed_once(dataset):
    old, new = (make.experiment(dataset, name=n, score=[1] * 60) for n in "ab")
    metrics = metrics_of([old])
    first, again = (
        judged_against(old, [new], metrics)[new.pk, metrics[0].key] for _ in range(2)
    )
    assert first is again


def test_readers_are_offered_another_view_but_no_writing(space, dataset):
    old = make.experiment(dataset, name="old", score=[0] * 60)
    make.experiment(dataset, name="new", score=[1] * 60)
    reader = Client()
    reader.force_login(make.member(space, role=Role.READ_ONLY))
    page = text_of(reader.get(tab(dataset)))
    assert "Compare with this" in page
    assert "baseline-form" not in page
    assert "Direction and epsilon" not in page
    assert old.name in page
