"""From Arrow's lists, structs and maps to JSON values."""

import datetime as dt
import math
from collections.abc import Iterator
from decimal import Decimal

import pyarrow as pa

from experiments_ui.arrow.kinds import Mixed
from experiments_ui.arrow.values import check_text
from experiments_ui.arrow.weight import LARGEST_NESTED_VALUES
from experiments_ui.errors import Invalid, LimitExceeded

types = pa.types


def is_readable_nested(kind: pa.DataType) -> bool:
    """Tell whether a type nests only forms whose size its buffers bound.

    Dictionaries, views and run-ends within a list may stand for any number of bytes,
    and an extension type for anything, so those are refused.
    """
    return _is_nested(kind) and all(_is_plain(leaf) for leaf in _leaves(kind))


def column_of_nested(array: pa.Array, *, name: str, first_row: int) -> Mixed:
    """Turn each row into lists, objects and scalars that JSON can hold."""
    if _count(array) > LARGEST_NESTED_VALUES:
        raise LimitExceeded(
            f"Column “{name}” nests more than {LARGEST_NESTED_VALUES:,} values; "
            "send fewer rows at a time."
        )
    try:
        rows = array.to_pylist(maps_as_pydicts="strict")
    except KeyError as error:
        raise Invalid(f"Column “{name}” holds a map with a key twice.") from error
    return Mixed(
        [
            None if row is None else _plain(row, f"Column “{name}”, row {number}")
            for number, row in enumerate(rows, start=first_row)
        ]
    )


def _is_nested(kind: pa.DataType) -> bool:
    return bool(_is_list(kind) or types.is_struct(kind))


def _is_list(kind: pa.DataType) -> bool:
    return bool(
        types.is_list(kind)
        or types.is_large_list(kind)
        or types.is_fixed_size_list(kind)
        or types.is_map(kind)
    )


def _leaves(kind: pa.DataType) -> Iterator[pa.DataType]:
    if not _is_nested(kind):
        yield kind
        return
    # A list has one field and a struct has its members; a map has key and value.
    for index in range(kind.num_fields):
        yield from _leaves(kind.field(index).type)


def _is_plain(kind: pa.DataType) -> bool:
    if isinstance(kind, pa.BaseExtensionType):
        return False
    return bool(
        types.is_primitive(kind)
        or types.is_decimal(kind)
        or types.is_string(kind)
        or types.is_large_string(kind)
        or types.is_binary(kind)
        or types.is_null(kind)
    )


def _count(array: pa.Array) -> int:
    """Count the values at every level, which a null type keeps without any bytes.

    Stops at the first level that is too large, for even to slice it may take memory.
    """
    if types.is_struct(array.type):
        return len(array) + sum(map(_count, array.flatten()))
    if not _is_list(array.type) or not len(array):
        return len(array)
    start, stop = _span(array)
    if stop - start > LARGEST_NESTED_VALUES:
        return stop - start
    is_map = types.is_map(array.type)
    children = (array.keys, array.items) if is_map else (array.values,)
    return len(array) + sum(_count(child[start:stop]) for child in children)


def _span(array: pa.Array) -> tuple[int, int]:
    """Return where in its child array the values of a list array begin and end."""
    if types.is_fixed_size_list(array.type):
        size = array.type.list_size
        return array.offset * size, (array.offset + len(array)) * size
    return array.offsets[0].as_py(), array.offsets[-1].as_py()


def _plain(value: object, path: str) -> object:
    if isinstance(value, str):
        check_text(value, path=path)
        return value
    if isinstance(value, list):
        return [_plain(member, f"{path}[{i}]") for i, member in enumerate(value)]
    if isinstance(value, dict):
        return {_key(key, path): _plain(v, f"{path}.{key}") for key, v in value.items()}
    return _plain_scalar(value, path)


def _key(key: object, path: str) -> str:
    if not isinstance(key, str):
        raise Invalid(f"{path} has a member whose name is not text; use text keys.")
    check_text(key, path=f"{path}, a member's name,")
    return key


def _plain_scalar(value: object, path: str) -> object:
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise Invalid(f"{path} is not a finite number; use null for a missing one.")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise Invalid(f"{path} is an integer beyond 64 bits; send it as text.")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return _text_of(value, path)
    if value is None or isinstance(value, bool | int | float):
        return value
    raise Invalid(f"{path} is a {type(value).__name__}, which JSON cannot hold.")


def _text_of(value: bytes, path: str) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError as error:
        raise Invalid(f"{path} holds bytes that are not UTF-8 text.") from error
    check_text(text, path=path)
    return text
