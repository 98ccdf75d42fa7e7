"""The rows a page shows leave as files, and a comparison as Markdown."""

import csv
import io
import json

import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from experiments_ui.compare.out import table as tables
from experiments_ui.compare.out.markdown import code
from experiments_ui.spaces.models import Role
from tests import make

pytestmark = pytest.mark.django_db

HOSTILE = (
    "=1+1|<script>alert(1)</script> @octocat #1 ![x](http://evil.example/x.png)\n"
    "| a | b |\n```\n# head\n</details>\u202e"
)
GITHUB_LIKE = MarkdownIt("commonmark", {"html": True}).enable("table")


@pytest.fixture
def dataset(space):
    rows = [
        {"input": f"question {i}", "position": i * 10, "tags": [i]} for i in range(6)
    ]
    return make.dataset(space, rows=rows)


@pytest.fixture
def take(browser_client, space, base, candidate):
    def get(name, **query):
        return browser_client.get(
            f"/spaces/{space.slug}/compare/{name}",
            query_params={"base": base.pk, "with": [candidate.pk], **query},
        )

    return get


def rows_of(answer):
    assert answer.status_code == 200, answer.content[:300]
    return [json.loads(line) for line in b"".join(answer).splitlines()]


def test_a_row_has_the_example_and_what_each_experiment_made_of_it(take):
    first = rows_of(take("export.jsonl"))[0]
    assert list(first) == [
        "position",
        "example_id",
        "input",
        "position (2)",
        "tags",
        "base.output",
        "base.error",
        "base.eval.correct.score",
        "base.latency",
        "candidate.output",
        "candidate.error",
        "candidate.eval.correct.score",
        "candidate.eval.correct.score.delta",
        "candidate.latency",
        "candidate.latency.delta",
        "candidate.verdict",
    ]
    assert first["position"] == 0
    assert first["tags"] == [0]
    assert first["candidate.eval.correct.score.delta"] == -1
    assert first["candidate.latency.delta"] == 10
    assert first["candidate.verdict"] == "regressed"


def test_the_rows_are_those_of_the_chip_and_the_filter_in_the_order_of_the_sort(take):
    def positions(**query):
        return [row["position"] for row in rows_of(take("export.jsonl", **query))]

    assert positions() == [0, 3, 1, 2, 4, 5]
    assert positions(only="regressed") == [0, 3]
    assert positions(filter="b.latency > 300", sort="position") == [2, 3, 4]
    assert positions(after=4, row=2) == [0, 3, 1, 2, 4, 5]


def test_hidden_metrics_stay_out(take):
    first = rows_of(take("export.jsonl", toggle="latency"))[0]
    assert "base.latency" not in first


def test_what_is_missing_is_empty_or_null(take):
    last = rows_of(take("export.jsonl"))[-1]
    assert last["candidate.output"] is None
    assert last["candidate.eval.correct.score"] is None
    assert last["candidate.eval.correct.score.delta"] is None
    assert last["candidate.verdict"] == "errored"


def test_a_spreadsheet_is_given_no_formula(take):
    lines = list(csv.DictReader(io.StringIO(b"".join(take("export.csv")).decode())))
    assert lines[-1]["candidate.error"] == "'=boom"
    assert lines[0]["candidate.eval.correct.score.delta"] == "-1.0"


def test_parquet_has_one_type_a_column_over_all_batches(take, monkeypatch):
    monkeypatch.setattr(tables, "_FIRST_ROWS", 1)
    monkeypatch.setattr(tables, "_BATCH_LETTERS", 1)
    read = pq.read_table(io.BytesIO(b"".join(take("export.parquet"))))
    assert read.num_rows == 6
    assert read["position"].to_pylist() == [0, 3, 1, 2, 4, 5]
    assert read["tags"].to_pylist()[1] == "[3]"
    assert str(read.schema.field("candidate.latency.delta").type) == "double"


def test_no_rows_make_a_file_with_a_head(take):
    body = b"".join(take("export.csv", filter="b.latency > 9999"))
    assert body.startswith(b"position,example_id,input")
    assert body.count(b"\n") == 1
    parquet = b"".join(take("export.parquet", filter="b.latency > 9999"))
    assert pq.read_table(io.BytesIO(parquet)).num_rows == 0


def test_long_texts_are_read_fewer_at_a_time():
    at_once = tables._next_size
    assert at_once(100, 1_000, most=2_000) == 200
    assert at_once(100, 80 * 2**20, most=2_000) == 10
    assert at_once(1, 80 * 2**20, most=2_000) == 1
    assert at_once(1_500, 0, most=2_000) == 2_000


@pytest.mark.parametrize("name", ["export.csv", "report.html", "summary.md"])
def test_a_filter_that_cannot_be_read_makes_no_file(take, name):
    assert take(name, filter="b.latency >").status_code == 422


@pytest.mark.parametrize("name", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("sort", ["nonsense", "@", "--delta", "delta@999"])
def test_a_sort_that_is_none_makes_no_file_that_breaks_off(take, name, sort):
    assert take(f"export.{name}", sort=sort).status_code == 422


def test_there_are_three_formats(take):
    assert take("export.xlsx").status_code == 404


@pytest.mark.parametrize("name", ["export.csv", "report.html", "summary.md"])
def test_readers_may_take_everything_and_strangers_nothing(
    client, space, base, candidate, name
):
    url = f"/spaces/{space.slug}/compare/{name}?base={base.pk}&with={candidate.pk}"
    client.force_login(make.member(space, role=Role.READ_ONLY))
    assert client.get(url).status_code == 200
    client.force_login(make.user())
    assert client.get(url).status_code == 404


def test_a_batch_takes_the_same_queries_for_any_number_of_experiments(
    take, dataset, monkeypatch
):
    def queries(**query):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            rows_of(take("export.jsonl", **query))
        return len(seen)

    queries()
    few = queries()
    more = [make.experiment(dataset, name=f"more {i}", score=[1] * 6) for i in range(4)]
    queries(**{"with": [one.pk for one in more]})
    assert queries(**{"with": [one.pk for one in more]}) == few


# Markdown


def tokens(text):
    for token in GITHUB_LIKE.parse(text):
        yield token
        yield from token.children or []


def markdown(take, **query):
    answer = take("summary.md", **query)
    assert answer.status_code == 200, answer.content[:300]
    assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
    return answer.content.decode()


def test_the_summary_says_what_changed_and_leads_back(take, base, candidate):
    text = markdown(take)
    assert "- `candidate` against `base`: **too few rows to judge** `correct`" in text
    assert "| `Latency` | `candidate` | −115 ms | −599 ms to +10 ms |" in text
    assert "```diff\n  output 0\n```" in text
    assert "```diff\n- output 3\n+ output 1\n```" in text
    assert "Regressions of <code>candidate</code>: 2" in text
    assert "-1" in text or "−1" in text
    links = [t.attrs["href"] for t in tokens(text) if t.type == "link_open"]
    assert links == [
        f"http://testserver/spaces/acme/compare/?base={base.pk}&with={candidate.pk}"
    ]


def test_the_summary_says_its_filter_and_what_is_left_out(take):
    text = markdown(take, filter="b.latency > 100", toggle="latency")
    assert "filter `b.latency > 100`" in text
    assert "outside the filter" in text
    assert "Metrics that are not shown: Latency." in text


def test_nothing_a_user_wrote_acts_in_markdown(browser_client, space):
    dataset = make.dataset(space, name=HOSTILE, rows=[{"input": HOSTILE}] * 3)
    wrong = [
        make.experiment(
            dataset,
            name=f"{HOSTILE} {i}",
            rows=[
                {"example_id": one, "output": HOSTILE, "eval.a`|b.score": score}
                for one in make.example_ids(dataset)
            ],
        )
        for i, score in enumerate((1, 0))
    ]
    answer = browser_client.get(
        f"/spaces/{space.slug}/compare/summary.md",
        query_params={"base": wrong[0].pk, "with": wrong[1].pk},
    )
    text = answer.content.decode()
    found = list(tokens(text))
    assert sum(one.type == "link_open" for one in found) == 1
    assert not [one for one in found if one.type == "image"]
    assert sum(one.type == "table_open" for one in found) == 1
    assert sum(one.type == "th_open" for one in found) == 7
    assert sum(one.type == "td_open" for one in found) % 7 == 0
    assert sum(one.type == "heading_open" for one in found) == 1
    html = [one.content for one in found if one.type.startswith("html_")]
    assert all("<script" not in one and one.count("<details>") <= 1 for one in html)
    assert "\u202e" not in text
    # Mentions and references count everywhere but in code.
    said = [one.content for one in found if one.type == "text"]
    assert not [one for one in said if "@" in one or "#1" in one or "octocat" in one]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_is_one_piece_of_code(text):
    shown = list(tokens(f"a {code(text)} b"))
    pieces = [one for one in shown if one.type == "code_inline"]
    words = [one.content.strip() for one in shown if one.type == "text"]
    assert len(pieces) == 1
    assert words == ["a", "b"]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_is_one_cell_of_a_table(text):
    table = f"| a | b |\n| --- | --- |\n| {code(text, in_table=True)} | end |\n"
    cells = [one for one in tokens(table) if one.type == "td_open"]
    said = [one.content for one in tokens(table) if one.type == "inline"]
    assert len(cells) == 2
    assert said[-1] == "end"
