"""Measurements, kept between calls of the command and put together."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.meter import Cost

KEPT = Path(__file__).with_name("results.json")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing measured; `rows` where it handles them one by one."""

    what: str
    cpu_ms: float
    first_cpu_ms: float
    wall_ms: float | None = None
    peak_mb: float | None = None
    floor: str = ""
    floor_ms: float | None = None
    rows: int | None = None

    @property
    def ratio(self) -> float | None:
        return self.cpu_ms / self.floor_ms if self.floor_ms else None

    @property
    def rows_per_second(self) -> float | None:
        return 1000 * self.rows / self.cpu_ms if self.rows else None


@dataclass(slots=True)
class Section:
    """What was measured with one database and one size."""

    database: str
    size: str
    taken: str
    machine: str
    notes: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def add(
        self,
        what: str,
        cost: Cost,
        *,
        floor: tuple[str, float] = ("", 0.0),
        rows: int | None = None,
    ) -> None:
        line = Line(
            what,
            cost.cpu_ms,
            cost.first_cpu_ms,
            cost.wall_ms,
            cost.peak_mb,
            floor[0],
            floor[1] or None,
            rows,
        )
        self.append(line)

    def append(self, line: Line) -> None:
        self.lines.append(line)
        floor = f", {line.ratio:.1f} × {line.floor}" if line.ratio else ""
        speed = f", {line.rows_per_second:,.0f} rows/s" if line.rows else ""
        peak = f", peak {line.peak_mb:.0f} MB" if line.peak_mb else ""
        print(
            f"  {line.what}: {line.cpu_ms:.1f} ms CPU"
            f" (first {line.first_cpu_ms:.1f}){floor}{speed}{peak}",
            flush=True,
        )

    def starting(self, start: str) -> Iterator[Line]:
        return (line for line in self.lines if line.what.startswith(start))


def load() -> list[Section]:
    if not KEPT.exists():
        return []
    return [
        Section(**(one | {"lines": [Line(**line) for line in one["lines"]]}))
        for one in json.loads(KEPT.read_text())
    ]


def keep(section: Section) -> list[Section]:
    """Replace the section of this database and size; return all there are."""
    sections = {(one.database, one.size): one for one in [*load(), section]}
    ordered = [sections[key] for key in sorted(sections, key=_order)]
    text = json.dumps([asdict(one) for one in ordered], indent=1, ensure_ascii=False)
    KEPT.write_text(text + "\n")
    return ordered


def _order(key: tuple[str, str]) -> tuple[str, int, str]:
    database, size = key
    first = size.split()[0].replace(",", "")
    return database != "SQLite", int(first), size
