"""A classification of 77 classes is read, clicked into and compared in a browser."""

import re

import pytest

from experiments_ui import ids
from tests import intents
from tests.clients.rest import Rest
from tests.pages.test_accessibility import violations

CELLS = ".confusion tbody td:not(.total)"


@pytest.fixture(scope="session")
def banking(sample_server):
    """The numbers of two experiments on 77 banking intents."""
    rest = Rest(sample_server.url, sample_server.new_key("classes"))
    space = rest.get("/spaces", name="demo").body["spaces"][0]["id"]
    rows = intents.rows(6)
    made = rest.post(
        "/datasets", {"space_id": space, "name": "banking intents", "examples": rows}
    )
    dataset = made.body["id"]
    found, cursor = [], {}
    while True:
        body = {"limit": 100} | cursor
        page = rest.post(f"/datasets/{dataset}/examples/search", body).body
        found += page["examples"]
        if not page["pagination"]["has_more"]:
            break
        cursor = {"cursor": page["pagination"]["next_cursor"]}
    numbers = []
    for name, right, seed in (("small model", 0.75, 1), ("large model", 0.9, 2)):
        said = intents.predictions(found, right=right, seed=seed)
        chance = [
            0.9 if one == row["intent"] else 0.2
            for one, row in zip(said, found, strict=True)
        ]
        runs = [
            {"example_id": row["id"], "output": one, "sure": sure}
            for row, one, sure in zip(found, said, chance, strict=True)
        ]
        body = {"name": name, "dataset_id": dataset, "experiment_runs": runs}
        answer = rest.post("/experiments", body)
        assert answer.status == 201, answer.body
        numbers.append(ids.decode("Experiment", answer.body["id"]))
    return numbers


@pytest.fixture
def place(banking, page):
    """The place of classes with its settings saved by the form's own guess."""
    first, second = banking
    url = f"/spaces/demo/compare/classes?base={first}&with={second}"
    page.goto(url)
    use = page.get_by_role("button", name="Use these")
    if use.count():
        page.locator(".preview-counts").wait_for()
        use.click()
        page.locator(".confusion").wait_for()
    return url


def readout(page):
    return page.locator("[data-confusion-readout]").inner_text()


def test_77_classes_are_read_clicked_and_compared(page, place):
    page.goto(place)
    assert page.get_by_role("link", name="All 77").count() == 1
    assert page.locator(".confusion tbody tr").count() == 16
    page.get_by_role("link", name="All 77").click()
    page.locator(".confusion tbody tr").nth(76).wait_for(state="attached")
    cell = page.locator(".confusion td.w.q9").first
    cell.scroll_into_view_if_needed()
    cell.hover()
    said = re.fullmatch(r"(.+) → (.+): (\d+) rows? \(.+ % of 6\)", readout(page))
    cell.get_by_role("link").click()
    page.wait_for_url("**/compare/?**")
    shown = page.locator(".chunk .grid-row")
    assert shown.count() == int(said[3])
    where = page.get_by_label("Filter rows").input_value()
    assert where == f"truth = '{said[1]}' AND b.prediction = '{said[2]}'"
    page.go_back()
    page.get_by_role("button", name="large model").click()
    page.get_by_role("link", name="Changes: large model").click()
    page.get_by_role("heading", name="Changes of the confusion matrix").wait_for()
    assert page.locator(".confusion td.g").count() > 0
    assert page.locator(".verdict", has_text="better").count() == 1


def test_arrow_keys_go_from_cell_to_cell(page, place):
    page.goto(place)
    first = page.locator(f"{CELLS} a").first
    first.focus()
    said = readout(page)
    for key in ("ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
        assert readout(page) != said
        said = readout(page)
    assert page.locator(f"{CELLS}:focus-within, {CELLS}:focus").count() == 1
    assert page.locator(".confusion tbody [tabindex='0']").count() == 1
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare/?**filter=**")


def test_a_cell_of_a_very_full_matrix_gets_its_address_when_looked_at(page, place):
    page.goto(place)
    page.evaluate(
        """() => {
          const table = document.querySelector("[data-confusion]");
          table.dataset.rows = "/spaces/?filter=";
          for (const line of table.tBodies[0].rows) line.dataset.way = "down";
          for (const head of table.tHead.rows[0].cells) head.dataset.way = "+across";
          for (const link of table.querySelectorAll("td > a")) link.removeAttribute("href");
        }"""
    )
    link = page.locator(f"{CELLS} > a").first
    link.hover()
    assert link.get_attribute("href") == "/spaces/?filter=down+across"


def test_a_class_is_found_with_what_it_is_confused_with(page, place):
    page.goto(place)
    page.get_by_label("Class", exact=True).fill("card_declined")
    page.keyboard.press("Enter")
    page.wait_for_url("**class=card_declined**")
    assert page.locator(".confusion tbody th", has_text="card_declined").count() >= 1
    assert page.locator(".confusion tbody tr").count() < 17


def test_the_preview_follows_the_form_and_saves_nothing(page, place):
    page.goto(place.replace("/classes?", "/classes/settings?"))
    before = page.locator(".preview-counts").inner_text()
    page.get_by_label("Prediction").select_option("pattern")
    page.get_by_label("Regular expression").fill("(")
    page.locator("#class-preview .field-error").wait_for()
    page.get_by_label("Regular expression").fill("(nothing like it)")
    page.locator(".preview-counts", has_text="462 no prediction").or_(
        page.locator(".preview-counts li:not(.faint)", has_text="no prediction")
    ).first.wait_for()
    assert page.locator(".preview-counts").inner_text() != before
    page.goto(place)
    assert page.locator(".confusion").count() == 1


def test_the_threshold_moves_by_keyboard(page, place):
    page.goto(place.replace("/classes?", "/classes/settings?"))
    page.locator("#id_positive").fill("card_declined")
    page.get_by_label("Score of the positive class").select_option("sure")
    page.get_by_role("button", name="Use these").click()
    slider = page.get_by_role("slider", name="Threshold")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.locator("#threshold-figures b", has_text="0.51").wait_for()
    plot = page.locator(".plot:has(#chart-roc)")
    plot.scroll_into_view_if_needed()
    plot.locator(".main-svg").first.wait_for()


def test_axe_finds_nothing_on_classes(open_context, page, place):
    for scheme, width, height in (("light", 1440, 900), ("dark", 390, 844)):
        seen = open_context(scheme=scheme, width=width, height=height).new_page()
        for more in ("", "&matrix=changes", "&class=card_declined"):
            seen.goto(place + more)
            assert violations(seen) == []
        seen.goto(place.replace("/classes?", "/classes/settings?"))
        assert violations(seen) == []
