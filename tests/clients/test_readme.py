"""What the README says to paste does what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
README = (HERE.parents[1] / "README.md").read_text()
PACKAGES = HERE / "typescript" / "node_modules"
LANGUAGES = {"Python": "python", "ax": "sh", "TypeScript": "ts", "Plain REST": "sh"}


def example(title):
    """The code under a heading of the README."""
    section = README.split(f"\n### {title}\n", 1)[1]
    block = re.search(
        rf"^```{LANGUAGES[title]}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL
    )
    return block[1]


@pytest.fixture
def paste(environment, tmp_path):
    """Run lines in a shell that has the printed variables."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"

    def run(lines):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", lines],
            check=False,
            cwd=tmp_path,
            env={**os.environ, **environment, "PATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def scores_of(rest, name):
    """The outputs and scores of the one experiment on the dataset of this name."""
    dataset = rest.get("/datasets", name=name).body["datasets"]
    wanted = next(one["id"] for one in dataset if one["name"] == name)
    [experiment] = rest.get("/experiments", dataset_id=wanted).body["experiments"]
    runs = rest.get(f"/experiments/{experiment['id']}/runs").body["experiment_runs"]
    return experiment["name"], [(r["output"], r["eval.correct.score"]) for r in runs]


LOGGED = ("always Paris", [("Paris", 1), ("Paris", 0)])


def test_the_python_example_logs_an_experiment(paste, rest, tmp_path):
    (tmp_path / "log.py").write_text(example("Python"))
    paste("python log.py")
    name, runs = scores_of(rest, "capitals")
    assert (name, sorted(runs, reverse=True)) == LOGGED


def test_the_ax_example_logs_an_experiment(paste, rest, server):
    shown = paste(server.printed_profile + "\n" + example("ax"))
    assert scores_of(rest, "capitals-ax") == LOGGED
    assert "always Paris" in shown


def test_the_typescript_example_logs_an_experiment(
    installed_node, paste, rest, tmp_path
):
    (tmp_path / "node_modules").symlink_to(PACKAGES)
    (tmp_path / "log.mjs").write_text(example("TypeScript"))
    assert paste("node log.mjs").splitlines()[-1] == "always Paris"
    assert scores_of(rest, "capitals-ts") == LOGGED


def test_the_rest_example_logs_an_experiment(paste, rest):
    paste(example("Plain REST"))
    assert scores_of(rest, "capitals-rest") == LOGGED
