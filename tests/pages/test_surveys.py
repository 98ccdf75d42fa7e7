"""Questions about all rows show that they are under way, then their answer."""

import re

from playwright.sync_api import expect


def test_the_place_of_slices_asks_waits_and_shows_its_answer(page, places):
    page.goto(places["compare slices"] + "&score=latency")
    survey = page.locator(".survey")
    expect(survey.locator("summary").last).to_contain_text("looked at", timeout=60_000)
    expect(page.locator("[data-poll]")).to_have_count(0)
    page.get_by_role("link", name="Better").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("get better?")
    expect(survey.locator("summary").last).to_contain_text("looked at", timeout=60_000)


def test_rows_as_json_count_their_paths(page, places):
    page.goto(places["compare json"])
    strip = page.get_by_role("navigation", name="JSON paths that differ")
    rows = strip.locator(".path-strip-row")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text(re.compile("no JSON|No JSON"), timeout=60_000)
    expect(page.locator("[data-poll]")).to_have_count(0, timeout=60_000)
