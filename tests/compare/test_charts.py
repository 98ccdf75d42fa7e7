"""The charts of a comparison are drawn from the rows of its filter, and open them."""

import numpy as np
import orjson
import plotly.graph_objects as go
import pytest

from experiments_ui.compare.charts import draw, listed, names
from experiments_ui.compare.lineup import compare
from experiments_ui.compare.selection import Selection
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def candidate(dataset):
    return make.experiment(
        dataset,
        name="new",
        score=[0, 1, 1, 0.25, 1, None],
        latency=[110.0, 90.0, 310.0, 390.0, 510.0, 1.0],
    )


@pytest.fixture
def line_up(principal, base, candidate):
    def make_comparison(**choices):
        selection = Selection(base=base.pk, others=(candidate.pk,), **choices)
        return compare(principal, selection)

    return make_comparison


@pytest.fixture
def get(browser_client, space, base, candidate):
    def fetch(path="", headers=None, **query):
        return browser_client.get(
            f"/spaces/{space.slug}/compare/charts{path}",
            query_params={"base": base.pk, "with": [candidate.pk], **query},
            headers=headers,
        )

    return fetch


def figure_of(answer):
    assert answer.status_code == 200, answer.content[:500]
    return orjson.loads(answer.content)


def test_the_page_lists_its_charts_undrawn_and_says_how_many_rows_they_show(get):
    answer = get(filter="label = 'a'")
    content = answer.content.decode()
    assert [one.name for one in answer.context["charts"]] == [
        "distribution",
        "changes",
        "pairs",
        "cumulative",
        "latency",
        "trend",
    ]
    assert "3</b> of 6 examples drawn" in content
    assert content.count("data-figure=") == 6


def test_every_chart_is_a_figure_that_plotly_accepts(get, line_up):
    for name in names(line_up()):
        found = figure_of(get(f"/{name}"))
        go.Figure({"data": found["data"], "layout": found["layout"]})
        assert found["data"]
        assert found["table"]["rows"]


def test_a_chart_shows_only_the_rows_of_the_filter(get):
    found = figure_of(get("/pairs", filter="a.eval.correct.score = 1"))
    assert sum(found["data"][1]["marker"]["size"]) == 2


def test_a_bad_filter_is_said_and_narrows_nothing(get):
    answer = get(filter="b.latency >")
    assert "The filter was not applied" in answer.content.decode()
    assert answer.context["row_count"] == 6


def test_a_mark_opens_the_rows_that_it_counts(get, space, browser_client):
    page = get(filter="a.latency < 1000 OR label = 'a'", only="regressed")
    chart = next(one for one in page.context["charts"] if one.name == "changes")
    found = figure_of(browser_client.get(chart.url))
    marks = [
        (cell[1], int(cell[0]))
        for row in found["table"]["rows"]
        for cell in row
        if isinstance(cell, list)
    ]
    assert len(marks) == 3
    for mark, count in marks:
        url = chart.filter_url.replace("{filter}", mark.replace(" ", "+"))
        answer = browser_client.get(url)
        assert answer.context["page"].total == count


def test_a_point_opens_its_row(get, browser_client):
    page = get(score="latency")
    chart = next(one for one in page.context["charts"] if one.name == "pairs")
    found = figure_of(browser_client.get(chart.url))
    assert found["data"][1]["customdata"] == [0, 1, 2, 3, 4, 5]
    answer = browser_client.get(chart.row_url.replace("{row}", "3"))
    assert answer.context["detail"].position == 3


def test_a_spot_of_an_experiment_opens_the_experiment(get, browser_client, candidate):
    page = get()
    chart = next(one for one in page.context["charts"] if one.name == "latency")
    found = figure_of(browser_client.get(chart.url))
    marks = [trace["customdata"][0] for trace in found["data"] if "customdata" in trace]
    assert candidate.pk in marks
    address = chart.row_url.replace("{row}", str(candidate.pk))
    assert browser_client.get(address).status_code == 200


def test_a_column_with_blanks_in_its_name_can_be_opened(
    space, dataset, browser_client, principal
):
    column = "eval.my own tone.score"
    made = [
        make.experiment(dataset, name=name, **{column: values})
        for name, values in (("one", [1, 0, 1, 0, 1, 0]), ("two", [1, 1, 1, 0, 0, 0]))
    ]
    comparison = compare(principal, Selection(base=made[0].pk, others=(made[1].pk,)))
    chart = listed(comparison, slug=space.slug)[0]
    body = orjson.loads(draw(comparison, "distribution").body)
    mark = body["data"][1]["customdata"][0]
    assert mark == 'b.eval."my own tone".score = 0'
    answer = browser_client.get(chart.filter_url.replace("{filter}", mark))
    assert answer.context["page"].total == 3


def test_an_unchanged_figure_is_not_sent_again(get):
    first = get("/distribution")
    tag = first.headers["ETag"]
    again = get("/distribution", headers={"if-none-match": tag})
    assert again.status_code == 304
    assert not again.content
    other = get("/distribution", headers={"if-none-match": tag}, score="latency")
    assert other.status_code == 200


def test_a_new_score_changes_the_figure(get, candidate, dataset, member):
    from experiments_ui.experiments.models import Experiment

    tag = get("/distribution").headers["ETag"]
    Experiment.objects.filter(pk=candidate.pk).update(name="renamed")
    answer = get("/distribution", headers={"if-none-match": tag})
    assert "renamed" in answer.content.decode()


def test_a_chart_that_does_not_fit_is_not_there(get):
    assert get("/cost").status_code == 404
    assert get("/latency", score="latency").status_code == 404
    assert get("/anything").status_code == 404


def test_labels_have_no_charts_and_the_page_says_so(space, browser_client, dataset):
    only = make.experiment(dataset, name="labels", label=list("ababab"))
    answer = browser_client.get(
        f"/spaces/{space.slug}/compare/charts", query_params={"base": only.pk}
    )
    assert answer.context["charts"] == []
    assert "Labels have no charts" in answer.content.decode()


def test_another_spaces_charts_are_not_there(client, space, base, candidate):
    client.force_login(make.member(make.space("elsewhere")))
    for slug in (space.slug, "elsewhere"):
        for path in ("charts", "charts/distribution"):
            answer = client.get(
                f"/spaces/{slug}/compare/{path}",
                query_params={"base": base.pk, "with": candidate.pk},
            )
            assert answer.status_code == 404


@pytest.mark.parametrize("path", ["", "/changes"])
@pytest.mark.parametrize("count", [2, 30])
def test_charts_take_as_many_queries_for_any_number_of_rows(
    browser_client, space, count, path, django_assert_max_num_queries
):
    dataset = make.dataset(space, name=f"of {count}", count=count)
    scores = np.random.default_rng(1).random((3, count)).tolist()
    made = [make.experiment(dataset, name=str(i), score=scores[i]) for i in range(3)]
    with django_assert_max_num_queries(24):
        answer = browser_client.get(
            f"/spaces/{space.slug}/compare/charts{path}",
            query_params={"base": made[0].pk, "with": [made[1].pk, made[2].pk]},
        )
    assert answer.status_code == 200


def test_hostile_names_stay_text(browser_client, space, dataset):
    name = "<img src=x onerror=alert(1)>"
    made = [make.experiment(dataset, name=name + str(i), score=[1.0]) for i in range(2)]
    query = {"base": made[0].pk, "with": made[1].pk}
    for path in ("", "/distribution", "/pairs"):
        answer = browser_client.get(
            f"/spaces/{space.slug}/compare/charts{path}", query_params=query
        )
        if path:
            traces = orjson.loads(answer.content)["data"]
            assert "<img" not in orjson.dumps(traces).decode()
        else:
            assert "<img" not in answer.content.decode()
