"""What is uploaded: examples and runs of a believable size, the same every time."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BATCH_ROWS = 10_000
_WORDS = (
    "the customer asked about an order refund policy within thirty days and we "
    "replied that section four covers delayed parcels please confirm your address "
    "before we ship a replacement router today thanks for waiting kind regards "
    "naïve café straße team northwind support"
)
_LABELS = ["billing", "shipping", "returns", "account", "outage", "praise"]


@dataclass(frozen=True, slots=True)
class Texts:
    """Pieces of text, of which longer texts are put together."""

    random: np.random.Generator
    pieces: pa.Array

    @classmethod
    def seeded(cls, seed: int = 20) -> "Texts":
        """Make 4,000 pieces of about 100 characters."""
        random = np.random.default_rng(seed)
        words = np.array(_WORDS.split())
        drawn = words[random.integers(0, len(words), (4000, 19))]
        return cls(random, pa.array([" ".join(row) for row in drawn]))

    def write(self, rows: int, *, pieces: int) -> pa.Array:
        """Return texts of that many pieces."""
        parts = [self._drawn(rows) for _ in range(pieces)]
        return pc.binary_join_element_wise(*parts, " ")

    def edited(self, texts: pa.Array, *, kept: float) -> pa.Array:
        """Return the texts, most of them with one piece more in front."""
        rows = len(texts)
        longer = pc.binary_join_element_wise(self._drawn(rows), texts, " ")
        return pc.if_else(pa.array(self.random.random(rows) < kept), texts, longer)

    def choice(self, values: list[str], rows: int) -> pa.Array:
        return pa.array(values).take(self._places(len(values), rows))

    def _drawn(self, rows: int) -> pa.Array:
        return self.pieces.take(self._places(len(self.pieces), rows))

    def _places(self, below: int, rows: int) -> pa.Array:
        return pa.array(self.random.integers(0, below, rows))


def examples(texts: Texts, rows: int) -> pa.Table:
    """Return a dataset as the Python client uploads it."""
    now = pa.array(np.full(rows, 1_760_000_000_000))
    short, long = texts.write(rows, pieces=3), texts.write(rows, pieces=5)
    is_long = pa.array(texts.random.random(rows) < 0.5)
    columns = {
        "question": texts.write(rows, pieces=2),
        "answer": pc.if_else(is_long, long, short),
        "label": texts.choice(_LABELS, rows),
        "metadata.lang": texts.choice(["de", "en", "en", "fr", "ja"], rows),
        "metadata.tier": texts.choice(["free", "team", "enterprise"], rows),
        "metadata.length": pa.array(texts.random.integers(1, 500, rows)),
        "created_at": now,
        "updated_at": now,
        "id": _ids(rows),
    }
    return pa.table(columns)


def runs(texts: Texts, answers: pa.Array, *, level: float) -> pa.Table:
    """Return an experiment's runs, one for each example in order.

    `level` is the share of correct ones; a fiftieth failed.
    """
    random, rows = texts.random, len(answers)
    failed = pa.array(random.random(rows) < 0.02)
    right = random.random(rows) < level
    outputs = texts.edited(answers, kept=0.3)
    none = pa.scalar(None, pa.string())
    columns = {
        "example_id": _ids(rows),
        "output": pc.if_else(failed, none, outputs),
        "error": pc.if_else(failed, pa.scalar("TimeoutError('no answer')"), none),
        "latency": pa.array(random.lognormal(6.5, 0.4, rows)),
        "token_count": pa.array(random.integers(100, 900, rows)),
        "total_cost": pa.array(random.random(rows) / 100),
        "eval.correctness.score": pa.array(right.astype(float)),
        "eval.correctness.label": pa.array(np.where(right, "correct", "incorrect")),
        "eval.correctness.explanation": texts.write(rows, pieces=1),
        "eval.relevance.score": pa.array(random.random(rows)),
        "eval.format.score": pa.array(random.integers(0, 5, rows) / 4),
    }
    return pa.table(columns)


def base_answers(texts: Texts, rows: int) -> pa.Array:
    """Return outputs of about 500 characters."""
    return texts.write(rows, pieces=5)


def slim_examples(texts: Texts, rows: int) -> pa.Table:
    """Return examples of two short columns, for the million."""
    now = pa.array(np.full(rows, 1_760_000_000_000))
    return pa.table(
        {
            "question": texts.write(rows, pieces=1),
            "label": texts.choice(_LABELS, rows),
            "created_at": now,
            "updated_at": now,
            "id": _ids(rows),
        }
    )


def slim_runs(texts: Texts, rows: int) -> pa.Table:
    """Return runs of eight columns with outputs of about 100 characters."""
    random = texts.random
    right = random.random(rows) < 0.8
    return pa.table(
        {
            "example_id": _ids(rows),
            "output": texts.write(rows, pieces=1),
            "latency": pa.array(random.lognormal(6.5, 0.4, rows)),
            "token_count": pa.array(random.integers(100, 900, rows)),
            "total_cost": pa.array(random.random(rows) / 100),
            "eval.correctness.score": pa.array(right.astype(float)),
            "eval.correctness.label": pa.array(np.where(right, "yes", "no")),
            "eval.relevance.score": pa.array(random.random(rows)),
        }
    )


def _ids(rows: int) -> pa.Array:
    return pa.array([f"00000000-0000-4000-8000-{row:012d}" for row in range(rows)])
