"""What the address of the classes says besides the selection."""

import math
from dataclasses import dataclass, replace
from typing import Any, Literal, Self, cast, get_args
from urllib.parse import quote_plus

from django.http import QueryDict

from experiments_ui.compare.selection import Selection
from experiments_ui.errors import Invalid
from experiments_ui.web.links import whole_number

Order = Literal["confused", "name", "support", "errors"]
Shown = Literal["", "worst", "all"]
By = Literal["f1", "precision", "recall", "support", "delta", "name"]

BETAS = {"0.5": 0.5, "1": 1.0, "2": 2.0}


@dataclass(frozen=True, slots=True)
class ClassLook:
    """Which experiment's classes are looked at, and how.

    `focus` is an experiment's number. `changes` shows its matrix less the baseline's,
    `shown` which classes ("" is what suits their number), `one` a class and what it is
    confused with. `by` orders the table of classes, weakest first unless `down`.
    """

    focus: int
    changes: bool = False
    order: Order = "confused"
    shown: Shown = ""
    one: str = ""
    beta: str = "1"
    by: By = "f1"
    down: bool = False
    threshold: float | None = None

    @classmethod
    def parse(cls, query: QueryDict, selection: Selection) -> Self:
        """Read an address; the first candidate is what one usually looks at.

        Raises:
            Invalid: It names something unknown.
        """
        usual = selection.experiments[min(1, len(selection.others))]
        text = query.get("focus") or str(usual)
        focus = whole_number(text)
        if focus is None or focus not in selection.experiments:
            raise Invalid("Choose one of the experiments that are compared.")
        by = query.get("by", "f1")
        return cls(
            focus=focus,
            changes=query.get("matrix") == "changes" and focus != selection.base,
            order=_choice(query.get("order", "confused"), "order", get_args(Order)),
            shown=_choice(query.get("classes", ""), "classes", get_args(Shown)),
            one=query.get("class", "").strip(),
            beta=_choice(query.get("beta", "1"), "beta", tuple(BETAS)),
            by=_choice(by.removeprefix("-"), "by", get_args(By)),
            down=by.startswith("-"),
            threshold=_threshold(query.get("threshold", "")),
        )

    def but(self, **changes: Any) -> Self:
        return replace(self, **changes)

    def query(self, selection: Selection) -> str:
        """Return the query string of a selection with this look; the usual left out."""
        usual = selection.experiments[min(1, len(selection.others))]
        members = {
            "focus": "" if self.focus == usual else str(self.focus),
            "matrix": "changes" if self.changes else "",
            "order": "" if self.order == "confused" else self.order,
            "classes": self.shown,
            "class": self.one,
            "beta": "" if self.beta == "1" else self.beta,
            "by": "" if (self.by, self.down) == ("f1", False) else self._by,
            "threshold": "" if self.threshold is None else f"{self.threshold!r}",
        }
        more = (f"&{name}={quote_plus(text)}" for name, text in members.items() if text)
        return selection.query + "".join(more)

    @property
    def _by(self) -> str:
        return f"-{self.by}" if self.down else self.by


def _choice(value: str, name: str, allowed: tuple[str, ...]) -> Any:
    if value not in allowed:
        named = ", ".join(one for one in allowed if one)
        raise Invalid(f"{name} is one of {named}.", {name: "choice"})
    return cast("Any", value)


def _threshold(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not abs(found) < 1e300:
        raise Invalid(
            f"The threshold '{text[:40]}' is no number.", {"threshold": "number"}
        )
    return found
