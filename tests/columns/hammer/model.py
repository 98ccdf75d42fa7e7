"""What a frame must hold: plain dictionaries, changed by operations drawn from seeds."""

import hashlib
import os
from random import Random

import orjson

COLUMNS = [
    "count",
    "score",
    "flag",
    "topic.label",
    "late.0",
    "late.1",
    "verdict.score",
    "verdict.label",
]
PATCHED = {
    "score": float,
    "count": float,
    "verdict.score": float,
    "verdict.label": str,
    "topic.label": str,
}


class State:
    """One frame as Python lists, None for missing."""

    def __init__(self):
        self.length = 0
        self.columns = {name: [] for name in COLUMNS}
        self.digests = dict.fromkeys(COLUMNS)

    def apply(self, operation):
        if operation["op"] == "patch":
            changed = self._patch(patches(operation["seed"], self.length))
        elif operation["op"] == "append":
            changed = self._append([rows(operation["seed"])])
        elif operation["op"] == "load":
            changed = self._append(batches(operation["seed"]))
        else:  # a fold, or a write that changed nothing
            return
        for name in changed:
            self.digests[name] = digest(self.columns[name])

    def _append(self, several):
        for batch in several:
            self.length += len(batch)
            for name, values in self.columns.items():
                values += [row.get(name) for row in batch]
        return COLUMNS

    def _patch(self, changes):
        for name, values in changes.items():
            for row, value in values.items():
                self.columns[name][row] = value
        return list(changes)


def digest(values):
    """Tell 1 from 1.0 and True, and 0.0 from -0.0; nothing at all is None."""
    if all(value is None for value in values):
        return None
    return hashlib.blake2b(orjson.dumps(values), digest_size=8).hexdigest()


def write_line(log, line):
    """Begin with the line break, so that half a line spoils no other."""
    os.write(log, b"\n" + orjson.dumps(line))


def batches(seed):
    random = Random(seed)
    return [rows(random.random()) for _ in range(random.randrange(1, 6))]


def rows(seed):
    """Draw rows in which each column occurs or not, now and then with new kinds."""
    random = Random(seed)
    with_floats = random.random() < 0.1
    drawn = {
        "count": lambda: random.random() if with_floats else random.randrange(99),
        "score": lambda: random.choice([random.random(), -0.0, 1e300]),
        "flag": lambda: random.random() < 0.5,
        "topic.label": lambda: _label(random),
        "late.0": lambda: random.randrange(-(2**53), 2**53),
        "late.1": random.random,
    }
    present = [name for name in drawn if random.random() < 0.75]
    return [
        {n: drawn[n]() if random.random() < 0.9 else None for n in present}
        for _ in range(random.randrange(1, 50))
    ]


def patches(seed, length):
    """Draw changes of one or two columns: numbers, labels and removals."""
    random = Random(seed)
    changes = {}
    for name in random.sample(sorted(PATCHED), random.randrange(1, 3)):
        draw = random.random if PATCHED[name] is float else lambda: _label(random)
        changes[name] = {
            random.randrange(length): draw() if random.random() < 0.85 else None
            for _ in range(random.randrange(1, 20))
        }
    return changes


def _label(random):
    if random.random() < 0.05:
        return f"neu “{random.randrange(10**6)}”"
    return f"topic {random.randrange(9)}"
