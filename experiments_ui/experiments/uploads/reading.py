"""Reading a file of runs once to report on it, and once more to import it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from experiments_ui.arrow.columns import Batch
from experiments_ui.datasets.uploads import id_text
from experiments_ui.experiments.uploads import verdicts
from experiments_ui.experiments.uploads.choices import RunColumns
from experiments_ui.experiments.uploads.matching import Examples
from experiments_ui.experiments.uploads.verdicts import Problems

_MOST_NAMED = 10
_OWN = frozenset({"example_id", "output", "error"})
_RESERVED = frozenset({"id", "annotations"})

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RunReport:
    """What an import of the file comes to; shown before anything is stored."""

    rows: int
    matched: int
    unmatched: int
    unmatched_first: tuple[str, ...]
    repeated: int
    without_example: int
    missing: int
    ambiguous: int
    scores: tuple[str, ...]
    left_out: tuple[str, ...]
    problem_count: int
    problems: tuple[str, ...]

    @property
    def runs(self) -> int:
        return self.rows - self.without_example


class RunReader:
    """Turns rows of a file into runs, and counts what happens on the way."""

    def __init__(self, columns: RunColumns, examples: Examples) -> None:
        self._columns = columns
        self._examples = examples
        self._problems = Problems()
        self._seen: dict[str, int] = {}
        self._unmatched: dict[str, int] = {}
        self._rows = 0
        self._without = 0
        self._scores: dict[str, None] = {}
        self._left_out: dict[str, None] = {}

    def batches(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """Yield runs as `import_runs` takes them; rows that name nothing are out."""
        for batch in batches:
            first = self._rows + 1
            self._left_out |= dict.fromkeys(filter(self._is_left_out, batch.columns))
            rows = [
                run
                for place, row in enumerate(batch.rows(), start=first)
                if (run := self._run(row, place)) is not None
            ]
            self._rows += batch.length
            if rows:
                yield Batch.from_rows(rows, first_row=first)

    def report(self, batches: Iterable[Batch]) -> RunReport:
        """Read everything, store nothing, and say what an import would do."""
        for _ in self.batches(batches):
            pass
        matched = sum(self._seen.values())
        return RunReport(
            rows=self._rows,
            matched=matched,
            unmatched=sum(self._unmatched.values()),
            unmatched_first=tuple(self._unmatched)[:_MOST_NAMED],
            repeated=matched - len(self._seen),
            without_example=self._without,
            missing=max(0, self._examples.count - len(self._seen)),
            ambiguous=self._examples.ambiguous,
            scores=tuple(self._scores),
            left_out=tuple(self._left_out),
            problem_count=self._problems.count,
            problems=tuple(self._problems.first),
        )

    def _run(self, row: Row, place: int) -> dict[str, object] | None:
        text = id_text(row.get(self._columns.match))
        if not text:
            self._without += 1
            return None
        run: dict[str, object] = {
            "example_id": self._example_id(text),
            "output": _words(row.get(self._columns.output)),
        }
        if self._columns.error:
            run["error"] = _words(row.get(self._columns.error)) or None
        return run | self._others(row, place)

    def _example_id(self, text: str) -> str:
        found = self._examples.id_of(text)
        if found is None:
            self._unmatched[text] = self._unmatched.get(text, 0) + 1
            return text[:255]
        self._seen[found] = self._seen.get(found, 0) + 1
        return found

    def _others(self, row: Row, place: int) -> dict[str, object]:
        found: dict[str, object] = {}
        for name, value in row.items():
            if name in self._parts or self._is_left_out(name):
                continue
            if name == verdicts.COLUMN:
                found |= verdicts.flat(value, row=place, problems=self._problems)
            else:
                found[name] = value
        for name in filter(verdicts.is_score, tuple(found)):
            self._scores.setdefault(name)
            found[name] = verdicts.number_of(
                found[name], name=name, row=place, problems=self._problems
            )
        return found

    @property
    def _parts(self) -> frozenset[str]:
        chosen = self._columns
        parts = {chosen.output, chosen.error}
        # A key's column stays: it is what a person knows the row by.
        return frozenset(parts if chosen.key else parts | {chosen.match})

    def _is_left_out(self, name: str) -> bool:
        if name in self._parts:
            return False
        return name in _OWN or name in _RESERVED or name.startswith(":")


def _words(value: object) -> str | None:
    """Return an output or an error as text; what is no text is written as JSON."""
    return id_text(value)
