"""Comparing by keyboard, in a real browser."""

COMPARE = "/spaces/demo/compare/?base=1&with=2"


def test_j_and_k_move_enter_opens_and_escape_closes(page):
    page.goto(COMPARE)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    rows = page.locator(".chunk .grid-row")
    assert rows.first.get_attribute("aria-current") == "true"
    page.keyboard.press("Enter")
    page.locator("#drawer h2").wait_for()
    assert "row=" in page.url
    page.keyboard.press("j")
    page.locator(".chunk .grid-row:nth-child(2)[aria-current=true]").wait_for()
    page.keyboard.press("Escape")
    page.locator("#drawer h2").wait_for(state="detached")
    assert "row=" not in page.url


def test_r_jumps_to_the_next_regression(page):
    page.goto(f"{COMPARE}&sort=position")
    page.keyboard.press("r")
    current = page.locator(".grid-row[aria-current=true]")
    assert current.get_attribute("data-regressed") is not None


def test_d_changes_how_differences_show_and_the_address_says_so(page):
    page.goto(COMPARE)
    for mode in ("full", "json", "expected", "plain"):
        page.keyboard.press("d")
        page.wait_for_url(f"**diff={mode}**")
    assert page.locator(".chunk ins").count() == 0


def test_w_and_i_say_what_counts_as_a_difference_and_the_open_row_stays(page):
    page.goto(COMPARE)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator("#drawer h2").wait_for()
    row = page.locator("#drawer h2").text_content()
    page.keyboard.press("w")
    page.wait_for_url("**blanks=count**")
    page.keyboard.press("i")
    page.wait_for_url("**case=fold**")
    assert "blanks=count" in page.url
    assert page.locator("#drawer h2").text_content() == row
    page.keyboard.press("w")
    page.wait_for_url(lambda url: "blanks" not in url)


def test_b_makes_the_column_under_the_cursor_the_baseline(page):
    page.goto(COMPARE)
    page.keyboard.press("j")
    page.keyboard.press("l")
    page.keyboard.press("l")
    page.keyboard.press("b")
    page.wait_for_url("**base=2&with=1**")


def test_scrolling_fetches_more_rows_and_back_returns_to_the_page_before(page):
    page.goto(f"{COMPARE}&sort=position")
    assert page.locator(".chunk").count() == 1
    page.locator(".sentinel").scroll_into_view_if_needed()
    page.locator(".chunk").nth(1).wait_for(state="attached")
    page.get_by_role("link", name="Regressed").click()
    page.wait_for_url("**only=regressed**")
    page.go_back()
    assert "only=" not in page.url


def test_a_link_shows_the_same_rows_in_another_profile(open_context):
    address = f"{COMPARE}&only=regressed&filter=metadata.language+%3D+%27de%27"
    seen = []
    for _ in range(2):
        page = open_context().new_page()
        page.goto(address)
        seen.append(page.locator(".row-link").all_text_contents())
    assert seen[0]
    assert seen[0] == seen[1]


def test_two_ticked_experiments_are_compared(page):
    page.goto("/spaces/demo/datasets/1/?tab=experiments")
    boxes = page.locator("tbody input[type=checkbox]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("link", name="Compare").first.click()
    page.wait_for_url("**/compare/**")
    assert page.locator(".grid-head .head-title").count() == 2
