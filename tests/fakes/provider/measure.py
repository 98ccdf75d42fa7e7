"""What a judged row costs: ``python -m tests.fakes.provider.measure [rows]``.

Prints the CPU time and the rate of each wire at 64 in flight and 200 ms, rendering and
reading included, and how many requests a second the fake itself can answer.
"""

import asyncio
import sys
import time

from experiments_ui.llm.client import Client
from experiments_ui.llm.guard import Policy
from experiments_ui.llm.judging import Judge
from experiments_ui.llm.providers.endpoint import Endpoint, Provider
from tests.fakes.provider import FakeProvider

IN_FLIGHT = 64
JUDGE = Judge(
    "Is it right?\n{input}\n{output}", "m", {"correct": 1.0, "incorrect": 0.0}
)


async def measured(endpoint: Endpoint, rows: int) -> tuple[float, float]:
    """CPU milliseconds a row, and rows a second."""
    left = iter(range(rows))

    async def worker(client: Client) -> None:
        for number in left:
            values = {"input": f"question {number} " * 30, "output": "answer " * 150}
            await JUDGE.run(values, client=client)

    async with Client(endpoint, Policy(loopback=True)) as client:
        cpu, wall = time.process_time(), time.perf_counter()
        await asyncio.gather(*(worker(client) for _ in range(IN_FLIGHT)))
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return cpu / rows * 1000, rows / wall


def main(rows: int) -> None:
    with FakeProvider(in_process=True) as fake:
        for latency_ms, endpoint in (
            (200, Endpoint(Provider.OPEN_AI, "key", fake.openai)),
            (200, Endpoint(Provider.ANTHROPIC, "key", fake.url)),
            (200, Endpoint(Provider.AWS_BEDROCK, "AKIDEXAMPLE:secretkey", fake.url)),
            (200, Endpoint(Provider.GEMINI, "key", fake.gemini)),
            (0, Endpoint(Provider.OPEN_AI, "key", fake.openai)),
        ):
            fake.reset()
            fake.configure(latency_ms=latency_ms)
            cpu_ms, rate = asyncio.run(measured(endpoint, rows))
            name = f"{endpoint.provider} at {latency_ms} ms"
            print(f"{name:22} {cpu_ms:.2f} ms of CPU a row, {rate:.0f} rows/s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
