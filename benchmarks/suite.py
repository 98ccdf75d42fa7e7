"""What is measured at one size, on one server."""

import json
import subprocess
import sys
from urllib.parse import quote

import orjson
import pyarrow as pa

from benchmarks import floors, workload
from benchmarks.meter import Cost, own_cpu_ms
from benchmarks.results import Line, Section
from benchmarks.servers import ROOT, Process, Server
from benchmarks.wire import Wire, number_of

_TIMES = 9
_REST_RUNS = 1_000
_METRIC = "eval.correctness.score"


class Suite:
    """Fills one section; `dataset` and `numbers` appear as they are uploaded."""

    def __init__(
        self, server: Server, bare: floors.Bare, hello: Process, section: Section
    ) -> None:
        self.server, self.bare, self.hello = server, bare, hello
        self.section = section
        self.wire = Wire(server)
        self.texts = workload.Texts.seeded()
        self.dataset_id = ""
        self.experiment_ids: list[str] = []

    def run(self, rows: int, experiments: int) -> None:
        self._upload_dataset(rows)
        self._upload_experiments(rows, experiments)
        self._rest(rows)
        self._read(rows)
        hello = self._hello()
        self._pages(hello, rows)
        self._header_statistics()

    def _upload_dataset(self, rows: int) -> None:
        table = workload.examples(self.texts, rows)
        name = f"bench {rows}"

        def upload() -> None:
            self.dataset_id = self.wire.create_dataset(name, table)

        self.section.add("Flight: dataset", self._measure(upload), rows=rows)

    def _upload_experiments(self, rows: int, experiments: int) -> None:
        answers = workload.base_answers(self.texts, rows)
        costs, bare_ms = [], []
        for index in range(experiments):
            name = f"experiment {index}"
            table = workload.runs(self.texts, answers, level=0.8 - index / 50)
            number = self.wire.create_experiment(self.dataset_id, name)
            self.experiment_ids.append(number)
            upload = lambda: self.wire.post_runs(self.dataset_id, name, table)  # noqa: E731, B023 -- called at once
            costs.append(self._measure(upload))
            if index < 3:
                bare_ms.append(self._bare_insert(floors.text_rows(table)))
        self.section.add(
            f"Flight: runs of one experiment, {table.num_columns} columns",
            _middle(costs),
            floor=(self.bare.name, sorted(bare_ms)[len(bare_ms) // 2]),
            rows=rows,
        )

    def _bare_insert(self, rows: pa.Table) -> float:
        self.bare.clear()
        return own_cpu_ms(lambda: self.bare.insert(rows))

    def _rest(self, rows: int) -> None:
        """Upload 1,000 runs as JSON, beside decoding it and writing its rows bare."""
        answers = workload.base_answers(self.texts, min(rows, _REST_RUNS))
        table = workload.runs(self.texts, answers, level=0.7)
        sent = {"dataset_id": self.dataset_id, "experiment_runs": table.to_pylist()}
        bodies = [orjson.dumps({"name": f"rest {i}"} | sent) for i in range(_TIMES)]
        waiting = iter(bodies)
        cost = self._measure(
            lambda: self.wire.post("/v2/experiments", next(waiting)), times=_TIMES
        )
        text_rows = floors.text_rows(table)
        bare = sorted(self._bare_insert(text_rows) for _ in range(_TIMES))[_TIMES // 2]
        decode = own_cpu_ms(lambda: orjson.loads(bodies[0]), times=_TIMES)
        self.section.add(
            f"REST: {len(table):,} runs",
            cost,
            floor=(f"JSON decode + {self.bare.name}", decode + bare),
            rows=len(table),
        )

    def _read(self, rows: int) -> None:
        """Read one experiment whole, beside reading the bare table."""
        self._fill_bare(rows)
        floor = (self.bare.reading, own_cpu_ms(self.bare.read, times=3))
        experiment_id = self.experiment_ids[0]

        def list_runs() -> None:
            for _ in self.wire.list_runs(experiment_id):
                pass

        cost = self._measure(list_runs, times=2)
        self.section.add("Flight: list_runs, all", cost, floor=floor, rows=rows)
        path = f"/spaces/demo/experiments/{number_of(experiment_id)}/export"
        for name in ("csv", "parquet"):
            cost = self._measure(
                lambda: self.wire.drain(f"{path}.{name}"),  # noqa: B023 -- called at once
                times=2,
            )
            self.section.add(f"export {name}", cost, floor=floor, rows=rows)

    def _fill_bare(self, rows: int) -> None:
        answers = workload.base_answers(self.texts, rows)
        table = workload.runs(self.texts, answers, level=0.8)
        self._bare_insert(floors.text_rows(table))

    def _hello(self) -> tuple[str, float]:
        client = self.wire.plain(self.hello.url)
        cost = self.hello.meter.measure(lambda: client.get("/"), times=200)
        client.close()
        self.section.add("bare framework hello", cost)
        return "hello", cost.cpu_ms

    def _pages(self, hello: tuple[str, float], rows: int) -> None:
        numbers = [number_of(one) for one in self.experiment_ids]
        others = "".join(f"&with={number}" for number in numbers[1:])
        query = f"?base={numbers[0]}{others}"
        compare = "/spaces/demo/compare/"
        self.server.stop()
        self.server.start()
        self.wire.connect()
        cold = self._measure(lambda: self.wire.get(compare + query))
        self.section.add("compare: first after the server's start", cold, floor=hello)
        for what, more in _selections(numbers, rows).items():
            self._page(f"compare: {what}", f"{compare}{query}{more}", hello)
        self._page("compare: rows, deep", f"{compare}rows{query}{_deep(rows)}", hello)
        self._page("compare: row drawer", f"{compare}rows/{rows // 2}{query}", hello)
        self._page("runs table", f"/spaces/demo/experiments/{numbers[0]}/", hello)

    def _page(self, what: str, path: str, hello: tuple[str, float]) -> None:
        cost = self._measure(lambda: self.wire.get(path), times=_TIMES)
        self.section.add(what, cost, floor=hello)

    def _header_statistics(self) -> None:
        numbers = [str(number_of(one)) for one in self.experiment_ids]
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.header_statistics", *numbers],
            check=True,
            cwd=ROOT,
            env=self.server.environment,
            capture_output=True,
            text=True,
        )
        took = json.loads(done.stdout)
        what = "header statistics, 3 metrics"
        line = Line(what, cpu_ms=took["kept"], first_cpu_ms=took["fresh"])
        self.section.append(line)

    def _measure(self, call, *, times: int = 1) -> Cost:
        return self.server.meter.measure(call, times=times)


def _selections(numbers: list[int], rows: int) -> dict[str, str]:
    """Return what is asked of the compare page, by name, as ends of its address."""
    last = numbers[-1]
    where = quote("b.latency > 900 AND metadata.lang = 'de'")
    other = quote("a.latency > 800 AND metadata.lang = 'fr'")
    return {
        "as it opens": "",
        "deep, after 90 %": _deep(rows),
        "sorted by a score": f"&sort={_METRIC}@{last}",
        "sorted by delta": f"&sort=-delta@{last}",
        "sorted by latency": f"&sort=-latency@{last}",
        "sorted by latency, deep": f"&sort=latency@{last}{_deep(rows)}",
        # The first reads a column of texts that nobody has asked for since the start.
        "filtered, by a column new to the cache": f"&filter={where}",
        "filtered": f"&filter={other}",
        "filtered and sorted": f"&filter={where}&sort=-latency@{numbers[0]}",
        "chip Regressed": "&only=regressed",
        "chip Improved": "&only=improved",
        "chip Disagree": "&only=disagree",
        "chip Errors": "&only=errors",
        "another score": "&score=eval.relevance.score",
    }


def _deep(rows: int) -> str:
    return f"&after={rows * 9 // 10}"


def _middle(costs: list[Cost]) -> Cost:
    """Return the median upload, with the first's CPU and the highest peak."""
    middle = sorted(costs, key=lambda one: one.cpu_ms)[len(costs) // 2]
    peak = max(one.peak_mb for one in costs)
    return Cost(middle.cpu_ms, costs[0].cpu_ms, middle.wall_ms, peak)
