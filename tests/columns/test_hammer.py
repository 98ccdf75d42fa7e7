"""Concurrent writers that get killed, and readers that must never see half a write."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.columns.frames import APPS

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 5


@pytest.mark.django_db(transaction=True, available_apps=APPS)
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
    print(hammer.stdout)  # what happened, and how often


def database_url(folder):
    if connection.vendor == "sqlite":  # the tests' own is in memory of one process
        return f"sqlite:///{folder / 'hammer.sqlite3'}"
    place = connection.settings_dict
    account = f"{place['USER']}:{place['PASSWORD']}".rstrip(":")
    port = f":{place['PORT']}" if place["PORT"] else ""
    return f"postgres://{account}@{place['HOST']}{port}/{place['NAME']}"
