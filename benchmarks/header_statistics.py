"""The numbers of the compare page's header, timed inside a process of its own."""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Hashable
from dataclasses import replace

import django
from django.http import QueryDict

os.environ["DJANGO_SETTINGS_MODULE"] = "experiments_ui.settings"
django.setup()

from experiments_ui.accounts.models import User  # noqa: E402 -- models need the setup
from experiments_ui.compare.grid import header  # noqa: E402
from experiments_ui.compare.lineup import compare  # noqa: E402
from experiments_ui.compare.selection import Selection  # noqa: E402
from experiments_ui.experiments.queries import contrasts  # noqa: E402
from experiments_ui.spaces.principals import of_user  # noqa: E402

_METRICS = 3


def main(numbers: list[int]) -> None:
    """Print the CPU of the header with nothing summed up yet, and when kept."""
    principal = of_user(User.objects.get(username="admin"))
    others = "".join(f"&with={number}" for number in numbers[1:])
    selection = Selection.parse(QueryDict(f"base={numbers[0]}{others}"))
    comparison = compare(principal, selection)
    scores = [one for one in comparison.metrics if not one.unit][:_METRICS]
    comparison = replace(comparison, metrics=scores)

    def build() -> None:
        header.heads(comparison)

    build()
    kept = _cpu_ms(build)
    fresh = _cpu_ms(lambda: _without_cache(build))
    print(json.dumps({"fresh": fresh, "kept": kept}))


def _without_cache(build: Callable[[], None]) -> None:
    """Sum up again, each figure once, as the first reader after a change does."""
    known: dict[Hashable, object] = {}

    def derived(key: Hashable, _stamp: object, make: Callable[[], object]) -> object:
        if key not in known:
            known[key] = make()
        return known[key]

    kept, contrasts.derived = contrasts.derived, derived
    try:
        build()
    finally:
        contrasts.derived = kept


def _cpu_ms(call: Callable[[], None], times: int = 7) -> float:
    samples = []
    for _ in range(times):
        start = time.process_time()
        call()
        samples.append(1000 * (time.process_time() - start))
    return statistics.median(samples)


if __name__ == "__main__":
    main([int(number) for number in sys.argv[1:]])
