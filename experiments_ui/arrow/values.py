"""JSON values in and out, exactly: what cannot be kept as it is, is refused."""

import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import orjson

from experiments_ui.errors import BadRequest, DomainError, Invalid

LARGEST_INTEGER = 2**63 - 1
SMALLEST_INTEGER = -(2**63)
# Every integer up to here is a float as well; beyond, floats skip some.
LARGEST_EXACT_FLOAT_INTEGER = 2**53

_NUL_ESCAPE = b"\\u0000"
# orjson quietly turns an integer beyond 64 bits into a float, so a run of digits as
# long as the largest integer has to be looked at again.
_LONG_DIGITS = b"d" * len(str(LARGEST_INTEGER))
_DIGITS_AS_D = bytes(ord("d") if chr(code).isdigit() else 32 for code in range(256))
_BEFORE_NUMBER = frozenset(b"0123456789[,:- \t\r\n")
_CONTAINERS = frozenset((dict, list))
_DUMP_OPTIONS = (
    orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)

_NOT_FINITE = "is not a finite number; send null for a missing one"
_TOO_LARGE = "is an integer beyond 64 bits; send it as text"
_HAS_NUL = "holds a NUL character (\\u0000); remove it"
_HAS_SURROGATE = "holds half of a surrogate pair, which is no text; remove it"


@dataclass(frozen=True, slots=True)
class _Refused:
    """Stands in a parsed document where a value that cannot be kept was."""

    reason: str


def parse_json(raw: bytes, *, limit_depth: int = 100) -> object:
    """Read one JSON document; ordinary documents cost little more than orjson does.

    Raises:
        BadRequest: It is not JSON; the message names line and column.
        Invalid: It is JSON, but holds what cannot be kept exactly (NaN, Infinity,
            1e999, integers beyond 64 bits, NUL, lone surrogates) or is nested too
            deeply; the message and `fields` name the path.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        _refuse_content(raw, limit_depth=limit_depth)
        raise BadRequest(_syntax_message(raw, error)) from error
    if _needs_care(raw):
        _refuse_content(raw, limit_depth=limit_depth)
    if _deeper_than(limit_depth, value):
        raise _too_deep(limit_depth)
    return value


def parse_rows(
    texts: Sequence[bytes], *, place: Callable[[int], str]
) -> list[dict[str, object]]:
    """Read many small JSON objects; `place` names the one at an index in errors."""
    try:
        values = [orjson.loads(text) for text in texts]
        careful = _needs_care(b"\n".join(texts)) or _deeper_than(101, values)
    except orjson.JSONDecodeError:
        careful = True
    if careful:
        values = [_parse_row(text, place(i)) for i, text in enumerate(texts)]
    for index, value in enumerate(values):
        if type(value) is not dict:
            raise Invalid(f"{place(index)} is not a JSON object such as {{…}}.")
    return values


def dump_json(value: object) -> str:
    """Write a JSON value as text from which `parse_json` gives back the same value.

    Raises:
        Invalid: The value is not JSON, such as NaN, a date or a lone surrogate.
    """
    try:
        text = orjson.dumps(value, option=_DUMP_OPTIONS)
    except TypeError as error:
        raise Invalid(f"This value cannot be written as JSON: {error}.") from error
    if b"null" in text:
        check_value(value, path="value")  # orjson writes NaN and Infinity as null
    return text.decode()


def check_text(text: str, *, path: str) -> None:
    """Refuse text that a database or a UTF-8 file could not hold."""
    if reason := _text_fault(text):
        raise _refusal(path, reason)


def check_value(value: object, *, path: str) -> None:
    """Refuse a parsed value with a member that cannot be kept exactly."""
    for where, reason in _faults(value, path):
        raise _refusal(where, reason)


def _parse_row(text: bytes, place: str) -> object:
    try:
        return parse_json(text)
    except DomainError as error:
        raise Invalid(f"{place}: {error.message}", error.fields) from error


def _needs_care(raw: bytes) -> bool:
    """Tell whether bytes that orjson accepts may hold what it does not check."""
    return _NUL_ESCAPE in raw or _has_huge_integer(raw)


def _has_huge_integer(raw: bytes) -> bool:
    """Look for what may be an integer beyond 64 bits; text may look like one too."""
    marked = raw.translate(_DIGITS_AS_D) + b" "
    start = marked.find(_LONG_DIGITS)
    while start >= 0:
        end = marked.find(b" ", start)
        if raw[max(start - 1, 0)] in _BEFORE_NUMBER and (
            end - start > len(_LONG_DIGITS) or int(raw[start:end]) > LARGEST_INTEGER
        ):
            return True
        start = marked.find(_LONG_DIGITS, end)
    return False


def _deeper_than(limit: int, value: object) -> bool:
    level = [value] if type(value) in _CONTAINERS else []
    for _ in range(limit):
        if not level:
            return False
        level = [
            child
            for parent in level
            for child in (parent.values() if type(parent) is dict else parent)  # type: ignore[attr-defined]  # only dicts and lists get here
            if type(child) in _CONTAINERS
        ]
    return bool(level)


def _refuse_content(raw: bytes, *, limit_depth: int) -> None:
    """Raise for JSON whose content is refused; return when that is not the fault."""
    try:
        value = json.loads(
            raw.decode(),
            parse_int=_integer,
            parse_float=_float,
            parse_constant=_constant,
        )
    except RecursionError as error:
        raise _too_deep(limit_depth) from error
    except ValueError:
        return  # a fault of syntax, which orjson describes better
    if _deeper_than(limit_depth, value):
        raise _too_deep(limit_depth)
    check_value(value, path="")


def _integer(digits: str) -> int | _Refused:
    # Python itself refuses to read thousands of digits, so look at the length first.
    if len(digits) > 20 or not SMALLEST_INTEGER <= int(digits) <= LARGEST_INTEGER:
        return _Refused(_TOO_LARGE)
    return int(digits)


def _float(digits: str) -> float | _Refused:
    number = float(digits)
    return number if math.isfinite(number) else _Refused(_NOT_FINITE)


def _constant(_name: str) -> _Refused:
    return _Refused(_NOT_FINITE)


def _faults(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Yield (path, reason) of everything refused, in the document's order."""
    pending: list[tuple[str, object]] = [(path, value)]
    while pending:
        where, current = pending.pop()
        if isinstance(current, dict):
            yield from _key_faults(current, where)
            members = [(_member(where, key), v) for key, v in current.items()]
            pending.extend(reversed(members))
        elif isinstance(current, list):
            members = [(f"{where}[{i}]", v) for i, v in enumerate(current)]
            pending.extend(reversed(members))
        elif reason := _scalar_fault(current):
            yield where, reason


def _key_faults(mapping: dict[object, object], where: str) -> Iterator[tuple[str, str]]:
    for key in mapping:
        if not isinstance(key, str):
            yield where, "has a member whose name is not text"
        elif reason := _text_fault(key):
            yield where, f"has a member whose name {reason}"


def _member(where: str, key: object) -> str:
    return f"{where}.{key}" if where else str(key)


def _scalar_fault(value: object) -> str | None:
    if isinstance(value, _Refused):
        return value.reason
    if isinstance(value, str):
        return _text_fault(value)
    if isinstance(value, float):
        return None if math.isfinite(value) else _NOT_FINITE
    if isinstance(value, int):
        return None if SMALLEST_INTEGER <= value <= LARGEST_INTEGER else _TOO_LARGE
    return None if value is None else f"is a {type(value).__name__}, which is no JSON"


def _text_fault(text: str) -> str | None:
    if "\x00" in text:
        return _HAS_NUL
    try:
        text.encode()
    except UnicodeEncodeError:
        return _HAS_SURROGATE
    return None


def _refusal(path: str, reason: str) -> Invalid:
    subject = path.encode(errors="replace").decode() or "The body"
    return Invalid(f"{subject} {reason}.", {subject: reason} if path else None)


def _too_deep(limit: int) -> Invalid:
    return Invalid(f"The JSON is nested deeper than {limit} levels; flatten it.")


def _syntax_message(raw: bytes, error: orjson.JSONDecodeError) -> str:
    try:
        raw.decode()
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        return f"The JSON is not UTF-8 text: line {line}, byte {fault.start}."
    where = f"line {error.lineno}, column {error.colno}"
    return f"The JSON is malformed at {where}: {error.msg.split(': line ')[0]}."
