"""The Plotly that pages load is the one that figures are checked against."""

import json
from pathlib import Path

from plotly.offline import get_plotlyjs_version

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor" / "vendor.json"


def test_the_vendored_plotly_is_of_the_version_that_checks_the_figures():
    packages = json.loads(VENDOR.read_text())["packages"]
    names = {one["name"]: one["version"] for one in packages}
    assert names["plotly.js-cartesian-dist-min"] == get_plotlyjs_version()
