"""A running server, and the real clients pointed at it."""

import uuid
from pathlib import Path

import pytest

from tests.clients.rest import Rest
from tests.clients.running import RunningServer

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.client)
            item.add_marker(pytest.mark.timeout(180))


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


@pytest.fixture
def rest(server, key):
    return Rest(server.url, key)


@pytest.fixture
def space_id(rest):
    return rest.get("/spaces", name="demo").body["spaces"][0]["id"]


@pytest.fixture
def name(request):
    """A name that no other test uses."""
    return f"{request.node.originalname[:60]} {uuid.uuid4().hex[:8]}"
