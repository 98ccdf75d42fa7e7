"""Pictures of every page: desk and phone, light and dark, into screenshots/.

It starts a server of its own with the sample, adds a dataset of 2,000 examples over
REST, and drives Chromium. With --docs it also renews the pictures of the README.
"""

import argparse
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "screenshots"
DOCS = ROOT / "docs" / "pictures"
PASSWORD = "only-for-pictures"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
COMPARE = "/spaces/demo/compare/?base=1&with=2&with=3&with=4"
PLACES = {
    "home": "/spaces/demo/",
    "home-empty": "/spaces/empty/",
    "datasets": "/spaces/demo/datasets/",
    "datasets-empty": "/spaces/empty/datasets/",
    "dataset-examples": "/spaces/demo/datasets/1/",
    "dataset-experiments": "/spaces/demo/datasets/1/?tab=experiments",
    "dataset-versions": "/spaces/demo/datasets/1/?tab=versions",
    "experiments": "/spaces/demo/experiments/",
    "experiment": "/spaces/demo/experiments/2/",
    "experiment-run": "/spaces/demo/experiments/2/?row=3",
    "upload": "/spaces/demo/upload/",
    "compare": COMPARE,
    "compare-drawer": f"{COMPARE}&row=7",
    "compare-full": f"{COMPARE}&diff=full&density=fit",
    "compare-verdict": COMPARE.replace("/?", "/verdict?"),
    "compare-classes": COMPARE.replace("/?", "/classes?"),
    "compare-slices": COMPARE.replace("/?", "/slices?"),
    "compare-json": f"{COMPARE}&diff=json",
    "compare-nothing": f"{COMPARE}&filter=a.latency+%3C+0",
    "compare-bad-filter": f"{COMPARE}&filter=a.latency+%3C",
    "compare-charts": COMPARE.replace("compare/", "compare/charts"),
    "compare-charts-latency": COMPARE.replace("compare/", "compare/charts")
    + "&score=latency",
    "compare-2000": "/spaces/demo/compare/?base=5&with=6",
    "traces": "/spaces/demo/traces/",
    "traces-empty": "/spaces/empty/traces/",
    "settings": "/spaces/demo/settings/",
    "styleguide": "/styleguide/",
    "not-found": "/spaces/demo/datasets/999999/",
}


class Server:
    """The embedded server in a folder that goes away with it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.ports = [_free_port() for _ in range(3)]
        names = ("HTTP", "FLIGHT", "OTLP")
        self.environment = os.environ | {
            "EXPERIMENTS_UI_DATA_DIR": str(self.folder),
            "EXPERIMENTS_UI_ADMIN_PASSWORD": PASSWORD,
            **{
                f"EXPERIMENTS_UI_{name}_PORT": str(port)
                for name, port in zip(names, self.ports, strict=True)
            },
        }
        self.url = f"http://127.0.0.1:{self.ports[0]}"
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
        )
        self._wait()
        self.key = self._manage("create_api_key", "--name", "p", "--role", "admin")

    def post(self, path: str, body: object) -> dict:
        request = urllib.request.Request(
            f"{self.url}/v2{path}",
            data=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.key}"},
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def get(self, path: str) -> dict:
        request = urllib.request.Request(
            f"{self.url}/v2{path}", headers={"Authorization": f"Bearer {self.key}"}
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, check=True
        )
        return done.stdout.decode().strip()

    def _wait(self) -> None:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{self.url}/health")
            except urllib.error.URLError:
                time.sleep(0.5)
            else:
                return
        raise SystemExit("The server did not start.")


def add_more(server: Server) -> None:
    """Add an empty space, and 2,000 examples with two experiments."""
    organization = server.get("/organizations")["organizations"][0]["id"]
    server.post("/spaces", {"name": "empty", "organization_id": organization})
    space = server.get("/spaces?name=demo")["spaces"][0]["id"]
    chance = random.Random(7)
    rows = [
        {"input": f"Invoice {n}: what is the total in {place}?", "expected": str(n * 7)}
        for n in range(2_000)
        for place in [chance.choice(["Berlin", "Lyon", "Porto", "Osaka"])]
    ]
    dataset = server.post(
        "/datasets",
        {"name": "invoices", "space_id": space, "examples": rows[:1000]},
    )["id"]
    server.post(f"/datasets/{dataset}/examples", {"examples": rows[1000:]})
    ids, cursor = [], ""
    while True:
        body = {"limit": 500} | ({"cursor": cursor} if cursor else {})
        page = server.post(f"/datasets/{dataset}/examples/search", body)
        ids += [example["id"] for example in page["examples"]]
        cursor = page["pagination"].get("next_cursor", "")
        if not cursor:
            break
    for name, skill in (("extract-1", 0.82), ("extract-2", 0.87)):
        runs = [_run(i, example_id, skill, chance) for i, example_id in enumerate(ids)]
        made = server.post(
            "/experiments",
            {"name": name, "dataset_id": dataset, "experiment_runs": runs[:1000]},
        )
        path = f"/experiments/{made['id']}/runs"
        server.post(path, {"experiment_runs": runs[1000:]})


def _run(number: int, example_id: str, skill: float, chance: random.Random) -> dict:
    right = chance.random() < skill
    total = number * 7 if right else number * 7 + chance.randint(1, 90)
    return {
        "example_id": example_id,
        "output": json.dumps({"total": total, "currency": "EUR"}),
        "latency": round(chance.lognormvariate(6, 0.4), 1),
        "eval.exact.score": float(right),
        "eval.exact.label": "match" if right else "mismatch",
    }


def signed_in(browser: Browser, url: str, scheme: str, size: str) -> BrowserContext:
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=url,
        color_scheme=scheme,
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.screenshot(path=OUT / f"sign-in-{size}-{scheme}.png")
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/spaces/**")
    return context


def take(server: Server, places: dict[str, str]) -> None:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path="/usr/bin/chromium", args=ARGUMENTS
        )
        for size in SIZES:
            for scheme in ("light", "dark"):
                context = signed_in(browser, server.url, scheme, size)
                page = context.new_page()
                for name, path in places.items():
                    page.goto(path)
                    page.wait_for_timeout(300)
                    page.screenshot(path=OUT / f"{name}-{size}-{scheme}.png")
                context.close()
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", action="store_true", help="renew README's pictures")
    parser.add_argument("--only", nargs="*", help="names of pages", default=[])
    options = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    server = Server()
    try:
        add_more(server)
        chosen = {
            n: p for n, p in PLACES.items() if not options.only or n in options.only
        }
        take(server, chosen)
    finally:
        server.stop()
    if options.docs:
        DOCS.mkdir(parents=True, exist_ok=True)
        for scheme in ("light", "dark"):
            picture = OUT / f"compare-desk-{scheme}.png"
            shutil.copy(picture, DOCS / f"compare-{scheme}.png")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    main()
