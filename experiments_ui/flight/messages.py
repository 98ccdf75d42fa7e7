"""The Flight messages: requests as proto3 JSON, responses as binary protobuf."""

from collections.abc import Mapping, Sequence
from typing import Any

from experiments_ui.arrow.values import parse_json
from experiments_ui.errors import BadRequest, Invalid


class Request:
    """One member of a oneof, such as ``{"getDataset": {"spaceId": …}}``.

    Names come in lowerCamelCase; snake_case is taken too. Members left out are empty.
    """

    def __init__(self, name: str, members: Mapping[str, Any]) -> None:
        self.name = name
        self._members = members

    @classmethod
    def parse(cls, raw: bytes) -> "Request":
        """Read a ticket, a descriptor's command or an action's body.

        Raises:
            BadRequest: It is no JSON object with one member that is an object.
        """
        content = parse_json(raw)
        if not isinstance(content, dict) or len(content) != 1:
            raise BadRequest("A request is a JSON object with one member.")
        name, members = next(iter(content.items()))
        if not isinstance(members, dict):
            raise BadRequest(f"The request's {name} is not a JSON object.")
        return cls(_camel(name), {_camel(key): v for key, v in members.items()})

    def text(self, name: str) -> str:
        """Return a string member, empty where it was left out."""
        value = self._members.get(name, "")
        if not isinstance(value, str):
            raise Invalid(f"{self.name}.{name} must be a string.", {name: "type"})
        return value

    def needed(self, name: str) -> str:
        """Return a string member that may not be empty."""
        if not (value := self.text(name)):
            raise Invalid(f"{self.name}.{name} is missing.", {name: "missing"})
        return value


def encode(texts: Sequence[str]) -> bytes:
    """Return a protobuf message whose fields 1, 2, … are the strings given.

    Every response of this interface is of that form; an empty string is left out.
    """
    parts = [
        bytes([number << 3 | 2]) + _varint(len(raw)) + raw
        for number, text in enumerate(texts, start=1)
        if (raw := text.encode())
    ]
    return b"".join(parts)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _camel(name: str) -> str:
    """Return ``spaceId`` for ``space_id``; camel case stays."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
