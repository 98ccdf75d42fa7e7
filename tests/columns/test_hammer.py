"""Concurrent writers that get killed, and readers that must never see half a write."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(120)
def test_readers_see_only_whole_writes_while_writers_are_killed(tmp_path):
    hammer = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.columns.hammer",
            str(tmp_path),
            "1",
            f"{SECONDS}",
        ],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database_url(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert hammer.returncode == 0, hammer.stderr[-4000:]
    report = json.loads(hammer.stdout)
    print(report)
    for what in ("append", "patch", "load", "patches folded", "observed", "deaths"):
        assert report.get(what), f"{what} never happened: {report}"


def database_url(folder):
    if connection.vendor == "sqlite":  # the tests' own is in memory of one process
        return f"sqlite:///{folder / 'hammer.sqlite3'}"
    place = connection.settings_dict
    account = f"{place['USER']}:{place['PASSWORD']}".rstrip(":")
    port = f":{place['PORT']}" if place["PORT"] else ""
    return f"postgres://{account}@{place['HOST']}{port}/{place['NAME']}"
