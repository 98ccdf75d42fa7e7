"""A dataset's baseline, and the direction and epsilon of its metrics."""

import itertools

import pytest
from django.test import Client
from django.utils import timezone

from experiments_ui.errors import Invalid, NotFound
from experiments_ui.experiments import actions
from experiments_ui.experiments.actions.standing import (
    Reading,
    clear_baseline,
    set_baseline,
    set_metric,
    set_metrics,
)
from experiments_ui.experiments.forms import metric_forms
from experiments_ui.experiments.models import Baseline, Experiment, MetricSetting
from experiments_ui.experiments.queries.figures import figures_of
from experiments_ui.experiments.queries.sides import metrics_of
from experiments_ui.experiments.queries.standing import baseline_of, metric_settings
from experiments_ui.spaces.models import Role
from tests import make
from tests.experiments.pages import text_of
from tests.race import together

SCORE = "eval.correct.score"


def place(dataset, rest=""):
    return f"/spaces/acme/datasets/{dataset.pk}/{rest}"


def make_baseline(experiment):
    set_baseline(experiment, by=None, now=timezone.now())


def field(dataset, name):
    """The name of a field of the score's form."""
    [form] = metric_forms(
        [m for m in metrics_of(list(dataset.experiments.all())) if m.key == SCORE]
    ).forms
    return form.add_prefix(name)


def fields(dataset, *, goal="minimize", epsilon="0.05"):
    return {field(dataset, "goal"): goal, field(dataset, "epsilon"): epsilon}


@pytest.fixture
def dataset(space):
    return make.dataset(space, count=3)


@pytest.fixture
def pair(dataset):
    return [make.experiment(dataset, name=n, score=[1, 0, 1]) for n in ("old", "new")]


@pytest.fixture
def reader(space):
    client = Client()
    client.force_login(make.member(space, role=Role.READ_ONLY))
    return client


def test_the_stored_baseline_is_what_the_tab_compares_with(
    dataset, pair, browser_client
):
    tab = place(dataset, "?tab=experiments")
    assert "Changes are against old" in text_of(browser_client.get(tab))
    answer = browser_client.post(
        place(dataset, "baseline"), {"experiment": pair[1].pk, "next": tab}
    )
    assert answer.headers["Location"] == tab
    page = text_of(browser_client.get(tab))
    assert "Changes are against new" in page
    assert "is the baseline now" in page


def test_an_address_may_ask_for_another_baseline_for_once(
    dataset, pair, browser_client
):
    make_baseline(pair[1])
    tab = place(dataset, f"?tab=experiments&base={pair[0].pk}")
    page = text_of(browser_client.get(tab))
    assert "Changes are against old in this view only" in page
    assert "Back to the baseline" in page
    assert baseline_of(dataset) == pair[1].pk


def test_comparisons_begin_with_the_baseline(dataset, pair, browser_client):
    make_baseline(pair[1])
    page = text_of(browser_client.get(place(dataset, "?tab=experiments")))
    box = page.split(f'data-select-value="{pair[1].pk}"')[1].split("/>")[0]
    assert "data-select-baseline" in box
    page = text_of(browser_client.get(f"/spaces/acme/experiments/{pair[0].pk}/"))
    assert f"?base={pair[1].pk}&amp;with={pair[0].pk}" in page


def test_a_cleared_baseline_leaves_the_oldest(dataset, pair, browser_client):
    make_baseline(pair[1])
    browser_client.post(place(dataset, "baseline"))
    assert baseline_of(dataset) is None
    clear_baseline(dataset)


def test_a_deleted_experiment_is_no_baseline(dataset, pair, browser_client):
    make_baseline(pair[1])
    Experiment.objects.filter(pk=pair[1].pk).update(is_removed=True)
    assert baseline_of(dataset) is None
    page = text_of(browser_client.get(place(dataset, "?tab=experiments")))
    assert "Changes are against old" in page
    with pytest.raises(NotFound):
        make_baseline(pair[1])


def test_a_baseline_goes_with_its_experiment(dataset, pair):
    make_baseline(pair[1])
    actions.delete_experiment(pair[1])
    assert not Baseline.objects.exists()


def test_a_dataset_is_deleted_with_what_it_settled(dataset, pair):
    make_baseline(pair[1])
    set_metric(dataset, SCORE, goal="none", epsilon=1)
    actions.delete_dataset(dataset)
    assert not Baseline.objects.exists()
    assert not MetricSetting.objects.exists()


@pytest.mark.parametrize("wanted", ["999999", "x", "-1", "99999999999999999999"])
def test_what_is_no_experiment_of_the_dataset_cannot_be_its_baseline(
    dataset, pair, browser_client, wanted
):
    answer = browser_client.post(place(dataset, "baseline"), {"experiment": wanted})
    assert answer.status_code == 404
    assert baseline_of(dataset) is None


def test_an_experiment_of_another_dataset_cannot_be_the_baseline(
    space, dataset, browser_client
):
    other = make.experiment(make.dataset(space, name="other"))
    answer = browser_client.post(place(dataset, "baseline"), {"experiment": other.pk})
    assert answer.status_code == 404


def test_an_experiment_without_a_dataset_is_refused(db):
    with pytest.raises(Invalid, match="without a dataset"):
        set_baseline(Experiment(pk=1), by=None, now=timezone.now())


@pytest.mark.parametrize("rest", ["baseline", "metrics"])
def test_readers_settle_nothing(dataset, pair, reader, rest):
    assert reader.post(place(dataset, rest)).status_code == 403
    assert not Baseline.objects.exists()


@pytest.mark.parametrize("rest", ["baseline", "metrics", "trend"])
def test_another_spaces_dataset_does_not_exist(dataset, pair, rest):
    stranger = Client()
    stranger.force_login(make.member(make.space("other")))
    method = stranger.get if rest == "trend" else stranger.post
    assert method(place(dataset, rest)).status_code == 404


def test_direction_and_epsilon_are_saved_and_one_comes_back(
    dataset, pair, browser_client
):
    back = f"/spaces/acme/compare/?base={pair[0].pk}&with={pair[1].pk}"
    answer = browser_client.post(
        place(dataset, "metrics"), fields(dataset) | {"next": back}
    )
    assert answer.headers["Location"] == back
    saved = metric_settings(dataset)[SCORE]
    assert (saved.goal, saved.epsilon) == ("minimize", 0.05)
    page = text_of(browser_client.get(place(dataset, "metrics")))
    assert 'value="0.05"' in page
    assert 'value="minimize" selected' in page


@pytest.mark.parametrize(
    "to",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1"],
)
def test_one_never_comes_back_to_another_site(dataset, pair, browser_client, to):
    for rest, sent in (("metrics", fields(dataset)), ("baseline", {})):
        answer = browser_client.post(place(dataset, rest), sent | {"next": to})
        assert answer.headers["Location"] == place(dataset, "?tab=experiments")


@pytest.mark.parametrize(
    ("epsilon", "said"),
    [
        ("", "Write 0 if every change counts."),
        ("-1", "Write 0 or a number above it."),
        ("0,05", "Write a number, such as 0.05."),
        ("inf", "Write a number, such as 0.05."),
        ("nan", "Write a number, such as 0.05."),
        ("1e999", "Write a number, such as 0.05."),
    ],
)
def test_a_wrong_epsilon_is_explained_at_its_field(
    dataset, pair, browser_client, epsilon, said
):
    sent = fields(dataset, epsilon=epsilon)
    page = text_of(browser_client.post(place(dataset, "metrics"), sent), status=422)
    assert said in page
    assert f'id="id_{field(dataset, "epsilon")}_error"' in page
    assert not MetricSetting.objects.exists()


def test_a_wrong_direction_is_explained(dataset, pair, browser_client):
    sent = fields(dataset, goal="sideways")
    page = text_of(browser_client.post(place(dataset, "metrics"), sent), status=422)
    assert "Choose one of the three directions." in page


def test_a_metric_that_nothing_was_sent_of_stays_as_it_is(
    dataset, pair, browser_client
):
    set_metric(dataset, SCORE, goal="none", epsilon=2)
    browser_client.post(place(dataset, "metrics"), {})
    assert metric_settings(dataset)[SCORE].epsilon == 2


def test_labels_have_no_direction(space, browser_client):
    dataset = make.dataset(space, name="labels")
    make.experiment(dataset, label=["a", "b", "a"])
    page = text_of(browser_client.get(place(dataset, "metrics")))
    assert "No metrics yet" in page


def test_a_dataset_without_experiments_has_no_metrics(dataset, browser_client):
    page = text_of(browser_client.get(place(dataset, "metrics")))
    assert "No metrics yet" in page


def test_of_several_settings_all_or_none_are_saved(dataset):
    with pytest.raises(Invalid):
        set_metrics(
            dataset,
            {"a": Reading("maximize", 1.0), "b": Reading("maximize", float("nan"))},
        )
    assert not MetricSetting.objects.exists()


def test_settings_hold_wherever_the_metric_shows(dataset, pair, browser_client):
    set_metric(dataset, SCORE, goal="minimize", epsilon=0.1)
    [metric] = figures_of(pair)[pair[0].pk].metrics
    assert (metric.goal, metric.epsilon) == ("minimize", 0.1)
    for url in (
        place(dataset, "?tab=experiments"),
        f"/spaces/acme/experiments/{pair[0].pk}/",
    ):
        assert "↓ is better" in text_of(browser_client.get(url))


def test_the_best_of_a_dataset_is_by_its_own_direction(space, browser_client):
    dataset = make.dataset(space, name="errors made", count=3)
    make.experiment(dataset, name="careful", score=[1, 2, 1])
    make.experiment(dataset, name="careless", score=[9, 9, 9])
    url = "/spaces/acme/datasets/"
    assert "9.00" in text_of(browser_client.get(url))
    set_metric(dataset, SCORE, goal="minimize", epsilon=0)
    assert "1.33" in text_of(browser_client.get(url))
    set_metric(dataset, SCORE, goal="none", epsilon=0)
    page = text_of(browser_client.get(url))
    assert "1.33" not in page
    assert "9.00" not in page


@pytest.mark.django_db(transaction=True)
def test_of_two_baselines_set_at_once_one_stands():
    dataset = make.dataset(make.space("acme"), count=3)
    experiments = [make.experiment(dataset, name=str(n)) for n in range(4)]
    turn = iter(experiments)
    together(4, lambda: make_baseline(next(turn)))
    assert Baseline.objects.count() == 1
    assert baseline_of(dataset) in {one.pk for one in experiments}


@pytest.mark.django_db(transaction=True)
def test_of_metrics_set_at_once_each_is_as_somebody_set_it():
    dataset = make.dataset(make.space("acme"), count=3)
    numbers = itertools.count(1)

    def act():
        number = float(next(numbers))
        keys = ("a", "b") if number % 2 else ("b", "a")
        set_metrics(dataset, {key: Reading("maximize", number) for key in keys})

    together(4, act)
    first, second = metric_settings(dataset).values()
    assert first.epsilon == second.epsilon


@pytest.mark.parametrize("sent", ["²", "abc", "-1", "9" * 30, "9" * 5_000])
def test_what_is_no_experiments_number_becomes_no_baseline(
    browser_client, dataset, sent
):
    answer = browser_client.post(place(dataset, "baseline"), {"experiment": sent})
    assert answer.status_code == 404
    assert baseline_of(dataset) is None
