"""Which slices to look for: those of which candidate, and whether worse or better."""

from dataclasses import dataclass, replace
from typing import Self

from django.http import QueryDict

from experiments_ui.compare.selection import Selection
from experiments_ui.errors import Invalid
from experiments_ui.web.links import whole_number


@dataclass(frozen=True, slots=True)
class Look:
    """What the slices' address says besides the selection.

    `candidate` is an experiment's number; 0 where there is none to look at.
    """

    candidate: int
    better: bool = False

    @classmethod
    def parse(cls, query: QueryDict, selection: Selection) -> Self:
        """Read an address; the first candidate is the usual one.

        Raises:
            Invalid: It names an experiment that is no candidate here.
        """
        first = selection.others[0] if selection.others else 0
        candidate = whole_number(query.get("candidate") or str(first))
        if candidate is None or candidate not in (*selection.others, first):
            raise Invalid("Slices are looked for in a candidate of the comparison.")
        return cls(candidate, better=query.get("look") == "better")

    def but(self, **changes: int) -> Self:
        return replace(self, **changes)  # type: ignore[arg-type]  # a bool is an int

    def query(self, selection: Selection) -> str:
        """Return the query string of a selection with this look; the usual left out."""
        text = selection.query
        if self.candidate not in (0, *selection.others[:1]):
            text += f"&candidate={self.candidate}"
        return f"{text}&look=better" if self.better else text
