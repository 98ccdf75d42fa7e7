"""Run the fake by itself: ``python -m tests.fakes.provider [port]`` prints its port."""

import asyncio
import contextlib
import sys

from tests.fakes.provider.server import serve


def _announce(port: int) -> None:
    print(port, flush=True)


with contextlib.suppress(KeyboardInterrupt):
    asyncio.run(serve(int(sys.argv[1]) if len(sys.argv) > 1 else 0, _announce))
