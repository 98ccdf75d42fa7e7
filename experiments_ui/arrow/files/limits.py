"""How much of a stranger's file is read before it is refused."""

from dataclasses import dataclass

MEGABYTE = 2**20
BATCH_ROWS = 10_000
# About as much of a file as is held in memory at once.
BATCH_BYTES = 32 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Limits:
    max_bytes: int = 512 * MEGABYTE  # of the file as it arrives
    max_expanded_bytes: int = 2048 * MEGABYTE  # after decompression
    max_ratio: int = 200  # expanded to compressed; real tables stay below 50
    ratio_free_bytes: int = 64 * MEGABYTE  # small files may compress as they like
    max_columns: int = 2_000
    max_rows: int = 5_000_000
    max_cell_bytes: int = 8 * MEGABYTE
    # Parquet is decoded in a process of its own that may use this much.
    max_decoder_bytes: int = 1024 * MEGABYTE

    @property
    def max_row_bytes(self) -> int:
        """The largest row of a text format, for a few of the largest cells."""
        return 2 * self.max_cell_bytes
