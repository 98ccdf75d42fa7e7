"""The page of classes: what it shows before and after it is told how to read runs."""

import pytest

from experiments_ui.compare.models import ClassificationSettings
from experiments_ui.spaces.models import Role
from tests import make

pytestmark = pytest.mark.django_db

SENT = {"truth": "label", "source": "output", "folds_blanks": "on"}


@pytest.fixture
def dataset(space):
    rows = [{"input": f"q {i}", "label": "ab"[i % 2]} for i in range(20)]
    return make.dataset(space, rows=rows)


@pytest.fixture
def experiments(dataset):
    ids = make.example_ids(dataset)
    said = ["ab"[i % 2] if i % 5 else "<b>no</b>" for i in range(20)]
    rows = [{"example_id": i, "output": o} for i, o in zip(ids, said, strict=True)]
    return [
        make.experiment(dataset, name="one", rows=rows),
        make.experiment(dataset, name="two", rows=[{**r, "output": "a"} for r in rows]),
    ]


@pytest.fixture
def url(space, experiments):
    first, second = experiments

    def of(part=""):
        return f"/spaces/{space.slug}/compare/classes{part}?base={first.pk}&with={second.pk}"

    return of


def body(answer):
    assert answer.status_code == 200, answer.content[:500]
    return " ".join(answer.content.decode().split())


def test_without_settings_the_page_offers_a_guess_with_its_preview(browser_client, url):
    text = body(browser_client.get(url()))
    assert "Read these runs as classifications" in text
    assert '<option value="label" selected>' in text
    assert '<b class="number">16</b> right' in text
    assert '<b class="number">4</b> unknown label' in text
    assert "&lt;b&gt;no&lt;/b&gt;" in text
    assert "<b>no</b>" not in text
    assert not ClassificationSettings.objects.exists()


def test_using_the_guess_shows_the_figures(browser_client, url):
    answer = browser_client.post(url("/settings"), SENT, follow=True)
    text = body(answer)
    assert "Confusion matrix" in text
    assert '<span class="figure-value">0.800</span>' in text
    assert "Changed labels" in text


def test_a_preview_saves_nothing_and_names_errors_by_field(browser_client, url):
    text = body(browser_client.post(url("/preview"), SENT | {"folds_case": "on"}))
    assert '<b class="number">16</b> right' in text
    wrong = SENT | {"source": "pattern", "pattern": "("}
    assert "Regular expression: The pattern" in body(
        browser_client.post(url("/preview"), wrong)
    )
    assert not ClassificationSettings.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"truth": ""}, "Choose the column that holds the true class."),
        ({"source": "path", "path": "a..b"}, "The path cannot be read"),
        ({"source": "pattern", "pattern": "(a)(b)"}, "2 groups"),
        ({"source": "column", "column": ""}, "Name the column"),
        ({"aliases": "one = two\nthree"}, "Line 2 is not written as"),
    ],
)
def test_wrong_settings_are_refused_beside_their_field(
    browser_client, url, changes, words
):
    text = body(browser_client.post(url("/settings"), SENT | changes))
    assert words in text
    assert not ClassificationSettings.objects.exists()


def test_aliases_are_kept_as_they_were_written(browser_client, url):
    browser_client.post(url("/settings"), SENT | {"aliases": "<b>no</b> = a\n a=b = a"})
    kept = ClassificationSettings.objects.get().aliases
    assert kept == [["<b>no</b>", "a"], ["a=b", "a"]]
    assert "a=b = a" in body(browser_client.get(url("/settings")))


def test_settings_can_be_taken_back(browser_client, url):
    browser_client.post(url("/settings"), SENT)
    browser_client.post(url("/clear"), follow=True)
    assert not ClassificationSettings.objects.exists()


def test_readers_see_the_classes_and_cannot_set_them(client, space, url):
    client.force_login(make.member(space, role=Role.READ_ONLY))
    assert "Members of this space may save" in body(client.get(url()))
    assert client.post(url("/settings"), SENT).status_code == 403
    assert client.post(url("/clear")).status_code == 403


def test_a_stranger_finds_nothing(client, url):
    client.force_login(make.user())
    assert client.get(url()).status_code == 404


def test_labels_are_escaped_in_the_matrix(browser_client, url):
    browser_client.post(url("/settings"), SENT | {"aliases": "b = <img src=x>"})
    text = body(browser_client.get(url()))
    assert "<img src=x>" not in text
    assert "&lt;img src=x&gt;" in text


@pytest.mark.parametrize(
    "more",
    [
        "&matrix=changes",
        "&order=name",
        "&order=support",
        "&order=errors",
        "&by=-delta",
        "&by=name",
        "&classes=all",
        "&classes=worst",
        "&class=a",
        "&class=nothing",
        "&beta=0.5",
        "&filter=input%20IS%20NULL",
        "&filter=(",
    ],
)
def test_every_look_has_a_page(browser_client, url, more):
    browser_client.post(url("/settings"), SENT)
    body(browser_client.get(url() + more))


@pytest.mark.parametrize("more", ["&order=x", "&focus=999", "&beta=7", "&classes=few"])
def test_an_unknown_look_is_refused(browser_client, url, more):
    browser_client.post(url("/settings"), SENT)
    assert browser_client.get(url() + more).status_code == 422


def test_a_column_that_is_gone_leaves_figures_undefined(browser_client, url):
    browser_client.post(url("/settings"), SENT)
    ClassificationSettings.objects.update(truth="gone")
    text = body(browser_client.get(url()))
    assert "undefined" in text
    assert "No row in this scope has a true class." in text


def test_too_many_classes_are_refused_with_a_way_out(space, browser_client):
    rows = [{"input": str(i), "label": f"l{i}"} for i in range(1_001)]
    dataset = make.dataset(space, name="wide", rows=rows)
    only = make.experiment(
        dataset, rows=[{"example_id": make.example_ids(dataset)[0], "output": "l1"}]
    )
    address = f"/spaces/{space.slug}/compare/classes?base={only.pk}"
    browser_client.post(address.replace("classes?", "classes/settings?"), SENT)
    text = body(browser_client.get(address))
    assert "1,001 classes" in text
    assert "Open the settings" in text


def test_charts_answer_by_their_content(space, browser_client):
    rows = [{"input": str(i), "label": "ab"[i % 2]} for i in range(10)]
    dataset = make.dataset(space, name="scored", rows=rows)
    only = make.experiment(dataset, chance=[i / 10 for i in range(10)])
    address = f"/spaces/{space.slug}/compare/classes{{}}?base={only.pk}"
    sent = SENT | {"positive": "b", "score": "chance"}
    browser_client.post(address.format("/settings"), sent)
    for name in ("roc", "precision-recall", "calibration"):
        answer = browser_client.get(address.format(f"/charts/{name}"))
        assert answer.json()["data"]
        again = browser_client.get(
            address.format(f"/charts/{name}"),
            headers={"if-none-match": answer["ETag"]},
        )
        assert again.status_code == 304
    assert browser_client.get(address.format("/charts/pie")).status_code == 404
    shown = body(browser_client.get(address.format("/threshold") + "&threshold=0.35"))
    assert 'at least <b class="number">0.35</b>' in shown
    assert "Scores" in body(browser_client.get(address.format("")))


def test_what_takes_long_is_worked_out_over_several_requests(
    browser_client, url, monkeypatch
):
    browser_client.post(url("/settings"), SENT)
    monkeypatch.setattr("experiments_ui.compare.views.classes._SECONDS", -1)
    assert "data-poll" in body(browser_client.get(url()))
    polls = {"hx-request": "true"}
    assert "<progress" in body(browser_client.get(url(), headers=polls))
    # What was worked out is kept, and nobody is sent around for ever.
    patient = browser_client.get(url() + "&tries=30", headers=polls)
    assert patient["HX-Refresh"] == "true"
    monkeypatch.undo()
    assert "Confusion matrix" in body(browser_client.get(url()))


def test_the_filter_box_completes_the_names_of_classes(browser_client, url):
    names = url().replace("/classes?", "/names?")
    before = {one["name"] for one in browser_client.get(names).json()["names"]}
    assert not before & {"truth", "b.prediction"}
    browser_client.post(url("/settings"), SENT)
    found = {one["name"]: one for one in browser_client.get(names).json()["names"]}
    assert found["truth"]["values"] == ["'a'", "'b'"]
    assert found["b.prediction"]["of"] == "b: two"
    assert "'no prediction'" in found["a.outcome"]["values"]


def test_a_column_named_for_predictions_is_guessed(space, browser_client, dataset):
    said = ["ab"[i % 2] for i in range(20)]
    made = make.experiment(dataset, name="named", predicted_label=said)
    text = body(
        browser_client.get(f"/spaces/{space.slug}/compare/classes?base={made.pk}")
    )
    assert '<option value="predicted_label" selected>' in text
    assert '<b class="number">20</b> right' in text


@pytest.mark.parametrize("text", ["nan", "inf", "abc", "1e400", "²"])
def test_a_threshold_that_is_no_number_is_named_in_the_refusal(
    browser_client, url, text
):
    browser_client.post(url("/settings"), SENT)
    answer = browser_client.get(f"{url()}&threshold={text}")
    assert answer.status_code == 422
    named = f"The threshold &#x27;{text}&#x27; is no number."
    assert named in answer.content.decode()
    assert browser_client.get(f"{url()}&threshold=").status_code == 200
