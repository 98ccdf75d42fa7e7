"""How large a compact array becomes when it is written out, before it is."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from experiments_ui.errors import Invalid, LimitExceeded

# As much as the largest message that a client may send.
LARGEST_DECODED_BYTES = 512 * 1024 * 1024
# About 640 MB of Python numbers.
LARGEST_NESTED_VALUES = 20_000_000


def check_decoded_size(array: pa.Array, *, name: str) -> None:
    """Refuse an array whose few bytes stand for very many."""
    if decoded_bytes(array, name=name) > LARGEST_DECODED_BYTES:
        raise LimitExceeded(
            f"Column “{name}” grows beyond {LARGEST_DECODED_BYTES // 2**20} MB when "
            "its repeated values are written out; send fewer rows at a time."
        )


def decoded_bytes(array: pa.Array, *, name: str) -> int:
    """Return the size of a dictionary-encoded or view array once it is plain."""
    if pa.types.is_dictionary(array.type):
        indices = array.indices.drop_null().cast(pa.int64())
        uses = np.bincount(indices.to_numpy(), minlength=len(array.dictionary))
        return int(uses @ _lengths(array.dictionary, name=name))
    return int(_lengths(array, name=name).sum())


def _lengths(array: pa.Array, *, name: str) -> np.ndarray:
    kind = array.type
    if kind in (pa.string_view(), pa.binary_view()):
        return _view_lengths(array)
    if pa.types.is_primitive(kind) or pa.types.is_fixed_size_binary(kind):
        return np.full(len(array), (kind.bit_width + 7) // 8, np.int64)
    if pa.types.is_null(kind):
        return np.zeros(len(array), np.int64)
    if pa.types.is_nested(kind) or pa.types.is_dictionary(kind):
        raise Invalid(f"Column “{name}” has the type {kind} within a dictionary.")
    lengths = pc.fill_null(pc.binary_length(array), fill_value=0).cast(pa.int64())
    return np.asarray(lengths.to_numpy(zero_copy_only=False))


def _view_lengths(array: pa.Array) -> np.ndarray:
    """Each view is 16 bytes, of which the first four are the length of its text."""
    views = np.frombuffer(array.buffers()[1], np.int32).reshape(-1, 4)
    lengths = views[array.offset : array.offset + len(array), 0].astype(np.int64)
    lengths[array.is_null().to_numpy(zero_copy_only=False)] = 0
    return lengths
