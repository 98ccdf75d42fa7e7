"""Ids of runs: they name experiment and sequence, and sort in order of arrival."""

import hashlib
import uuid
from functools import lru_cache

_SEQUENCE_BITS = 62


def encode(experiment_id: int, sequence: int) -> str:
    """Return the id of a run: a UUID (version 8) that needs no storage."""
    value = experiment_id << 80 | 0x8 << 76 | _check(experiment_id) << 64
    digits = f"{value | 0b10 << _SEQUENCE_BITS | sequence:032x}"
    # Written out: an upload or an export makes one for each of its rows.
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def decode(run_id: str) -> tuple[int, int] | None:
    """Return (experiment, sequence), or None for what is no run's id."""
    try:
        value = uuid.UUID(run_id).int
    except ValueError:
        return None
    experiment_id, sequence = value >> 80, value & (1 << _SEQUENCE_BITS) - 1
    if str(run_id) != encode(experiment_id, sequence):
        return None
    return experiment_id, sequence


@lru_cache(maxsize=1_000)
def _check(experiment_id: int) -> int:
    """Return twelve bits that catch a mistyped experiment number."""
    digest = hashlib.sha256(f"run:{experiment_id}".encode()).digest()
    return int.from_bytes(digest[:2], "big") & 0xFFF
