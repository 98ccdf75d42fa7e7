"""What a person says about an example or a run, on its way to be stored."""

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Unset(Enum):
    """The type of UNSET: a member that was not sent, where null would clear it."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


@dataclass(frozen=True, slots=True)
class Annotation:
    """One person's verdict under one annotation config.

    `target_id` is the id of the example or run as the caller knows it; one that
    does not exist is ignored. A member that is UNSET keeps its stored value (null
    when nothing is stored yet); None clears it.
    """

    target_id: str
    name: str
    score: float | Unset | None = UNSET
    label: str | Unset | None = UNSET
    text: str | Unset | None = UNSET
