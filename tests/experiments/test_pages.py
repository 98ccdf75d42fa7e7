"""The pages of experiments: home, lists, the runs of one, the drawer."""

import orjson
import pytest
from django.test import Client

from experiments_ui.spaces.models import Role
from tests import make
from tests.experiments.pages import HOSTILE, queries_of, rows_of, text_of


def url_of(experiment, rest=""):
    return f"/spaces/acme/experiments/{experiment.pk}/{rest}"


def tab_of(dataset, **query):
    rest = "".join(f"&{name}={value}" for name, value in query.items())
    return f"/spaces/acme/datasets/{dataset.pk}/?tab=experiments{rest}"


def order_of(page, *texts):
    places = [page.index(text) for text in texts]
    return places == sorted(places)


@pytest.fixture
def dataset(space):
    return make.dataset(space, count=60)


@pytest.fixture
def experiment(dataset):
    return make.experiment(
        dataset,
        score=[1.0, 0.0] * 30,
        label=["right", "wrong"] * 30,
        latency=list(range(60)),
        total_cost=[0.5] * 60,
    )


@pytest.fixture
def failing(dataset):
    ids = make.example_ids(dataset)
    rows = [{"example_id": i, "output": f"output {n}"} for n, i in enumerate(ids)]
    for number in range(6):
        rows[number]["error"] = f"TimeoutError: no answer in {number} s (id {number}7)"
    rows[10]["error"] = "ValueError: 'x' is no number"
    return make.experiment(dataset, name="failing", rows=rows)


def test_home_leads_to_the_first_space(space, browser_client):
    assert browser_client.get("/").headers["Location"] == "/spaces/acme/"


def test_somebody_in_no_space_is_told_so(db):
    client = Client()
    client.force_login(make.user())
    assert "No space yet" in text_of(client.get("/"))


def test_an_empty_home_says_how_to_connect(space, browser_client):
    page = text_of(browser_client.get("/spaces/acme/"))
    assert "ARIZE_API_HOST=testserver" in page
    assert "Upload your first dataset" in page


def test_home_shows_what_was_touched_last(experiment, browser_client):
    page = text_of(browser_client.get("/spaces/acme/"))
    for shown in ("questions", "first", "50.0%", "ARIZE_API_HOST"):
        assert shown in page


def test_home_takes_as_many_queries_for_thirty_experiments_as_for_one(
    dataset, browser_client
):
    make.experiment(dataset, score=[1] * 60)
    once = queries_of(browser_client, "/spaces/acme/")
    for number in range(29):
        make.experiment(dataset, name=f"more {number}", score=[1] * 60)
    assert queries_of(browser_client, "/spaces/acme/") == once


def test_the_list_of_all_experiments_is_searched_and_sorted(dataset, browser_client):
    for name in ("banana", "apple"):
        make.experiment(dataset, name=name)
    url = "/spaces/acme/experiments/"
    assert order_of(text_of(browser_client.get(f"{url}?sort=name")), "apple", "banana")
    assert order_of(text_of(browser_client.get(f"{url}?sort=-name")), "banana", "apple")
    assert "banana" not in text_of(browser_client.get(f"{url}?q=app"))


def test_annotators_see_no_data(space, experiment):
    client = Client()
    client.force_login(make.member(space, role=Role.ANNOTATOR))
    assert "Nothing to label yet" in text_of(client.get("/spaces/acme/"))
    assert client.get(url_of(experiment)).status_code == 403


def test_the_table_of_experiments_compares_with_the_oldest(dataset, browser_client):
    make.experiment(dataset, name="old", score=[1] * 30 + [0] * 30)
    make.experiment(dataset, name="new", score=[1] * 45 + [0] * 15)
    page = text_of(browser_client.get(tab_of(dataset)))
    assert "75.0%" in page
    assert "better by" in page
    assert "25.0" in page
    assert "Changes are against old" in page


def test_another_experiment_may_be_the_baseline(dataset, browser_client):
    make.experiment(dataset, name="old", score=[1] * 30 + [0] * 30)
    new = make.experiment(dataset, name="new", score=[1] * 45 + [0] * 15)
    page = text_of(browser_client.get(tab_of(dataset, base=new.pk)))
    assert "worse by" in page
    assert "Changes are against new" in page


def test_missing_scores_are_counted_beside_the_mean(dataset, browser_client):
    make.experiment(dataset, score=[1] * 40)
    page = text_of(browser_client.get(tab_of(dataset)))
    assert "n 40" in page
    assert "20 have no score" in page


def test_the_table_of_experiments_sorts_by_any_column(dataset, browser_client):
    make.experiment(dataset, name="aaa", score=[1] * 60, latency=[5] * 60)
    make.experiment(dataset, name="bbb", score=[0] * 60, latency=[2] * 60)
    make.experiment(dataset, name="ccc", latency=[9] * 60)

    def sorted_by(sort):
        return text_of(browser_client.get(tab_of(dataset, sort=sort)))

    cells = [f">{name}</a>" for name in ("aaa", "bbb", "ccc")]
    a, b, c = cells
    assert order_of(sorted_by("-eval.correct.score"), a, b, c)
    assert order_of(sorted_by("eval.correct.score"), b, a, c)
    assert order_of(sorted_by("latency"), b, a, c)
    assert order_of(sorted_by("-name"), c, b, a)


def test_columns_of_the_table_are_hidden_by_the_address(experiment, browser_client):
    dataset = experiment.dataset
    assert "50.0%" in text_of(browser_client.get(tab_of(dataset)))
    page = text_of(browser_client.get(tab_of(dataset, hide="eval.correct.score")))
    assert "50.0%" not in page


def test_the_table_takes_as_many_queries_for_thirty_experiments_as_for_one(
    dataset, browser_client
):
    make.experiment(dataset, score=[1] * 60)
    once = queries_of(browser_client, tab_of(dataset))
    for number in range(29):
        make.experiment(dataset, name=f"more {number}", score=[1] * 60)
    assert queries_of(browser_client, tab_of(dataset)) == once


def test_an_experiments_page_sums_it_up(experiment, browser_client):
    page = text_of(browser_client.get(url_of(experiment)))
    for shown in ("60", "50.0%", "30 ms", "p95 56 ms", "$30.00", "right", "question 0"):
        assert shown in page


def test_runs_are_paged(experiment, browser_client):
    assert "output 49" in text_of(browser_client.get(url_of(experiment)))
    page = text_of(browser_client.get(url_of(experiment, "?page=2")))
    assert "output 59" in page
    assert "output 49" not in page


def test_a_page_of_runs_takes_as_many_queries_as_one_run(space, browser_client):
    one = make.experiment(make.dataset(space, name="one", count=1), score=[1])
    thirty = make.experiment(make.dataset(space, name="b", count=30), score=[1] * 30)
    once = queries_of(browser_client, url_of(one))
    assert queries_of(browser_client, url_of(thirty)) == once


def test_runs_sort_by_any_column_and_missing_values_come_last(dataset, browser_client):
    ids = make.example_ids(dataset)[:4]
    rows = [
        {"example_id": i, "output": "x", "tone": t}
        for i, t in zip(ids, "cadb", strict=True)
    ]
    experiment = make.experiment(dataset, rows=rows, latency=[3, None, 1, 2])

    def sorted_by(sort):
        return rows_of(text_of(browser_client.get(url_of(experiment, f"?sort={sort}"))))

    assert sorted_by("latency") == [2, 3, 0, 1]
    assert sorted_by("-latency") == [0, 3, 2, 1]
    assert sorted_by("tone") == [1, 3, 0, 2]
    assert sorted_by("-sequence") == [3, 2, 1, 0]
    assert sorted_by("-example") == [3, 2, 1, 0]


def test_runs_are_filtered_and_a_bad_filter_is_explained(experiment, browser_client):
    query = {"filter": "latency < 2"}
    page = text_of(browser_client.get(url_of(experiment), query))
    assert rows_of(page) == [0, 1]
    page = text_of(browser_client.get(url_of(experiment), {"filter": "latency <"}))
    assert 'id="filter-error"' in page
    assert "output 30" in page


def test_chips_show_one_label_alone(experiment, browser_client):
    page = text_of(browser_client.get(url_of(experiment), {"only": "label:right"}))
    assert rows_of(page) == list(range(0, 60, 2))


def test_errors_of_one_kind_are_one_line_that_filters(failing, browser_client):
    page = text_of(browser_client.get(url_of(failing)))
    assert "TimeoutError: no answer in … s (id …)" in page
    assert "2 kinds" in page
    link = page.split("error=")[1].split('"')[0]
    alone = text_of(browser_client.get(url_of(failing, f"?error={link}")))
    assert rows_of(alone) == [0, 1, 2, 3, 4, 5]
    errors = text_of(browser_client.get(url_of(failing, "?only=errors")))
    assert rows_of(errors) == [0, 1, 2, 3, 4, 5, 10]


def test_unmatched_runs_are_stated(dataset, browser_client):
    rows = [{"example_id": "nowhere", "output": "lost"}]
    experiment = make.experiment(dataset, rows=rows)
    page = text_of(browser_client.get(url_of(experiment)))
    assert "1 of the runs: the dataset does not have the example" in page
    assert "unmatched" in page


def test_the_drawer_shows_everything_known_of_a_run(dataset, browser_client):
    experiment = make.experiment(
        dataset,
        score=[0.25],
        label=["poor"],
        latency=[812],
        **{"eval.correct.explanation": ["Too short."], "model": ["small-1"]},
    )
    page = text_of(browser_client.get(url_of(experiment, "runs/0")))
    shown = ("question 0", "answer 0", "output 0", "poor", "Too short.", "812 ms")
    for text in (*shown, "small-1", "0.25"):
        assert text in page
    assert browser_client.get(url_of(experiment, "runs/60")).status_code == 404


def test_json_outputs_are_drawn_as_trees(dataset, browser_client):
    ids = make.example_ids(dataset)
    rows = [{"example_id": ids[0], "output": '{"answer": 42}'}]
    experiment = make.experiment(dataset, rows=rows)
    page = text_of(browser_client.get(url_of(experiment, "runs/0")))
    assert page.count("data-json") == 2  # the output, and the raw run


def test_an_address_with_a_row_opens_its_drawer(experiment, browser_client):
    assert "Run #3" in text_of(browser_client.get(url_of(experiment, "?row=3")))
    assert "Run #" not in text_of(browser_client.get(url_of(experiment, "?row=99")))


def test_the_link_of_a_row_keeps_the_rest_of_the_address(experiment, browser_client):
    page = text_of(browser_client.get(url_of(experiment, "?sort=-latency&page=2")))
    assert 'href="?sort=-latency&amp;page=2&amp;row=9"' in page


def test_what_models_wrote_is_escaped(dataset, browser_client):
    ids = make.example_ids(dataset)
    rows = [
        {
            "example_id": ids[0],
            "output": HOSTILE,
            "error": HOSTILE,
            "eval.x.label": HOSTILE,
            "eval.x.explanation": HOSTILE,
            HOSTILE: HOSTILE,
        },
        {"example_id": HOSTILE, "output": "x", "eval.x.label": "other"},
    ]
    experiment = make.experiment(dataset, rows=rows)
    for rest in ("", "runs/0", "runs/1", "?row=0", "?filter=<script>"):
        assert "<script>alert" not in text_of(
            browser_client.get(url_of(experiment, rest))
        )


def test_an_experiment_without_a_dataset_has_a_page(space, browser_client):
    from django.utils import timezone

    from experiments_ui.experiments.actions import create_experiment_with_runs

    experiment = create_experiment_with_runs(
        space,
        name="alone",
        dataset=None,
        rows=[{"output": "by itself"}],
        by=None,
        now=timezone.now(),
    )
    assert "by itself" in text_of(browser_client.get(url_of(experiment)))
    assert "by itself" in text_of(browser_client.get(url_of(experiment, "runs/0")))
    assert "alone" in text_of(browser_client.get("/spaces/acme/experiments/"))


def test_all_runs_are_exported(experiment, browser_client):
    answer = browser_client.get(url_of(experiment, "export.jsonl"))
    lines = [orjson.loads(line) for line in b"".join(answer).splitlines()]
    assert len(lines) == 60
    assert lines[1]["eval.correct.score"] == 0.0


@pytest.mark.parametrize("rest", ["", "runs/0", "export.csv", "delete"])
def test_another_spaces_experiment_does_not_exist(experiment, rest):
    stranger = Client()
    stranger.force_login(make.member(make.space("other")))
    method = stranger.post if rest == "delete" else stranger.get
    assert method(url_of(experiment, rest)).status_code == 404


def test_only_members_delete_an_experiment(space, experiment, browser_client):
    reader = Client()
    reader.force_login(make.member(space, role=Role.READ_ONLY))
    assert reader.post(url_of(experiment, "delete")).status_code == 403
    answer = browser_client.post(url_of(experiment, "delete"))
    assert (
        answer.headers["Location"] == f"/spaces/acme/datasets/{experiment.dataset_id}/"
    )
    assert browser_client.get(url_of(experiment)).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["page=9999999999999", "page=-1", "row=x", "sort=nothing", "only=label:nothing",
     "by=nothing", "error=nothing", "hide=nothing", "sort=-", "base=abc"],
)  # fmt: skip
def test_strange_addresses_still_show_a_page(experiment, browser_client, query):
    text_of(browser_client.get(url_of(experiment, f"?{query}")))
    text_of(browser_client.get(f"{tab_of(experiment.dataset)}&{query}"))
    text_of(
        browser_client.get(f"/spaces/acme/datasets/{experiment.dataset_id}/?{query}")
    )


def test_the_styleguide_is_for_people_who_are_signed_in(browser_client):
    text_of(browser_client.get("/styleguide/"))
    assert Client().get("/styleguide/").status_code == 302
