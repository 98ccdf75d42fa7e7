"""A server with the sample in it, and a real browser signed in to it."""

import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import sync_playwright

from tests.clients.running import ROOT, RunningServer

HERE = Path(__file__).parent
PASSWORD = "a-password-for-tests"
CHROMIUM = "/usr/bin/chromium"
# Root needs the first; the others keep the browser from calling home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.page)
            item.add_marker(pytest.mark.timeout(180))
            item.add_marker(pytest.mark.xdist_group("pages"))


@pytest.fixture(scope="session")
def collected(tmp_path_factory):
    """The static files, gathered as an installation gathers them."""
    with FileLock(str(ROOT / ".venv" / "collectstatic.lock")):
        manifest = ROOT / "staticfiles" / "staticfiles.json"
        sources = [path for path in (ROOT / "static").rglob("*") if path.is_file()]
        newest = max(path.stat().st_mtime for path in sources)
        if not manifest.exists() or manifest.stat().st_mtime < newest:
            command = [sys.executable, "manage.py", "collectstatic", "--noinput"]
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


@pytest.fixture(scope="session")
def sample_server(collected, tmp_path_factory):
    running = RunningServer(
        tmp_path_factory.mktemp("pages"),
        EXPERIMENTS_UI_SAMPLE="1",
        EXPERIMENTS_UI_ADMIN_PASSWORD=PASSWORD,
    )
    running.start()
    yield running
    running.stop()
    assert "Traceback" not in running.log


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def session_state(chromium, sample_server):
    """The cookies of the signed-in admin."""
    context = chromium.new_context(base_url=sample_server.url)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/spaces/demo/")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def open_context(chromium, sample_server, session_state):
    """Make browser profiles that are signed in; their errors fail the test."""
    contexts, complaints = [], []

    def make(*, scheme="light", width=1440, height=900, signed_in=True):
        context = chromium.new_context(
            base_url=sample_server.url,
            storage_state=session_state if signed_in else None,
            color_scheme=scheme,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
        )
        context.on(
            "console",
            lambda said: complaints.append(said.text) if said.type == "error" else None,
        )
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def page(open_context):
    return open_context().new_page()


@pytest.fixture(scope="session")
def places(sample_server):
    """The address of every page, with the sample's own numbers."""
    demo = "/spaces/demo"
    compare = f"{demo}/compare/?base=1&with=2&with=3&with=4"
    return {
        "home": f"{demo}/",
        "datasets": f"{demo}/datasets/",
        "examples": f"{demo}/datasets/1/",
        "experiments of a dataset": f"{demo}/datasets/1/?tab=experiments",
        "versions": f"{demo}/datasets/1/?tab=versions",
        "experiments": f"{demo}/experiments/",
        "experiment": f"{demo}/experiments/2/",
        "run": f"{demo}/experiments/2/?row=3",
        "upload": f"{demo}/upload/",
        "compare": compare,
        "compare drawer": f"{compare}&row=7",
        "compare verdict": compare.replace("/?", "/verdict?"),
        "compare slices": compare.replace("/?", "/slices?"),
        "compare json": f"{compare}&diff=json",
        "compare nothing": f"{compare}&filter=a.latency+%3C+0",
        "compare bad filter": f"{compare}&filter=a.latency+%3C",
        "compare charts": f"{demo}/compare/charts?base=1&with=2&with=3&with=4",
        "evaluators": f"{demo}/evaluators/",
        "judge form": f"{demo}/evaluators/new?from=correctness",
        "check form": f"{demo}/evaluators/new?check=SIMILARITY",
        "traces": f"{demo}/traces/",
        "settings": f"{demo}/settings/",
        "style guide": "/styleguide/",
        "not found": f"{demo}/datasets/999999/",
    }
