"""A running server, and the real clients pointed at it."""

import os
import uuid
from pathlib import Path

import pytest

from tests.clients import node
from tests.clients.forking import Forker
from tests.clients.rest import Rest
from tests.clients.running import RunningServer
from tests.clients.web import Visitor

HERE = Path(__file__).parent
PROFILE = (HERE / "profile.toml").read_text()


# What takes longest begins first, so that no worker is left with it at the end.
LONGEST = ["test_readme.py", "test_server_life.py", "test_experiment_runs_python.py"]


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.client)
            item.add_marker(pytest.mark.timeout(180))
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One server for all tests of a worker; it must end cleanly, with a clean log."""
    running = RunningServer(tmp_path_factory.mktemp("server"))
    running.start()
    yield running
    assert running.stop() == 0
    assert "Traceback" not in running.log


@pytest.fixture(scope="session")
def key(server):
    """A member's key, made from another shell."""
    return server.new_key("tests")


@pytest.fixture
def environment(server, key, tmp_path, monkeypatch):
    """The printed variables in this process, and a home without cached datasets."""
    variables = {
        **server.client_environment(key=key),
        "HOME": str(tmp_path),
        "ARIZE_DIRECTORY": str(tmp_path / "arize"),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


@pytest.fixture
def client(environment):
    """The Python client, configured by nothing but the printed variables."""
    from arize import ArizeClient

    return ArizeClient()


@pytest.fixture(scope="session")
def forker(tmp_path_factory):
    """A process that has the Python clients imported."""
    home = tmp_path_factory.mktemp("home")
    process = Forker(home)
    yield process
    process.close()


@pytest.fixture(scope="session")
def profile(server, forker, tmp_path_factory):
    """The active profile of `ax`, created from a file."""
    folder = tmp_path_factory.mktemp("profile")
    (folder / "prof.toml").write_text(PROFILE)
    made = forker.run(
        *("ax", "profiles", "create", "local", "--from-file", "prof.toml"),
        environment=server.exported,
        folder=folder,
    )
    assert made.code == 0, made.stderr


@pytest.fixture
def ax(profile, forker, environment, tmp_path):
    """Run `ax` with arguments; return how it ended."""

    def run(*arguments, stdin="", **variables):
        return forker.run(
            *("ax", *arguments),
            environment={**_without_home(environment), **variables},
            folder=tmp_path,
            stdin=stdin,
        )

    return run


@pytest.fixture(scope="session")
def installed_node():
    """The TypeScript client and its node, or a skip that says what is missing."""
    if missing := node.missing_tools():
        reason = f"the TypeScript client needs {' and '.join(missing)}"
        if os.environ.get("EXPERIMENTS_UI_REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    node.install()


@pytest.fixture
def typescript(installed_node, environment):
    """Run a script of the folder typescript; return the JSON it printed."""

    def run(script, *arguments):
        return node.run(script, *arguments, environment=environment)

    return run


@pytest.fixture
def script(forker, environment, tmp_path):
    """Run a Python program, given as text, in a process of its own."""

    def run(text, *arguments, **variables):
        path = tmp_path / "script.py"
        path.write_text(text)
        return forker.run(
            *(path, *arguments),
            environment={**environment, **variables},
            folder=tmp_path,
        )

    return run


@pytest.fixture
def rest(server, key):
    return Rest(server.url, key)


@pytest.fixture
def visitor(server):
    """The first user, signed in with the printed password."""
    person = Visitor(server.url)
    person.sign_in(**server.printed_sign_in)
    return person


@pytest.fixture
def space_id(rest):
    return rest.get("/spaces", name="demo").body["spaces"][0]["id"]


@pytest.fixture
def name(request):
    """A name that no other test uses."""
    return f"{request.node.originalname[:60]} {uuid.uuid4().hex[:8]}"


def _without_home(environment):
    return {name: value for name, value in environment.items() if name != "HOME"}
