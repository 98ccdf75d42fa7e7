"""Reviewing a comparison by keyboard alone, and handing its rows to a colleague."""

import re

import pytest

from tests.pages.conftest import PASSWORD
from tests.pages.test_accessibility import violations

COMPARE = "/spaces/demo/compare/?base=1&with=2"
_COLLEAGUE = """
from experiments_ui.accounts.actions import create_user
from experiments_ui.accounts.models import AccountRole
from experiments_ui.spaces.actions import set_role
from experiments_ui.spaces.models import Role, Space
person = create_user(username="colleague", email="colleague@example.org",
                     password={password!r}, account_role=AccountRole.MEMBER)
set_role(Space.objects.get(slug="demo"), user=person, role=Role.MEMBER)
"""


@pytest.fixture(scope="module")
def colleague(sample_server):
    """The name of another member of the space."""
    sample_server.manage("shell", "-c", _COLLEAGUE.format(password=PASSWORD))
    return "colleague"


@pytest.fixture
def colleagues_page(open_context, colleague):
    page = open_context(signed_in=False).new_page()
    page.goto("/sign-in")
    page.get_by_label("Name").fill(colleague)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/spaces/demo/")
    return page


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def shown_rows(page):
    return page.locator(".example-cell .row-link").all_text_contents()


def current(page):
    return page.locator(".chunk .grid-row[aria-current=true]")


def chip_count(page, name):
    tab = page.get_by_role("navigation", name="Rows").get_by_role("link", name=name)
    return int(tab.locator(".tab-count").inner_text().replace(",", ""))


def write_filter(page):
    """Write metadata.language = 'de' with the help of completion."""
    press(page, "/")
    page.keyboard.type("metadata.lan")
    page.get_by_role("option", name=re.compile("metadata.language")).wait_for()
    press(page, "ArrowDown", "Enter")
    page.keyboard.type("= 'd")
    page.get_by_role("option", name=re.compile("'de'")).wait_for()
    press(page, "ArrowDown", "Enter", "Escape", "Enter")
    page.wait_for_url("**filter=metadata.language**")


def save_view(page, name):
    """Save the view and share it; return its link."""
    press(page, "s")
    page.get_by_role("dialog", name="Save view").wait_for()
    page.keyboard.type(name)
    press(page, "Tab", "Space", "Enter")
    page.get_by_role("button", name=f"View: {name}").wait_for()
    press(page, "V")
    link = page.locator("#views-menu a", has_text=name)
    link.wait_for()
    return link.get_attribute("href")


def clear_mark(page):
    press(page, "0")
    current(page).locator(".review-mark").wait_for(state="detached")


def test_a_review_goes_by_keyboard_from_the_third_regression_to_a_colleague(
    page, colleagues_page
):
    page.goto(f"{COMPARE}&sort=position")
    press(page, "r", "r", "r")
    row = current(page)
    assert row.get_attribute("data-regressed") is not None
    position = row.get_attribute("data-row")

    press(page, "Enter")
    page.locator("#drawer h2", has_text=f"#{position}").wait_for()
    assert page.locator("#drawer ins, #drawer del").count()

    before = chip_count(page, "Unreviewed")
    press(page, "1")
    row.locator(".review-mark", has_text="Expected").wait_for()
    assert chip_count(page, "Unreviewed") == before - 1
    assert "left to review" in page.locator("#announcer").inner_text()

    press(page, "Escape")
    write_filter(page)
    mine = shown_rows(page)
    assert mine
    link = save_view(page, "German rows")

    colleagues_page.goto(link)
    assert shown_rows(colleagues_page) == mine
    colleagues_page.get_by_role("button", name="View: German rows").wait_for()


def test_a_row_is_marked_from_the_grid_and_the_mark_is_taken_back(page):
    page.goto(f"{COMPARE}&only=regressed")
    before = chip_count(page, "Unreviewed")
    press(page, "j", "2")
    current(page).locator(".review-mark", has_text="Regression").wait_for()
    assert chip_count(page, "Unreviewed") == before - 1
    assert page.locator("#drawer h2").count() == 0
    clear_mark(page)
    assert chip_count(page, "Unreviewed") == before


def test_the_cursor_goes_on_to_the_next_row_if_so_set(page):
    page.goto(f"{COMPARE}&only=improved")
    press(page, "j", "Enter")
    page.get_by_label("Then go on to the next row").check()
    first = current(page).get_attribute("data-row")
    press(page, "4")
    page.locator(f".grid-row[data-row='{first}'] .review-mark").wait_for()
    page.locator(f".grid-row[aria-current=true]:not([data-row='{first}'])").wait_for()
    press(page, "k")
    page.locator(f"[data-review-box][data-position='{first}']").wait_for()
    page.get_by_label("Then go on to the next row").uncheck()
    clear_mark(page)


def test_the_drawers_button_keeps_the_focus_and_shows_what_was_chosen(page):
    page.goto(f"{COMPARE}&only=improved")
    press(page, "j", "Enter")
    button = page.get_by_role("button", name="Bad reference")
    button.click()
    page.locator("[data-review-box] button[aria-pressed=true]").wait_for()
    assert button.get_attribute("aria-pressed") == "true"
    assert button.evaluate("each => each === document.activeElement")
    clear_mark(page)


def test_rows_that_left_the_list_do_not_make_the_next_chunk_skip_any(page):
    page.goto(f"{COMPARE}&only=unreviewed&sort=position")
    press(page, "j", "1")
    page.locator(".grid-row[data-left]").wait_for()
    page.locator(".sentinel").scroll_into_view_if_needed()
    page.locator(".chunk").nth(1).wait_for(state="attached")
    seen = [int(text[1:]) for text in shown_rows(page)]
    page.goto(f"{COMPARE}&only=unreviewed&sort=position")
    page.locator(".sentinel").scroll_into_view_if_needed()
    page.locator(".chunk").nth(1).wait_for(state="attached")
    anew = [int(text[1:]) for text in shown_rows(page)]
    assert [position for position in anew if position not in seen] in ([], anew[-1:])
    page.goto(f"{COMPARE}&filter=review+%3D+'expected'&sort=position")
    while page.locator(".chunk .review-mark").count():
        press(page, "j")
        clear_mark(page)


def test_a_mistake_in_the_filter_is_shown_at_its_place_and_one_goes_on_there(page):
    page.goto(f"{COMPARE}&filter=b.latency+%3E+%3E+9")
    assert page.locator(".filter-mistake mark").inner_text() == ">"
    caret = page.evaluate(
        "[document.activeElement.name, document.activeElement.selectionStart]"
    )
    assert caret == ["filter", 12]


def test_r_finds_a_regression_behind_the_rows_that_are_loaded(page):
    page.goto(f"{COMPARE}&sort=delta@2&filter=b.latency+%3E+0")
    regressed = chip_count(page, "Regressed")
    page.goto(f"{COMPARE}&sort=-delta@2")
    press(page, "r")
    page.locator(".grid-row[aria-current=true][data-regressed]").wait_for()
    assert regressed


@pytest.mark.parametrize(
    ("scheme", "width", "height"), [("light", 1440, 900), ("dark", 390, 844)]
)
def test_axe_finds_nothing_in_groups_menus_dialogs_and_completions(
    open_context, scheme, width, height
):
    page = open_context(scheme=scheme, width=width, height=height).new_page()
    page.goto(f"{COMPARE}&group=metadata.language&row=7")
    assert page.locator("[data-group]").count()
    assert violations(page) == []
    press(page, "Escape")
    page.goto(f"{COMPARE}&filter=metdata.language+%3D+'de'")
    assert violations(page) == []
    press(page, "/")
    page.keyboard.type(" AND b.")
    page.get_by_role("option").first.wait_for()
    press(page, "ArrowDown")
    assert violations(page) == []
    press(page, "Escape", "Tab", "s")
    page.get_by_role("dialog", name="Save view").wait_for()
    assert violations(page) == []
