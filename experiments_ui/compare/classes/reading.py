"""How a dataset's experiments are read as classifications, as plain values."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Self, cast

from experiments_ui.analysis.classification import Rule, Rules
from experiments_ui.compare.models import ClassificationSettings

Kind = Literal["text", "number", "boolean"]
Source = Literal["output", "column", "path", "pattern"]


@dataclass(frozen=True, slots=True)
class Reading:
    """Settings, saved or only tried; it is also what stands for them in a cache."""

    truth: str
    source: Source = "output"
    expression: str = ""
    positive: str = ""
    score: str = ""
    aliases: tuple[tuple[str, str], ...] = ()
    folds_case: bool = False
    folds_blanks: bool = True

    @classmethod
    def of(cls, saved: ClassificationSettings) -> Self:
        return cls(
            truth=saved.truth,
            source=cast("Source", saved.source),
            expression=saved.expression,
            positive=saved.positive,
            score=saved.score,
            aliases=tuple((seen, meant) for seen, meant in saved.aliases),
            folds_case=saved.folds_case,
            folds_blanks=saved.folds_blanks,
        )

    @property
    def rule(self) -> Rule:
        return Rule(self.source, self.expression)

    def normaliser(self, kind: Kind) -> Callable[[object], str | None]:
        """Return what writes a label canonically; `kind` is the true column's."""
        return Rules(
            kind=kind,
            fold_case=self.folds_case,
            collapse_blanks=self.folds_blanks,
            aliases=dict(self.aliases),
        ).normaliser()
