"""What the server adds to `experiments.run`, over a sink that stores nothing.

500 rows, an async task that sleeps 20 to 50 ms, 32 at a time, three evaluators, 5 % of
the rows failing: `python -m benchmarks.run_overhead`. Runs against both alternate, so
that what else the machine does falls on both.
"""

import argparse
import asyncio
import contextlib
import io
import logging
import os
import random
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from arize import ArizeClient

from benchmarks import sink
from benchmarks.servers import Process, Server, free_ports

CONCURRENCY = 32
ALLOWED = 1.10
REPORT = Path(__file__).parent / "RUN_OVERHEAD.md"


async def task(row):
    number = row["number"]
    await asyncio.sleep(0.020 + 0.030 * random.Random(number).random())
    if number % 20 == 7:
        raise ConnectionError(f"row {number}")
    return f"answer {number}"


def is_expected(output, dataset_row):
    return output == dataset_row["expected"]


async def has_length(output):
    await asyncio.sleep(0.001)
    return float(len(output or "")), "as long as it is"


def verdict(output):
    return "missing" if output is None else "answered"


EVALUATORS = [is_expected, has_length, verdict]


@dataclass(slots=True)
class Target:
    """A server to run against, and how long each run took."""

    name: str
    process: Process
    environment: dict[str, str]
    dataset_id: str = sink.DATASET
    walls: list[float] = field(default_factory=list)
    cpus: list[float] = field(default_factory=list)

    def client(self) -> ArizeClient:
        os.environ.update(self.environment)
        return ArizeClient()

    def run(self, name: str) -> None:
        client = self.client()
        quiet = io.StringIO()
        cpu, wall = self.process.meter.cpu_seconds(), time.perf_counter()
        with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
            client.experiments.run(
                name=name,
                dataset=self.dataset_id,
                task=task,
                evaluators=EVALUATORS,
                concurrency=CONCURRENCY,
            )
        self.walls.append(time.perf_counter() - wall)
        self.cpus.append(self.process.meter.cpu_seconds() - cpu)
        print(f"  {self.name}: {self.walls[-1]:.2f} s")


def environment(*, key: str, rest: int, flight: int, otlp: int) -> dict[str, str]:
    """Return the variables that the client reads."""
    return {
        "ARIZE_API_KEY": key,
        **{f"ARIZE_{name}_HOST": "127.0.0.1" for name in ("API", "FLIGHT", "OTLP")},
        "ARIZE_API_PORT": str(rest),
        "ARIZE_FLIGHT_PORT": str(flight),
        "ARIZE_OTLP_PORT": str(otlp),
        "ARIZE_API_SCHEME": "http",
        "ARIZE_FLIGHT_SCHEME": "grpc",
        "ARIZE_OTLP_SCHEME": "http",
        "ARIZE_ENABLE_CACHING": "false",
    }


def this_server(folder: Path, stack: contextlib.ExitStack) -> Target:
    server = Server(folder, database_url="")
    stack.enter_context(server)
    ports = {
        name: int(server.environment[f"EXPERIMENTS_UI_{name.upper()}_PORT"])
        for name in ("flight", "otlp")
    }
    rest = int(server.environment["EXPERIMENTS_UI_HTTP_PORT"])
    target = Target(
        "this server", server, environment(key=server.key, rest=rest, **ports)
    )
    rows = pd.DataFrame(sink.examples(sink.ROWS))
    made = target.client().datasets.create(name="runs", space="demo", examples=rows)
    target.dataset_id = made.id
    return target


def bare_sink(stack: contextlib.ExitStack) -> Target:
    rest, flight, otlp = free_ports(3)
    ports = [str(rest), str(flight), str(otlp)]
    process = Process(["-m", "benchmarks.sink", *ports], port=rest)
    stack.enter_context(process)
    variables = environment(key="any", rest=rest, flight=flight, otlp=otlp)
    return Target("a sink", process, variables)


def check(target: Target) -> None:
    """Make sure that every run, score and error of the first run is there."""
    client = target.client()
    experiment = client.experiments.get(experiment="run 0", dataset=target.dataset_id)
    runs = client.experiments.list_runs(experiment=experiment.id, all=True)
    failed = [run for run in runs.experiment_runs if run.error]
    scored = [
        run
        for run in runs.experiment_runs
        if run.additional_properties["eval.has_length.score"] is not None
    ]
    assert len(runs.experiment_runs) == len(scored) == sink.ROWS
    assert len(failed) == sink.ROWS // 20


def report(server: Target, floor: Target) -> float:
    """Write the figures down; return how many times the sink's wall time it took."""
    ratios = [mine / bare for mine, bare in zip(server.walls, floor.walls, strict=True)]
    ratio = statistics.median(ratios)
    lines = [
        "# `experiments.run` against this server and against a sink",
        "",
        f"{sink.ROWS} rows, an async task of 20 to 50 ms, concurrency {CONCURRENCY},",
        "three evaluators, 5 % failing rows; a sink answers alike and stores nothing.",
        "Written by `python -m benchmarks.run_overhead`. The client itself pauses for",
        "one second whenever its queue is full: most of the wall time, on both.",
        "",
        "| | wall, median | wall, each run | CPU of the server, median |",
        "| --- | ---: | --- | ---: |",
        *(
            f"| {target.name} | {statistics.median(target.walls):.2f} s | "
            f"{', '.join(f'{wall:.2f}' for wall in target.walls)} | "
            f"{statistics.median(target.cpus):.2f} s |"
            for target in (server, floor)
        ),
        "",
        f"Ratio, median of the pairs: **{ratio:.3f}** (at most {ALLOWED:.2f}).",
    ]
    REPORT.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))
    return ratio


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        os.environ["ARIZE_DIRECTORY"] = folder
        server, floor = this_server(Path(folder), stack), bare_sink(stack)
        for number in range(rounds):
            for target in (server, floor) if number % 2 else (floor, server):
                target.run(f"run {number}")
        check(server)
    raise SystemExit(report(server, floor) > ALLOWED)


if __name__ == "__main__":
    main()
