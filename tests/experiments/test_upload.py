"""Files dropped on a page: preview, report, import, and what is refused."""

import gzip
import io
import os
import time
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from experiments_ui.datasets import queries as datasets
from experiments_ui.datasets.models import Dataset
from experiments_ui.experiments import queries
from experiments_ui.experiments.models import Experiment
from experiments_ui.spaces.models import Role
from tests import make
from tests.experiments.pages import HOSTILE, text_of

UPLOAD = "/spaces/acme/upload/"
CSV = b"question,answer,tier\nwhy?,because,free\nhow?,thus,pro\n"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "pending"


@pytest.fixture
def dataset(space):
    return make.dataset(space, count=3)


def send(client, content, *, name="tickets.csv", dataset="new"):
    number = getattr(dataset, "pk", dataset)
    body = {"file": SimpleUploadedFile(name, content), "dataset": number}
    return client.post(UPLOAD, body)


def address_of(client, content, **more):
    answer = send(client, content, **more)
    assert answer.status_code == 302, answer.content[:500]
    return answer.headers["Location"]


def examples_of(dataset):
    rows = datasets.examples_page(datasets.get_version(dataset, None), limit=100)
    return [{"id": row.external_id, **orjson.loads(row.fields)} for row in rows]


def choices(**more):
    return {
        "name": "uploaded",
        "match": "example_id",
        "key": "",
        "output": "output",
        "error": "",
    } | more


def table(kind, rows):
    match kind:
        case "json":
            return orjson.dumps(rows)
        case "jsonl":
            return b"\n".join(orjson.dumps(row) for row in rows)
        case "parquet":
            sink = io.BytesIO()
            pq.write_table(pa.Table.from_pylist(rows), sink)
            return sink.getvalue()
        case "jsonl.gz":
            return gzip.compress(table("jsonl", rows))
    raise AssertionError(kind)


def test_the_page_takes_files(space, browser_client):
    page = text_of(browser_client.get(UPLOAD))
    assert "data-upload-limit" in page
    assert 'type="file"' in page


def test_a_preview_shows_rows_kinds_and_recognised_roles(space, browser_client):
    page = text_of(browser_client.get(address_of(browser_client, CSV)))
    for shown in ("why?", "because", "question", "text", "Import 2 rows", "tickets"):
        assert shown in page
    assert page.count('<span class="chip-text">input</span>') == 1
    assert not Dataset.objects.exists()


@pytest.mark.parametrize("kind", ["json", "jsonl", "parquet", "jsonl.gz"])
def test_every_kind_of_file_becomes_a_dataset(space, browser_client, kind):
    rows = [{"input": "why?", "n": 1}, {"input": "how?", "n": 2}]
    address = address_of(browser_client, table(kind, rows), name=f"tickets.{kind}")
    answer = browser_client.post(address, {"name": "tickets", "input": "input"})
    dataset = Dataset.objects.get()
    assert answer.headers["Location"] == f"/spaces/acme/datasets/{dataset.pk}/"
    stored = [
        {n: v for n, v in row.items() if n != "id"} for row in examples_of(dataset)
    ]
    assert stored == rows


def test_ids_in_the_file_are_kept_when_they_can_name_the_examples(
    space, browser_client
):
    address = address_of(browser_client, b"id,input\n7,why?\n8,how?\n")
    assert "taken from the column" in text_of(browser_client.get(address))
    browser_client.post(address, {"name": "x"})
    assert [row["id"] for row in examples_of(Dataset.objects.get())] == ["7", "8"]


def test_ids_that_are_there_twice_are_kept_beside_new_ones(space, browser_client):
    address = address_of(browser_client, b"id,input\n7,why?\n7,how?\n")
    assert "is there twice, again in row 2" in text_of(browser_client.get(address))
    browser_client.post(address, {"name": "x"})
    assert [row["source_id"] for row in examples_of(Dataset.objects.get())] == [7, 7]


def test_an_export_of_this_product_comes_back_as_it_went(
    space, dataset, browser_client
):
    url = f"/spaces/acme/datasets/{dataset.pk}/export.jsonl"
    content = b"".join(browser_client.get(url))
    address = address_of(browser_client, content, name="copy.jsonl")
    browser_client.post(address, {"name": "copy"})
    assert examples_of(Dataset.objects.get(name="copy")) == examples_of(dataset)


def test_a_column_chosen_for_a_role_is_renamed_to_it(space, browser_client):
    address = address_of(browser_client, b"frage,antwort\nwarum?,darum\n")
    browser_client.post(address, {"name": "x", "input": "frage", "expected": "antwort"})
    row = examples_of(Dataset.objects.get())[0]
    assert row["expected"] == "darum"


def test_a_name_that_is_taken_is_said_in_the_form(dataset, browser_client):
    address = address_of(browser_client, CSV)
    page = text_of(browser_client.post(address, {"name": "questions"}), status=400)
    assert "exists already" in page
    assert Dataset.objects.count() == 1
    assert browser_client.post(address, {"name": "another"}).status_code == 302


def test_one_column_cannot_play_two_roles(space, browser_client):
    address = address_of(browser_client, CSV)
    sent = {"name": "x", "input": "question", "expected": "question"}
    assert "same column" in text_of(browser_client.post(address, sent), status=400)


def test_a_file_is_imported_once(space, browser_client, folder):
    address = address_of(browser_client, CSV)
    browser_client.post(address, {"name": "x"})
    assert not list(folder.iterdir())
    assert browser_client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.parquet", b"PAR1 this lies about itself PAR1"),
        ("a.json", b'[{"a": NaN}]'),
        ("a.jsonl", b'{"a": 1}\n{"a": '),
        ("a.csv.gz", b"\x1f\x8b but no gzip"),
        ("a.csv", b"a,a\n1,2\n"),
        ("a.csv", b'\xff\xfe"'),
    ],
)
def test_a_broken_file_is_refused_with_a_reason_and_forgotten(
    space, browser_client, folder, name, content
):
    answer = browser_client.post(
        UPLOAD,
        {"file": SimpleUploadedFile(name, content), "dataset": "new"},
        follow=True,
    )
    page = text_of(answer)
    assert "cannot be read" in page
    assert answer.redirect_chain[-1][0] == UPLOAD
    assert not list(folder.iterdir())
    assert not Dataset.objects.exists()


def test_an_empty_file_is_refused_in_the_form(space, browser_client):
    assert "empty" in text_of(send(browser_client, b""), status=400)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    space, browser_client, settings, folder
):
    settings.UPLOAD_BYTES = 1_000
    answer = send(browser_client, b"x" * 2_000_000)
    assert "larger than" in text_of(
        answer, status=400 if answer.status_code == 400 else 413
    )
    assert not folder.exists()


def test_nobody_else_sees_a_waiting_file(space, browser_client):
    address = address_of(browser_client, CSV)
    colleague = Client()
    colleague.force_login(make.member(space))
    assert colleague.get(address).status_code == 404
    outside = address.replace("/acme/", "/other/")
    other = make.space("other")
    make.space_actions.set_role(
        other, user=browser_client_user(browser_client), role=Role.MEMBER
    )
    assert browser_client.get(outside).status_code == 404


def browser_client_user(client):
    from experiments_ui.accounts.models import User

    return User.objects.get(pk=client.session["_auth_user_id"])


@pytest.mark.parametrize(
    "token", ["..%2F..%2Fsecret_key", "a" * 32, "x", "a" * 32 + ".json"]
)
def test_tokens_lead_nowhere_else(space, browser_client, token):
    assert browser_client.get(f"{UPLOAD}{token}/").status_code == 404


def test_files_nobody_confirmed_are_gone_after_a_day(space, browser_client, folder):
    address_of(browser_client, CSV)
    long_ago = time.time() - 100_000
    for path in Path(folder).iterdir():
        os.utime(path, (long_ago, long_ago))
    address_of(browser_client, CSV)
    assert len(list(folder.iterdir())) == 2


def test_only_members_upload(space):
    reader = Client()
    reader.force_login(make.member(space, role=Role.READ_ONLY))
    assert reader.get(UPLOAD).status_code == 403
    assert send(reader, CSV).status_code == 403


def test_what_a_file_holds_is_escaped(space, browser_client):
    rows = [{"input": HOSTILE, HOSTILE: HOSTILE, "id": HOSTILE}] * 2
    address = address_of(browser_client, table("json", rows), name=f"{HOSTILE}.json")
    assert "<script>alert" not in text_of(browser_client.get(address))


def test_uploads_are_protected_against_forged_requests(space, member):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)
    assert send(client, CSV).status_code == 403


def runs(dataset, *values):
    ids = make.example_ids(dataset)
    return [
        {"example_id": i, "output": f"output {n}", **value}
        for n, (i, value) in enumerate(zip(ids, values, strict=False))
    ]


def test_runs_are_matched_by_example_id_and_reported_before_they_are_stored(
    dataset, browser_client
):
    rows = runs(dataset, {"eval.good.score": "0.5"}, {"eval.good.score": "high"})
    rows += [
        dict(rows[0]),
        {"example_id": "nowhere", "output": "lost"},
        {"output": "x"},
    ]
    address = address_of(
        browser_client, table("json", rows), name="runs.json", dataset=dataset
    )
    page = text_of(
        browser_client.get(
            f"{address}&{'&'.join(f'{k}={v}' for k, v in choices().items())}"
        )
    )
    for shown in (
        "nowhere",
        "Row 2: eval.good.score is “high”, which is not a number",
        "Rows that name no example at all",
        "Import 4 runs",
    ):
        assert shown in page
    assert not Experiment.objects.exists()
    answer = browser_client.post(address, choices())
    experiment = Experiment.objects.get()
    assert answer.headers["Location"] == f"/spaces/acme/experiments/{experiment.pk}/"
    stored = queries.runs_page(experiment, after=None, limit=10)
    assert [run.values["eval.good.score"] for run in stored] == [0.5, None, 0.5, None]
    assert experiment.unmatched_count == 1


def test_runs_without_ids_are_matched_by_a_column_of_the_dataset(
    dataset, browser_client
):
    content = b"input,answer\nquestion 2,two\nquestion 0,zero\nquestion 9,nine\n"
    address = address_of(browser_client, content, dataset=dataset)
    page = text_of(browser_client.get(address))
    assert 'value="input" selected' in page  # guessed, as the dataset has it too
    sent = choices(match="input", key="input", output="answer")
    assert browser_client.post(address, sent).status_code == 302
    stored = queries.runs_page(Experiment.objects.get(), after=None, limit=10)
    ids = make.example_ids(dataset)
    assert [run.example_id for run in stored] == [ids[2], ids[0], "question 9"]
    assert [run.output for run in stored] == ["two", "zero", "nine"]


@pytest.mark.parametrize(
    "evaluations",
    [
        [{"name": "good", "score": 1, "label": "yes", "explanation": "so"}],
        {"good": {"score": 1, "label": "yes", "explanation": "so"}},
        '{"good": {"score": 1, "label": "yes", "explanation": "so"}}',
    ],
)
def test_scores_are_read_from_an_evaluations_column_too(
    dataset, browser_client, evaluations
):
    rows = runs(dataset, {"evaluations": evaluations})
    address = address_of(
        browser_client, table("json", rows), name="runs.json", dataset=dataset
    )
    browser_client.post(address, choices())
    values = queries.runs_page(Experiment.objects.get(), after=None, limit=1)[0].values
    assert values == {
        "eval.good.score": 1,
        "eval.good.label": "yes",
        "eval.good.explanation": "so",
    }


def test_bare_scores_and_labels_are_read_and_nonsense_is_reported(
    dataset, browser_client
):
    rows = runs(
        dataset, {"evaluations": {"a": 0.5, "b": "yes"}}, {"evaluations": "nonsense"}
    )
    address = address_of(
        browser_client, table("json", rows), name="runs.json", dataset=dataset
    )
    query = "&".join(f"{name}={value}" for name, value in choices().items())
    page = text_of(browser_client.get(f"{address}&{query}"))
    assert "Row 2: evaluations is neither a list nor an object" in page
    browser_client.post(address, choices())
    values = queries.runs_page(Experiment.objects.get(), after=None, limit=1)[0].values
    assert (values["eval.a.score"], values["eval.b.label"]) == (0.5, "yes")


def test_an_export_of_runs_comes_back_as_an_experiment(dataset, browser_client):
    first = make.experiment(dataset, score=[1, 0, 0.5], latency=[1, 2, 3])
    url = f"/spaces/acme/experiments/{first.pk}/export.parquet"
    content = b"".join(browser_client.get(url))
    address = address_of(browser_client, content, name="copy.parquet", dataset=dataset)
    browser_client.post(address, choices(error="error"))
    copy = Experiment.objects.get(name="uploaded")
    before, after = (
        [
            (run.example_id, run.output, run.values)
            for run in queries.runs_page(one, after=None, limit=10)
        ]
        for one in (first, copy)
    )
    assert before == after


def test_a_name_that_is_taken_leaves_no_second_experiment(dataset, browser_client):
    make.experiment(dataset, name="uploaded")
    content = table("json", runs(dataset, {}))
    address = address_of(browser_client, content, name="runs.json", dataset=dataset)
    page = text_of(browser_client.post(address, choices()), status=400)
    assert "exists already" in page
    assert Experiment.objects.count() == 1


def test_a_file_that_breaks_half_way_leaves_nothing(dataset, browser_client):
    good = table("jsonl", runs(dataset, {}, {}))
    content = (
        good + b"\n" + b"\n".join([b'{"example_id": "x", "output": "y"}'] * 12_000)
    )
    content += b'\n{"broken": '
    address = address_of(browser_client, content, name="runs.jsonl", dataset=dataset)
    page = text_of(browser_client.post(address, choices()), status=400)
    assert "form" in page
    assert not Experiment.objects.exists()


def test_parts_that_are_not_chosen_are_asked_for(dataset, browser_client):
    content = table("json", runs(dataset, {}))
    address = address_of(browser_client, content, name="runs.json", dataset=dataset)
    page = text_of(browser_client.post(address, choices(output="")), status=400)
    assert "required" in page
    page = text_of(
        browser_client.post(address, choices(output="example_id")), status=400
    )
    assert "same column" in page
