"""A judge's template, cut where its variables are, to be shown."""

from collections.abc import Iterator
from dataclasses import dataclass

from experiments_ui.llm.templates import VariableFormat, render, variables

# No template has it: it cannot be stored.
_MARK = "\x00"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a template as it was written; a variable comes with its braces."""

    text: str
    is_variable: bool = False


def variables_of(template: str) -> list[str]:
    """Return the names of a template's variables, each once, in order."""
    return list(variables(template, VariableFormat.F_STRING))


def parts(template: str) -> Iterator[Part]:
    """Cut a template into its variables and what stands between them."""
    plain = template.replace(_MARK, "")
    marked = {name: f"{_MARK}{{{name}}}{_MARK}" for name in variables_of(plain)}
    for index, piece in enumerate(render(plain, marked).text.split(_MARK)):
        if piece:
            yield Part(piece, index % 2 == 1)
