"""Evaluators in a browser: a check is tried as one types, saved, changed and compared."""

import re

from tests.pages.test_accessibility import violations

NEW = "/spaces/demo/evaluators/new"


def test_a_check_is_tried_while_typing_then_saved_changed_and_compared(page):
    page.goto("/spaces/demo/evaluators/new")
    page.get_by_role("link", name=re.compile("^Similarity")).press("Enter")
    page.get_by_label("Sample value").fill("kitten")
    page.get_by_label("Sample of what is expected").fill("kitten")
    page.get_by_text("100.0% alike").wait_for()
    page.get_by_label("Sample of what is expected").fill("mitten")
    page.locator("#attempt").get_by_text("83.3% alike").wait_for()
    page.get_by_label("Pass from").fill("2")
    page.locator("#attempt").get_by_text("cannot run").wait_for()
    page.get_by_label("Pass from").fill("0.9")
    page.locator("#attempt").get_by_text("fail").wait_for()

    page.get_by_label("Name").fill("tried in a browser")
    page.get_by_label("What changed").press("Enter")
    page.get_by_role("heading", name="tried in a browser").wait_for()
    page.keyboard.press("e")
    page.get_by_label("Pass from").fill("0.5")
    page.get_by_label("What changed").fill("more may pass")
    page.get_by_role("button", name="Save version").click()
    page.get_by_role("link", name="Compare v2 with v1").click()
    page.get_by_role("heading", name="From v1 to v2").wait_for()
    assert page.locator(".difference del").inner_text().count("0.9") == 1
    assert violations(page) == []


def test_a_try_by_the_keyboard_leaves_the_form_as_it_is(page):
    page.goto(f"{NEW}?check=LENGTH")
    page.get_by_label("Sample value").fill("one two")
    page.get_by_role("button", name="Try").press("Enter")
    page.locator("#attempt").get_by_text("7 characters.").wait_for()
    assert page.url.endswith("check=LENGTH")
    assert page.get_by_label("Sample value").input_value() == "one two"
