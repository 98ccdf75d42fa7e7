"""What a compare page shows, as its address says: the URL is the whole state."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, Self, cast, get_args
from urllib.parse import quote_plus

from django.http import QueryDict

from experiments_ui.errors import Invalid
from experiments_ui.web.links import whole_number

MOST_EXPERIMENTS = 10

Only = Literal["all", "regressed", "improved", "disagree", "errors", "unreviewed"]
DiffMode = Literal["changes", "full", "json", "expected", "plain"]


@dataclass(frozen=True, slots=True)
class Sort:
    """What rows are ordered by: `of` is "position", "delta" or a metric's key.

    `experiment` names whose value counts; None: for a delta the worst of all
    candidates. Rows without a value come last either way.
    """

    of: str
    experiment: int | None = None
    descending: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``-latency@12``: a minus for descending, the experiment's number."""
        name, _, number = text.removeprefix("-").rpartition("@")
        if not name:
            name, number = number, ""
        experiment = whole_number(number)
        if number and experiment is None:
            raise Invalid(f"The sort '{text[:80]}' names no experiment.")
        return cls(name, experiment, text.startswith("-"))

    def __str__(self) -> str:
        sign = "-" if self.descending else ""
        at = "" if self.experiment is None else f"@{self.experiment}"
        return f"{sign}{self.of}{at}"


@dataclass(frozen=True, slots=True)
class Selection:
    """A parsed address.

    `metric` is a metric's key, empty for the first there is; `toggled` names those
    that are shown though usually hidden, or hidden though usually shown. `common`
    leaves only the examples that every experiment ran. `group` names a column of
    the examples, whose values part the rows. In differences, blanks count only
    with `blanks_count`, and letters' case does unless `case_folds`.
    """

    base: int
    others: tuple[int, ...]
    metric: str = ""
    only: Only = "all"
    sort: Sort | None = None
    where: str = ""
    diff: DiffMode = "changes"
    blanks_count: bool = False
    case_folds: bool = False
    common: bool = False
    group: str = ""
    fit: bool = False
    toggled: tuple[str, ...] = ()
    after: int = 0
    row: int | None = None

    @classmethod
    def parse(cls, query: QueryDict) -> Self:
        """Read the address of a page.

        Raises:
            Invalid: It names no experiment, too many, or something unknown.
        """
        numbers = list(
            dict.fromkeys(
                _number(text, "experiment")
                for name in ("base", "with")
                for text in query.getlist(name)
            )
        )
        if not numbers:
            raise Invalid("Choose the experiments to compare: two to ten of them.")
        if len(numbers) > MOST_EXPERIMENTS:
            raise Invalid(f"At most {MOST_EXPERIMENTS} experiments fit side by side.")
        return cls(
            base=numbers[0],
            others=tuple(numbers[1:]),
            metric=query.get("score", ""),
            only=_choice(query, "only", get_args(Only)),
            sort=Sort.parse(text) if (text := query.get("sort")) else None,
            where=query.get("filter", ""),
            diff=_choice(query, "diff", get_args(DiffMode)),
            blanks_count=query.get("blanks") == "count",
            case_folds=query.get("case") == "fold",
            common=query.get("examples") == "common",
            group=query.get("group", ""),
            fit=query.get("density") == "fit",
            toggled=tuple(query.getlist("toggle")),
            after=_number(query.get("after") or "0", "place"),
            row=_number(text, "row") if (text := query.get("row")) else None,
        )

    @property
    def experiments(self) -> tuple[int, ...]:
        return (self.base, *self.others)

    def but(self, **changes: Any) -> Self:
        """Return the selection with changes; it starts at its first row again."""
        return replace(self, **({"after": 0, "row": None} | changes))

    def based_on(self, number: int) -> Self:
        """Return the selection with another of its experiments as the baseline."""
        rest = tuple(one for one in self.experiments if one != number)
        return self.but(base=number, others=rest)

    def moved(self, number: int, *, by: int) -> Self:
        """Return the selection with a candidate some places to the right."""
        others = [one for one in self.others if one != number]
        place = self.others.index(number) + by
        others.insert(max(0, place), number)
        return self.but(others=tuple(others))

    def without(self, number: int) -> Self:
        """Return the selection without one experiment."""
        first, *rest = (one for one in self.experiments if one != number)
        return self.but(base=first, others=tuple(rest))

    def toggling(self, key: str) -> Self:
        """Return the selection with a metric hidden, or shown again."""
        if key in self.toggled:
            return self.but(toggled=tuple(one for one in self.toggled if one != key))
        return self.but(toggled=(*self.toggled, key))

    @property
    def query(self) -> str:
        """The query string of this selection; what is usual is left out."""
        return "&".join(f"{name}={_quoted(value)}" for name, value in self.pairs())

    def pairs(self) -> Iterable[tuple[str, str]]:
        """Yield the names and values of the query string."""
        yield "base", str(self.base)
        yield from (("with", str(number)) for number in self.others)
        usual: dict[str, str] = {
            "score": self.metric,
            "only": "" if self.only == "all" else self.only,
            "sort": "" if self.sort is None else str(self.sort),
            "filter": self.where,
            "diff": "" if self.diff == "changes" else self.diff,
            "blanks": "count" if self.blanks_count else "",
            "case": "fold" if self.case_folds else "",
            "examples": "common" if self.common else "",
            "group": self.group,
            "density": "fit" if self.fit else "",
            "after": str(self.after or ""),
            "row": "" if self.row is None else str(self.row),
        }
        yield from ((name, text) for name, text in usual.items() if text)
        yield from (("toggle", key) for key in self.toggled)


def _quoted(value: str) -> str:
    # A page has hundreds of addresses, and most of their values are numbers.
    return value if value.isascii() and value.isalnum() else quote_plus(value)


def _number(text: str, what: str) -> int:
    number = whole_number(text)
    if number is None:
        raise Invalid(f"'{text[:40]}' is no {what}'s number.")
    return number


def _choice(query: QueryDict, name: str, allowed: tuple[str, ...]) -> Any:
    value = query.get(name) or allowed[0]
    if value not in allowed:
        raise Invalid(f"{name} is one of {', '.join(allowed)}.", {name: "choice"})
    return cast("Any", value)
