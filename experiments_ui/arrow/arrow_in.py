"""From one Arrow array, which may come from a stranger, to a column."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from experiments_ui.arrow.kinds import (
    BoolArray,
    Booleans,
    Column,
    Floats,
    Integers,
    Nulls,
    Strings,
)
from experiments_ui.arrow.nested import column_of_nested, is_readable_nested
from experiments_ui.arrow.text import check_strings
from experiments_ui.arrow.values import LARGEST_INTEGER
from experiments_ui.arrow.values_in import refuse_infinity
from experiments_ui.arrow.weight import check_decoded_size
from experiments_ui.errors import Invalid

types = pa.types
_LARGEST = pa.scalar(LARGEST_INTEGER, pa.uint64())


@dataclass(frozen=True, slots=True)
class Place:
    """Where an array stands, for messages: its column and its first row's number."""

    name: str
    first_row: int = 1

    def refusal(self, reason: str, *, position: int | None = None) -> Invalid:
        row = "" if position is None else f", row {self.first_row + position}"
        return Invalid(f"Column “{self.name}”{row} {reason}.", {self.name: reason})


def column_of_array(array: pa.Array, *, name: str, first_row: int = 1) -> Column:
    """Convert an array; numbers and text keep their memory, dates become ISO 8601.

    A duration becomes the integer count of its unit; a decimal the nearest float.
    """
    place = Place(name=name, first_row=first_row)
    try:
        array.validate(full=True)
    except pa.ArrowInvalid as error:
        raise place.refusal(f"is not valid Arrow data: {_first_line(error)}") from error
    return _convert(array, place)


def _convert(array: pa.Array, place: Place) -> Column:
    for accepts, convert in _CONVERTERS:
        if accepts(array.type):
            return convert(array, place)
    raise place.refusal(
        f"has the type {array.type}, which cannot be kept; "
        "send text, numbers, booleans, lists or objects"
    )


def _floats(array: pa.Array, place: Place) -> Floats:
    values = array.cast(pa.float64()).to_numpy(zero_copy_only=False)
    refuse_infinity(values, name=place.name, first_row=place.first_row)
    return Floats(values)


def _integers(array: pa.Array, place: Place) -> Integers:
    if types.is_uint64(array.type):
        too_large = pc.fill_null(pc.greater(array, _LARGEST), fill_value=False)
        position = pc.index(too_large, value=True).as_py()
        if position >= 0:
            raise place.refusal(
                "is an integer beyond 64 bits; send it as text", position=position
            )
    return Integers(_filled(array, pa.int64(), 0), _missing(array))


def _booleans(array: pa.Array, _place: Place) -> Booleans:
    return Booleans(_filled(array, pa.int8(), -1))


def _filled(array: pa.Array, to: pa.DataType, missing: int) -> np.ndarray:
    numbers = array.cast(to)
    if numbers.null_count:
        numbers = numbers.fill_null(missing)
    values: np.ndarray = numbers.to_numpy(zero_copy_only=False)
    return values


def _missing(array: pa.Array) -> BoolArray | None:
    if not array.null_count:
        return None
    missing: BoolArray = array.is_null().to_numpy(zero_copy_only=False)
    return missing


def _strings(array: pa.Array, place: Place) -> Strings:
    check_strings(array, name=place.name, first_row=place.first_row)
    return Strings(array)


def _views(array: pa.Array, place: Place) -> Strings:
    check_decoded_size(array, name=place.name)
    return _bytes(array.cast(pa.large_binary()), place)


def _bytes(array: pa.Array, place: Place) -> Strings:
    try:
        # The second cast checks that the bytes are UTF-8.
        text = array.cast(pa.large_binary()).cast(pa.large_string())
    except pa.ArrowInvalid as error:
        raise place.refusal(
            "holds bytes that are not UTF-8 text; send text, for example base64"
        ) from error
    return _strings(text, place)


def _dictionary(array: pa.Array, place: Place) -> Column:
    check_decoded_size(array, name=place.name)
    return _convert(array.dictionary_decode(), place)


def _dates(array: pa.Array, place: Place) -> Strings:
    if types.is_timestamp(array.type) and array.type.tz is not None:
        # Stored in UTC whatever the zone, so the same bits read without it are UTC.
        utc = array.view(pa.timestamp(array.type.unit))
        return Strings(pc.binary_join_element_wise(_iso(utc, place), "Z", ""))
    return Strings(_iso(array, place))


def _iso(array: pa.Array, place: Place) -> pa.Array:
    text = array.cast(pa.string())
    strange = pc.fill_null(pc.starts_with(text, "<"), fill_value=False)
    position = pc.index(strange, value=True).as_py()
    if position >= 0:  # Arrow writes "<value out of range: …>"
        raise place.refusal("is a date out of range", position=position)
    return pc.replace_substring(text, " ", "T", max_replacements=1)


def _durations(array: pa.Array, place: Place) -> Integers:
    return _integers(array.cast(pa.int64()), place)


def _nulls(array: pa.Array, _place: Place) -> Nulls:
    return Nulls(len(array))


def _uuids(array: pa.Array, _place: Place) -> Strings:
    texts = [raw and str(UUID(bytes=raw)) for raw in array.storage.to_pylist()]
    return Strings(pa.array(texts, pa.string()))


def _json(array: pa.Array, place: Place) -> Column:
    return _convert(array.storage, place)


def _nested(array: pa.Array, place: Place) -> Column:
    return column_of_nested(array, name=place.name, first_row=place.first_row)


def _is_number_with_point(kind: pa.DataType) -> bool:
    return bool(types.is_floating(kind) or types.is_decimal(kind))


def _is_text(kind: pa.DataType) -> bool:
    return bool(types.is_string(kind) or types.is_large_string(kind))


def _is_view(kind: pa.DataType) -> bool:
    return kind in (pa.string_view(), pa.binary_view())


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(
        types.is_binary(kind)
        or types.is_large_binary(kind)
        or types.is_fixed_size_binary(kind)
    )


# Two extension types are part of Arrow itself, and nothing of theirs is executed.
def _is_uuid(kind: pa.DataType) -> bool:
    return isinstance(kind, pa.UuidType)


def _is_json(kind: pa.DataType) -> bool:
    return isinstance(kind, pa.JsonType)


def _is_date(kind: pa.DataType) -> bool:
    return bool(types.is_date(kind) or types.is_timestamp(kind) or types.is_time(kind))


_CONVERTERS: tuple[
    tuple[Callable[[pa.DataType], bool], Callable[[pa.Array, Place], Column]], ...
] = (
    (_is_text, _strings),
    (_is_number_with_point, _floats),
    (types.is_integer, _integers),
    (types.is_boolean, _booleans),
    (types.is_null, _nulls),
    (types.is_dictionary, _dictionary),
    (_is_date, _dates),
    (types.is_duration, _durations),
    (_is_view, _views),
    (_is_bytes, _bytes),
    (_is_uuid, _uuids),
    (_is_json, _json),
    (is_readable_nested, _nested),
)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".") if str(error) else "unreadable"
