"""Doing the same thing from several threads at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection


def together(count, act):
    """Call `act` from `count` threads that start at one moment; return the answers."""
    gate = threading.Barrier(count)

    def run(_):
        gate.wait()
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
