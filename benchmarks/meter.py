"""CPU, memory and wall time of a process, read from outside it."""

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

_CPU_CLOCK = 2  # CPUCLOCK_SCHED of linux/posix-timers.h


@dataclass(frozen=True, slots=True)
class Cost:
    """What calls cost a process: medians, the first call apart, and the peak."""

    cpu_ms: float
    first_cpu_ms: float
    wall_ms: float
    peak_mb: float


@dataclass(slots=True)
class _Samples:
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)


class Meter:
    """Measures calls by what they cost the process with this id."""

    def __init__(self, process_id: int) -> None:
        self._process_id = process_id

    def cpu_seconds(self) -> float:
        """Return utime + stime of the process with all its threads, ended ones too.

        The same sum as in /proc/<pid>/stat, but in nanoseconds instead of ticks of
        10 ms: the kernel's CPU clock of that process.
        """
        return time.clock_gettime(~self._process_id << 3 | _CPU_CLOCK)

    def peak_mb(self) -> float:
        status = Path(f"/proc/{self._process_id}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024

    def forget_peak(self) -> None:
        """Start the peak anew where the kernel allows it."""
        try:
            Path(f"/proc/{self._process_id}/clear_refs").write_text("5")
        except OSError:
            print("  (the peak of memory cannot be reset here)")

    def measure(self, call: Callable[[], object], *, times: int = 1) -> Cost:
        """Call some times and return the medians of all calls but the first.

        With one call, that one is the median too.
        """
        self.forget_peak()
        samples = _Samples()
        for _ in range(times):
            cpu, wall = self.cpu_seconds(), time.perf_counter()
            call()
            samples.wall.append(time.perf_counter() - wall)
            samples.cpu.append(self.cpu_seconds() - cpu)
        return Cost(
            cpu_ms=1000 * statistics.median(samples.cpu[1:] or samples.cpu),
            first_cpu_ms=1000 * samples.cpu[0],
            wall_ms=1000 * statistics.median(samples.wall[1:] or samples.wall),
            peak_mb=self.peak_mb(),
        )


def own_cpu_ms(call: Callable[[], object], *, times: int = 1) -> float:
    """Return the median CPU of a call in this process."""
    samples = []
    for _ in range(times):
        start = time.process_time()
        call()
        samples.append(1000 * (time.process_time() - start))
    return statistics.median(samples)
