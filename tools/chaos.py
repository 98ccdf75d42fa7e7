"""Judge many runs on a server that is killed meanwhile; hold what is left to the rule.

Starts a server of its own with SQLite and a fake provider that is slow and faulty, and
kills the server a few times. Then every run must have been scored once, by the right
verdict, or have failed visibly. Run as `python -m tools.chaos --rows 20000`.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.clients.rest import Rest
from tests.clients.running import RunningServer
from tests.fakes.provider import FakeProvider, right_label

_LABELS = ["good", "bad"]
_FAULTS = {"429": 0.05, "500": 0.02, "hang": 0.01, "nonsense": 0.01}
_AT_ONCE = 1_000
_IN_FLIGHT = 64
_LATENCY_MS = 200


def main() -> int:
    """Run it, print what was found, and return 1 where something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--retry-after", type=float, default=0.2)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        FakeProvider(in_process=True) as fake,
    ):
        fake.configure(
            shares=_FAULTS, latency_ms=_LATENCY_MS, retry_after_s=asked.retry_after
        )
        server = RunningServer(Path(folder), EXPERIMENTS_UI_JUDGE_TIMEOUT_SECONDS="5")
        server.start()
        try:
            return _Trial(server, fake, asked).run()
        finally:
            server.kill()


class _Trial:
    """One server, one provider, one task run."""

    def __init__(
        self, server: RunningServer, fake: FakeProvider, asked: argparse.Namespace
    ) -> None:
        self._server, self._fake, self._asked = server, fake, asked
        key = server.new_key("chaos", role="admin")
        self._rest = Rest(server.url, key)

    def run(self) -> int:
        experiment = self._experiment()
        task = self._task(experiment)
        began = time.monotonic()
        run = self._post(f"/tasks/{task}/trigger", {})
        self._kill_now_and_then(run["id"])
        run = self._wait(run["id"])
        seconds = time.monotonic() - began
        return self._report(experiment, run, seconds)

    def _experiment(self) -> dict[str, Any]:
        spaces = self._get("/spaces")["spaces"]
        rows = [{"n": i} for i in range(self._asked.rows)]
        dataset = self._post(
            "/datasets",
            {
                "name": "chaos",
                "space_id": spaces[0]["id"],
                "examples": rows[:_AT_ONCE],
            },
        )
        for start in range(_AT_ONCE, len(rows), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            self._post(f"/datasets/{dataset['id']}/examples", {"examples": some})
        ids = [one["id"] for one in self._pages(f"/datasets/{dataset['id']}/examples")]
        runs = [
            {"example_id": one, "output": f"output {i}"} for i, one in enumerate(ids)
        ]
        made = self._post(
            "/experiments",
            {
                "name": "chaos",
                "dataset_id": dataset["id"],
                "experiment_runs": runs[:_AT_ONCE],
            },
        )
        for start in range(_AT_ONCE, len(runs), _AT_ONCE):
            some = runs[start : start + _AT_ONCE]
            self._post(f"/experiments/{made['id']}/runs", {"experiment_runs": some})
        return {**made, "space_id": spaces[0]["id"]}

    def _task(self, experiment: dict[str, Any]) -> str:
        integration = self._post(
            "/ai-integrations",
            {
                "name": "fake",
                "provider": "CUSTOM",
                "api_key": "sk-fake",
                "base_url": self._fake.openai,
            },
        )
        config = {
            "name": "quality",
            "template": "Is this good?\n{output}",
            "include_explanations": True,
            "use_function_calling": True,
            "classification_choices": {"good": 1, "bad": 0},
            "llm_config": {
                "ai_integration_id": integration["id"],
                "model_name": "judge",
                "invocation_parameters": {},
                "provider_parameters": {},
            },
        }
        evaluator = self._post(
            "/evaluators",
            {
                "space_id": experiment["space_id"],
                "name": "quality",
                "type": "TEMPLATE",
                "version": {"commit_message": "first", "template_config": config},
            },
        )
        task = self._post(
            "/tasks",
            {
                "name": "chaos",
                "type": "TEMPLATE_EVALUATION",
                "dataset_id": experiment["dataset_id"],
                "experiment_ids": [experiment["id"]],
                "evaluators": [{"evaluator_id": evaluator["id"]}],
            },
        )
        return str(task["id"])

    def _kill_now_and_then(self, run_id: str) -> None:
        """Kill the server when so much is done, and start it again."""
        kills = self._asked.kills
        for number in range(1, kills + 1):
            goal = self._asked.rows * number // (kills + 1)
            while sum(_counts(self._get(f"/task-runs/{run_id}"))) < goal:
                time.sleep(0.2)
            self._server.kill()
            self._server.start()
            print(f"killed and started again at {goal:,} of {self._asked.rows:,}")

    def _wait(self, run_id: str) -> dict[str, Any]:
        while True:
            run = self._get(f"/task-runs/{run_id}")
            if run["status"] not in {"PENDING", "RUNNING"}:
                return run
            time.sleep(0.5)

    def _report(
        self, experiment: dict[str, Any], run: dict[str, Any], seconds: float
    ) -> int:
        runs = list(self._pages(f"/experiments/{experiment['id']}/runs"))
        labels = [(one["output"], one.get("eval.quality.label")) for one in runs]
        wrong = [
            output
            for output, label in labels
            if label is not None and label != right_label(output, _LABELS)
        ]
        scored = sum(label is not None for _, label in labels)
        successes, errors, skipped = _counts(run)
        seen = self._fake.totals()
        found = {
            "status": run["status"],
            "reason": run["failure_reason"],
            "successes": successes,
            "errors": errors,
            "skipped": skipped,
            "runs with a label": scored,
            "wrong labels": len(wrong),
            "seconds": round(seconds, 1),
            "a second": round(self._asked.rows / seconds, 1),
            "at the provider": seen,
        }
        print(json.dumps(found, indent=2))
        all_there = successes + errors + skipped == len(runs) == self._asked.rows
        # What was in flight at a kill was asked again.
        most_repeated = self._asked.kills * (_IN_FLIGHT + 320)
        fine = (
            run["status"] == "COMPLETED"
            and all_there
            and scored == successes
            and not wrong
            and seen["repeated"] <= most_repeated
        )
        print("As it should be." if fine else "SOMETHING IS WRONG.")
        return 0 if fine else 1

    def _pages(self, path: str) -> Iterator[dict[str, Any]]:
        query: dict[str, object] = {"limit": 500}
        while True:
            page = self._get(path, **query)
            name = next(name for name in page if name != "pagination")
            yield from page[name]
            if not page["pagination"]["has_more"]:
                return
            query["cursor"] = page["pagination"]["next_cursor"]

    def _get(self, path: str, **query: object) -> Any:
        answer = self._rest.get(path, **query)
        assert answer.status == 200, answer
        return answer.body

    def _post(self, path: str, body: object) -> Any:
        answer = self._rest.post(path, body)
        assert answer.status in (200, 201), answer
        return answer.body


def _counts(run: dict[str, Any]) -> tuple[int, int, int]:
    return run["num_successes"], run["num_errors"], run["num_skipped"]


if __name__ == "__main__":
    sys.exit(main())
