"""The filter box knows names and values, and shows where a filter cannot be read."""

import pytest

from experiments_ui.compare.filters.conditions import both, equals, quoted
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def experiments(space):
    rows = [
        {"input": f"question {i}", "metadata": {"lang": "de" if i % 2 else "fr"}}
        for i in range(6)
    ]
    rows[0]["odd name"] = 1
    dataset = make.dataset(space, rows=rows)
    return [
        make.experiment(dataset, name="base", score=[1.0] * 6, label=["yes", "no"] * 3),
        make.experiment(dataset, name="candidate", latency=[10.0] * 6),
    ]


@pytest.fixture
def get(browser_client, space, experiments):
    def answer(path="", **query):
        base, *others = (one.pk for one in experiments)
        return browser_client.get(
            f"/spaces/{space.slug}/compare/{path}",
            query_params={"base": base, "with": others, **query},
        )

    return answer


def names(answer):
    return {one["text"]: one for one in answer.json()["names"]}


def test_completion_knows_examples_nested_keys_runs_and_reviews(get):
    known = names(get("names"))
    for name in (
        "input",
        "metadata.lang",
        '"odd name"',
        "a.eval.correct.score",
        "b.latency",
        "b.output",
        "review",
        "b.review",
    ):
        assert name in known
    assert "a.review" not in known
    assert not [name for name in known if ":" in name]


def test_completion_knows_the_values_of_labels(get):
    known = names(get("names"))
    assert set(known["metadata.lang"]["values"]) == {"'de'", "'fr'"}
    assert set(known["a.eval.correct.label"]["values"]) == {"'yes'", "'no'"}
    assert "'expected'" in known["review"]["values"]


def test_completion_may_be_kept_by_the_browser(get):
    assert "max-age" in get("names")["Cache-Control"]


def test_every_completed_name_can_be_read(get):
    for name in names(get("names")):
        answer = get(filter=f"{name} IS NULL")
        assert answer.context["mistake"] is None
        assert list(answer.context["strangers"]()) == []


@pytest.mark.parametrize(
    ("text", "before", "at"),
    [
        ("b.latency > ", "b.latency >", " "),
        ("b.latency = = 3", "b.latency = ", "="),
        ("metadata.lang = 'de", "metadata.lang = ", "'"),
        ("§ = 1", "", "§"),
    ],
)
def test_a_mistake_is_shown_where_it_is(get, text, before, at):
    answer = get(filter=text)
    mistake = answer.context["mistake"]
    assert (mistake.before, mistake.at) == (before, at)
    assert mistake.caret == len(before)
    content = answer.content.decode()
    assert "The filter was not applied" in content
    assert f'data-caret="{len(before)}"' in content


def test_a_mistake_in_a_long_filter_shows_what_stands_around_it(get):
    text = " AND ".join(["b.latency > 1"] * 40) + " AND AND x = 1"
    mistake = get(filter=text).context["mistake"]
    assert mistake.before.startswith("…")
    assert len(mistake.before) < 200
    assert mistake.at == "A"


def test_what_a_user_wrote_is_escaped_in_a_mistake(get):
    content = get(filter="<img src=x> = ").content.decode()
    assert "<img src=x>" not in content


def test_a_name_that_nothing_has_is_told_with_the_one_meant(get):
    content = " ".join(get(filter="metdata.lang = 'de'").content.decode().split())
    assert (
        "Nothing is called <code>metdata.lang</code>: it counts as missing." in content
    )
    assert "Did you mean <code>metadata.lang</code>?" in content


def test_a_strange_name_is_told_without_a_guess(get):
    (stranger,) = get(filter="zzzzzz = 1").context["strangers"]()
    assert stranger.meant == ""


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("metadata.lang", "metadata.lang"),
        ("odd name", '"odd name"'),
        ("metadata.odd name", 'metadata."odd name"'),
        ('say "hi"', '"say ""hi"""'),
        ("and", '"and"'),
        ("2nd", '"2nd"'),
    ],
)
def test_names_are_written_so_that_they_can_be_read(name, written):
    assert quoted(name) == written


def test_conditions_are_written_by_the_type_of_the_value():
    assert equals("n", 3.0) == "n = 3"
    assert equals("ok", value=True) == "ok = TRUE"
    assert equals("text", "it's") == "text = 'it''s'"
    assert equals("text", None) == "text IS NULL"


def test_an_alternative_keeps_together_when_a_condition_is_added():
    assert both("", "x = 1") == "x = 1"
    assert both("a = 1 OR b = 2", "x = 1") == "(a = 1 OR b = 2) AND x = 1"
