"""Checks on the text of whole Arrow columns, at the speed of memory."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from experiments_ui.errors import Invalid


def check_strings(array: pa.Array, *, name: str, first_row: int) -> None:
    """Refuse NUL characters in a valid array of type string or large_string."""
    if not (text_bytes(array) == 0).any():
        return
    with_nul = pc.fill_null(pc.match_substring(array, "\x00"), fill_value=False)
    position = pc.index(with_nul, value=True).as_py()
    if position >= 0:  # otherwise the NUL hides beneath a missing value
        raise Invalid(
            f"Column “{name}”, row {first_row + position} holds a NUL character "
            "(\\u0000); remove it."
        )


def text_bytes(array: pa.Array) -> npt.NDArray[np.uint8]:
    """Return the bytes of all texts of the array, end to end."""
    _, offsets_buffer, bytes_buffer = array.buffers()
    if offsets_buffer is None or bytes_buffer is None or not len(array):
        return np.empty(0, np.uint8)
    width = np.int64 if pa.types.is_large_string(array.type) else np.int32
    offsets = np.frombuffer(offsets_buffer, width)
    first, last = offsets[array.offset], offsets[array.offset + len(array)]
    return np.frombuffer(bytes_buffer, np.uint8)[first:last]


def longest_text_bytes(array: pa.Array) -> int:
    return pc.max(pc.binary_length(array)).as_py() or 0
