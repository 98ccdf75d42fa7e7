"""AI integrations in a browser: made and tried, with and without JavaScript, and by axe."""

import re

import pytest

from tests.fakes.openai_server import FakeOpenAI
from tests.pages.test_accessibility import violations

PLACE = "/spaces/demo/settings/integrations/"
KEY = "sk-of-the-browser-123456"


@pytest.fixture(scope="module")
def provider():
    with FakeOpenAI() as fake:
        yield fake


def make(page, provider, name):
    page.goto(f"{PLACE}new?provider=CUSTOM")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Base URL").fill(provider.base_url)
    page.locator("#id_api_key").fill(KEY)
    page.locator("#id_model_names").fill("small\nlarge")
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url(re.compile(r"/integrations/\d+/$"))


def test_one_is_made_tried_priced_and_deleted(page, provider):
    page.goto("/spaces/demo/settings/")
    page.get_by_role("link", name="AI integrations").click()
    page.wait_for_url(f"**{PLACE}")
    make(page, provider, "Browser")
    assert page.locator("#id_api_key").input_value() == ""
    assert KEY not in page.content()
    page.get_by_role("button", name="Test").click()
    page.get_by_role("note").get_by_text("tokens in and").wait_for()
    page.get_by_role("group", name="Price 1").get_by_label("Input").fill("0.25")
    page.get_by_role("group", name="Price 1").get_by_label("Output").fill("2")
    page.get_by_role("button", name="Save prices").click()
    page.get_by_text("The prices hold").wait_for()
    page.goto(PLACE)
    row = page.get_by_role("row", name="Browser")
    assert "works" in row.inner_text()
    row.get_by_role("link", name="Browser").click()
    page.get_by_role("button", name="Delete this integration").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.wait_for_url(f"**{PLACE}")
    page.get_by_text("is deleted").wait_for()


def test_without_javascript_it_is_made_tried_and_moved(
    chromium, sample_server, session_state, provider
):
    context = chromium.new_context(
        base_url=sample_server.url,
        storage_state=session_state,
        java_script_enabled=False,
    )
    page = context.new_page()
    page.goto(f"{PLACE}new")
    page.get_by_role("link", name="OpenAI-compatible server").click()
    make(page, provider, "Plain")
    page.get_by_role("button", name="Test").click()
    assert "tokens in and" in page.content()
    page.get_by_label("Base URL").fill(f"{provider.base_url}/elsewhere")
    page.get_by_role("button", name="Save", exact=True).click()
    assert "has no key any more" in page.content()
    page.get_by_role("button", name="Delete this integration").click()
    assert page.url.endswith(PLACE)
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_context, provider, scheme):
    width, height = (1440, 900) if scheme == "light" else (390, 844)
    page = open_context(scheme=scheme, width=width, height=height).new_page()
    page.goto(PLACE)
    assert violations(page) == []
    page.goto(f"{PLACE}new")
    assert violations(page) == []
    make(page, provider, f"For axe {scheme}")
    assert violations(page) == []
    page.get_by_role("button", name="Test").click()
    page.wait_for_load_state()
    page.locator("summary").first.click()
    assert violations(page) == []
    page.goto(PLACE)
    assert violations(page) == []
    page.get_by_role("link", name=f"For axe {scheme}").click()
    page.get_by_role("button", name="Delete this integration").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.wait_for_url(f"**{PLACE}")
