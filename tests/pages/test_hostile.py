"""Outputs made to break the page: they show as text, and nothing else happens."""

import json
from typing import get_args

import pytest

from experiments_ui.compare.selection import DiffMode
from tests.clients.rest import Rest

SCRIPT = "<script>document.title = 'broken'; alert(1)</script>"
# Each pair is what the baseline and what the candidate answered.
OUTPUTS = {
    "script": ("The same words here", f"The same {SCRIPT} here"),
    "style": ("plain", "</style><style>body { display: none }</style>plain"),
    "markup": ("a b", "</div></div><img src=x onerror=alert(1)><iframe>"),
    "attribute": ('say "a"', '" onmouseover="alert(1)" x="'),
    "direction": ("pay 100 to me", "pay \u202e001\u2066 to \u2067 me \u202d"),
    "controls": ("a\tb", "a\x07\x1b[31mb\x7f\x85\u2028\ufeff"),
    "accents": ("stacked", "s" + "\u0301\u0489" * 3_000),
    "one word": ("x" * 300_000, "x" * 299_000 + "y" * 1_000),
    "json": (
        json.dumps({"a": 1, SCRIPT: "x" * 5_000}),
        json.dumps({"a": f"</li></ul>{SCRIPT}", "\u202e": SCRIPT}),
    ),
    "two symbols": (". , " * 25_000, ", , . " * 17_000),
    "many words": (
        " ".join(f"a{n}" for n in range(14_000)),
        " ".join(f"b{n}" for n in range(14_000)),
    ),
}
IN_CELLS = {"DIV", "SPAN", "INS", "DEL", "A", "UL", "LI", "I", "B"}
IN_PANES = {"INS", "DEL", "I", "LI", "SPAN", "DETAILS", "SUMMARY"}
SEEN = """([places, hidden]) => {
  const found = [...document.querySelectorAll(places)];
  const elements = found.flatMap((one) => [...one.querySelectorAll("*")]);
  return {
    names: [...new Set(elements.map((one) => one.tagName))],
    attributes: [...new Set(elements.flatMap((one) => one.getAttributeNames()))],
    hidden: found.filter((one) => new RegExp(hidden, "u").test(one.textContent)).length,
    count: found.length,
  };
}"""
HIDDEN = "[\\u0000\\u0007\\u001b\\u202a-\\u202e\\u2066-\\u2069\\ufeff]"
WIDTHS = """() => ({
  columns: [...document.querySelectorAll(".head-cell")].map((one) => one.offsetWidth),
  rows: [...new Set([...document.querySelectorAll(".chunk .grid-row")].map(
    (row) => [...row.children].map((one) => one.offsetWidth).join()))],
  heights: Math.max(...[...document.querySelectorAll(".cell")].map(
    (one) => one.offsetHeight)),
  page: document.documentElement.scrollWidth - window.innerWidth,
})"""


@pytest.fixture(scope="module")
def hostile(sample_server):
    """The address of a comparison of such outputs."""
    rest = Rest(sample_server.url, sample_server.exported["ARIZE_API_KEY"])
    examples = [
        {"input": f"{name} {SCRIPT} \u202e", "expected": f"<b>{name}</b>"}
        for name in OUTPUTS
    ]
    space = rest.get("/spaces").body["spaces"][0]["id"]
    dataset = rest.post(
        "/datasets", {"space_id": space, "name": "hostile", "examples": examples}
    ).body
    found = rest.get(f"/datasets/{dataset['id']}/examples", limit=50).body["examples"]
    ids = {one["input"].split(f" {SCRIPT}")[0]: one["id"] for one in found}
    for side in (0, 1):
        runs = [
            {"example_id": ids[name], "output": pair[side]}
            for name, pair in OUTPUTS.items()
        ]
        body = {
            "dataset_id": dataset["id"],
            "name": f"side {side}",
            "experiment_runs": runs,
        }
        assert rest.post("/experiments", body).status == 201
    return "hostile"


@pytest.fixture
def address(hostile, page):
    page.goto("/spaces/demo/datasets/")
    page.get_by_role("link", name=hostile).first.click()
    page.goto(f"{page.url.split('?')[0]}?tab=experiments")
    boxes = page.locator("tbody input[type=checkbox]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("link", name="Compare").first.click()
    page.wait_for_url("**/compare/**")
    return page.url


@pytest.mark.parametrize("mode", get_args(DiffMode))
def test_no_output_acts_or_widens_the_grid_or_leaves_its_cell(page, address, mode):
    dialogs = []
    page.on("dialog", lambda one: (dialogs.append(one.message), one.dismiss()))
    page.goto(f"{address}&diff={mode}&sort=position&blanks=count")

    seen = page.evaluate(SEEN, [".chunk .cell, .chunk .example-cell", HIDDEN])
    assert seen["count"] == 3 * len(OUTPUTS)
    assert set(seen["names"]) <= IN_CELLS
    assert not [name for name in seen["attributes"] if name.startswith("on")]
    assert seen["hidden"] == 0
    shape = page.evaluate(WIDTHS)
    assert shape["rows"] == [",".join(map(str, shape["columns"]))]
    assert shape["heights"] < 400
    assert shape["page"] == 0

    for row in range(len(OUTPUTS)):
        page.locator(".chunk .row-link:not(.cell-more)").nth(row).click()
        page.locator("#drawer h2", has_text=f"#{row}").wait_for()
        panes = page.evaluate(
            SEEN, ["#drawer .diff-pane, #drawer .drawer-section > .paths", HIDDEN]
        )
        assert set(panes["names"]) <= IN_PANES
        assert panes["hidden"] == 0
        drawer = "one => one.scrollWidth - one.clientWidth"
        assert page.locator("#drawer").evaluate(drawer) <= 0
    assert not dialogs
    assert "broken" not in page.title()


def test_the_drawer_says_that_it_could_not_compare_by_word(page, address):
    page.goto(f"{address}&sort=position&row={list(OUTPUTS).index('two symbols')}")
    page.get_by_text("Too much to compare word by word").wait_for()
