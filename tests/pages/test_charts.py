"""Charts are drawn when they come near, in the theme's colours, and open rows."""

import struct

import pytest

from tests.pages.test_accessibility import violations

CHARTS = "/spaces/demo/compare/charts?base=1&with=2"
DRAWN = ".plot-area .main-svg"


def first_plot(page, name="distribution"):
    plot = page.locator(f".plot:has(#chart-{name})")
    plot.scroll_into_view_if_needed()
    plot.locator(DRAWN).first.wait_for()
    return plot


def forbidden(page):
    """Note what the content security policy refuses, from the first moment on."""
    page.add_init_script(
        "window.refused = [];"
        "addEventListener('securitypolicyviolation', (event) =>"
        " window.refused.push(`${event.violatedDirective} ${event.blockedURI}`));"
    )


def test_charts_are_drawn_as_they_come_near_within_the_policy(page):
    forbidden(page)
    page.goto(CHARTS)
    first_plot(page)
    last = page.locator(".plot").last
    assert last.locator(".main-svg").count() == 0
    last.scroll_into_view_if_needed()
    last.locator(DRAWN).first.wait_for()
    assert page.evaluate("window.refused") == []
    assert page.locator("script[src*=plotly]").count() == 1


def test_a_chart_says_what_it_shows_to_those_who_listen(page):
    page.goto(CHARTS)
    area = first_plot(page).locator(".plot-area")
    assert area.get_attribute("role") == "img"
    assert "mean" in area.get_attribute("aria-label")


def test_a_click_on_a_bar_opens_its_rows(page):
    page.goto(CHARTS)
    plot = first_plot(page, "changes")
    plot.locator(".trace.bars .point").first.click(force=True)
    page.wait_for_url("**/compare/?**filter=b.**")
    assert page.locator(".chunk .grid-row").count() > 0
    page.go_back()
    page.wait_for_url("**/charts?**")


def test_a_click_on_a_point_opens_its_row(page):
    page.goto(f"{CHARTS}&score=latency")
    plot = first_plot(page, "pairs")
    box = plot.locator(".scatterlayer .point").last.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**row=**")
    page.locator("#drawer h2").wait_for()


def test_the_table_has_the_same_links_by_keyboard(page):
    page.goto(CHARTS)
    plot = first_plot(page, "changes")
    plot.locator("summary").focus()
    page.keyboard.press("Enter")
    plot.locator("td a").first.wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare/?**filter=**")


def test_the_legend_hides_and_shows_by_keyboard(page):
    page.goto(CHARTS)
    plot = first_plot(page)
    key = plot.locator(".plot-key").first
    key.focus()
    bars = plot.locator(".trace.bars")
    assert bars.count() == 2
    page.keyboard.press("Enter")
    assert key.get_attribute("aria-pressed") == "false"
    page.wait_for_function(
        "(one) => one.querySelectorAll('.trace.bars').length === 1",
        arg=plot.element_handle(),
    )


def test_the_theme_repaints_charts(page):
    page.goto(CHARTS)
    plot = first_plot(page)
    label = plot.locator(".xtitle")
    before = label.evaluate("(one) => getComputedStyle(one).fill")
    page.keyboard.press("t")
    page.wait_for_function(
        "([one, before]) => getComputedStyle("
        "one.querySelector('.xtitle')).fill !== before",
        arg=[plot.element_handle(), before],
    )


def test_a_chart_is_saved_as_a_picture_within_the_policy(page):
    forbidden(page)
    page.goto(CHARTS)
    plot = first_plot(page)
    with page.expect_download() as saved:
        plot.get_by_role("button", name="PNG").click()
    content = saved.value.path().read_bytes()
    assert content.startswith(b"\x89PNG")
    assert struct.unpack(">II", content[16:24]) == (2240, 1260)
    assert saved.value.suggested_filename == "distribution-of-label-match.png"
    assert page.evaluate("window.refused") == []


def test_a_chart_fits_its_place_after_the_window_changes(page):
    page.goto(CHARTS)
    plot = first_plot(page)
    page.set_viewport_size({"width": 700, "height": 900})
    page.wait_for_function(
        "(one) => one.querySelector('.main-svg').clientWidth"
        " === one.querySelector('.plot-area').clientWidth",
        arg=plot.element_handle(),
    )
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 700


def test_a_chart_that_fails_says_so_and_can_be_tried_again(
    chromium, sample_server, session_state
):
    # A profile of its own: the browser reports the failed request as an error.
    context = chromium.new_context(
        base_url=sample_server.url, storage_state=session_state
    )
    page = context.new_page()
    page.route("**/charts/distribution?**", lambda route: route.abort(), times=1)
    page.goto(CHARTS)
    plot = page.locator(".plot:has(#chart-distribution)")
    plot.get_by_role("button", name="Try again").click()
    plot.locator(DRAWN).first.wait_for()
    context.close()


@pytest.mark.parametrize(
    ("scheme", "width", "height"), [("light", 1440, 900), ("dark", 390, 844)]
)
def test_axe_finds_nothing_on_drawn_charts(open_context, scheme, width, height):
    page = open_context(scheme=scheme, width=width, height=height).new_page()
    page.goto(f"{CHARTS}&score=latency")
    for plot in page.locator(".plot").all():
        plot.scroll_into_view_if_needed()
        plot.locator(DRAWN).first.wait_for()
        plot.locator("summary").click()
    assert violations(page) == []
