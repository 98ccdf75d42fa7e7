"""One evaluator: a version of it as it reads, and what two versions differ in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experiments_ui.analysis.worddiff import Segment, diff, tokenize
from experiments_ui.errors import NotFound
from experiments_ui.evaluators.checks import CHECKS, Check
from experiments_ui.evaluators.configs import NOT_RUN, check_of, parameters_of, shown
from experiments_ui.evaluators.models import Evaluator, EvaluatorVersion
from experiments_ui.evaluators.page.lists import kind_of
from experiments_ui.evaluators.queries import config_of, versions_of
from experiments_ui.evaluators.templating import Part, parts, variables_of
from experiments_ui.web.links import PageAddress
from experiments_ui.web.texts import as_text

_MOST_VERSIONS = 200
_WORDS = {
    "MAXIMIZE": "a higher score is better",
    "MINIMIZE": "a lower score is better",
    "NONE": "neither is better",
}
_NOT_SETTINGS = {"template", "code", "use_function_calling_if_available"}


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    score: str
    is_best: bool


@dataclass(frozen=True, slots=True)
class VersionLine:
    version: EvaluatorVersion
    url: str
    compare_url: str
    is_shown: bool
    is_latest: bool

    @property
    def short_hash(self) -> str:
        return self.version.commit_hash[:10]


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A setting that two versions differ in; "" where one has none."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class VersionDiff:
    """What changed from one version to a later or an earlier one."""

    before: EvaluatorVersion
    after: EvaluatorVersion
    text: Sequence[Segment]
    settings: list[SettingChange]
    close_url: str

    @property
    def changes_text(self) -> bool:
        return any(segment.kind != "same" for segment in self.text)


@dataclass(frozen=True, slots=True)
class EvaluatorPage:
    """`check` is none for judges and for custom Python, which has `not_run`."""

    evaluator: Evaluator
    kind: str
    version: EvaluatorVersion | None
    versions: list[VersionLine]
    total_versions: int
    prompt: list[Part]
    variables: list[str]
    choices: list[Choice]
    settings: list[tuple[str, str]]
    check: Check | None
    code: str
    not_run: str
    difference: VersionDiff | None


def evaluator_page(evaluator: Evaluator, address: PageAddress) -> EvaluatorPage:
    """Return the page of an evaluator; two queries.

    Raises:
        NotFound: The address names a version that there is not.
    """
    found = versions_of(evaluator).order_by("-number")
    versions = list(found[: _MOST_VERSIONS + 1])
    version = _numbered(versions, address.number("version"))
    config = shown(config_of(version)) if version else {}
    key = check_of(config) if "variables" in config else None
    is_custom = "code" in config and key is None
    template = config.get("template", "")
    return EvaluatorPage(
        evaluator=evaluator,
        kind=kind_of(evaluator, version),
        version=version,
        versions=_lines(versions[:_MOST_VERSIONS], version, address),
        total_versions=len(versions),
        prompt=list(parts(template)),
        variables=variables_of(template) or list(config.get("variables", ())),
        choices=_choices(config),
        settings=_settings(config, version),
        check=CHECKS.get(key or ""),
        code=_code(config) if is_custom else "",
        not_run=NOT_RUN if is_custom else "",
        difference=_difference(versions, version, address),
    )


def _numbered(
    versions: Sequence[EvaluatorVersion], number: int | None
) -> EvaluatorVersion | None:
    """Return the version of a number, or the latest; None where there are none."""
    if number is None:
        return versions[0] if versions else None
    found = next((one for one in versions if one.number == number), None)
    if found is None:
        raise NotFound(f"There is no version {number} of this evaluator.")
    return found


def _lines(
    versions: Sequence[EvaluatorVersion],
    current: EvaluatorVersion | None,
    address: PageAddress,
) -> list[VersionLine]:
    return [
        VersionLine(
            version=one,
            url=address.url(version=one.number, against=None),
            compare_url=(
                address.url(version=current.number, against=one.number)
                if current and current.pk != one.pk
                else ""
            ),
            is_shown=current is not None and one.pk == current.pk,
            is_latest=index == 0,
        )
        for index, one in enumerate(versions)
    ]


def _choices(config: Mapping[str, Any]) -> list[Choice]:
    given = config.get("classification_choices") or {}
    best = {"MAXIMIZE": max, "MINIMIZE": min}.get(config.get("direction", ""))
    top = best(given.values()) if best and given else None
    return [Choice(label, f"{score:g}", score == top) for label, score in given.items()]


def _settings(
    config: Mapping[str, Any], version: EvaluatorVersion | None
) -> list[tuple[str, str]]:
    if not config:
        return []
    pairs = [("Column", config["name"])]
    if "llm_config" not in config:
        labels = {p.name: p.label for c in CHECKS.values() for p in c.parameters}
        return pairs + [
            (labels.get(name, name), _value(value))
            for name, value in parameters_of(config).items()
        ]
    calling = config["llm_config"]
    integration = version.integration if version else None
    pairs += [
        ("Better", _WORDS[config["direction"]]),
        ("Explanation", "asked for" if config["include_explanations"] else "not asked"),
        ("Integration", integration.name if integration else "deleted"),
        ("Model", calling["model_name"]),
    ]
    for group in ("invocation_parameters", "provider_parameters"):
        pairs += [(name, _value(value)) for name, value in calling[group].items()]
    return pairs


def _code(config: Mapping[str, Any]) -> str:
    return "\n\n".join(filter(None, (config.get("imports"), config["code"])))


def _value(value: object) -> str:
    is_words = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return ", ".join(value) if is_words else as_text(value)  # type: ignore[arg-type]  # a list of words


def _difference(
    versions: Sequence[EvaluatorVersion],
    after: EvaluatorVersion | None,
    address: PageAddress,
) -> VersionDiff | None:
    number = address.number("against")
    if after is None or number is None:
        return None
    before = _numbered(versions, number)
    if before is None:
        return None
    old, new = shown(config_of(before)), shown(config_of(after))
    texts = [one.get("template") or one.get("code", "") for one in (old, new)]
    return VersionDiff(
        before=before,
        after=after,
        text=diff(tokenize(texts[0]), tokenize(texts[1])).segments,
        settings=_changed(_flat(old), _flat(new)),
        close_url=address.url(against=None),
    )


def _flat(config: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return all settings by their path, as text."""
    found: dict[str, str] = {}
    for name, value in config.items():
        if name in _NOT_SETTINGS:
            continue
        if isinstance(value, dict) and value:
            found |= _flat(value, f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = as_text(value)
    return found


def _changed(old: Mapping[str, str], new: Mapping[str, str]) -> list[SettingChange]:
    return [
        SettingChange(name, old.get(name, ""), new.get(name, ""))
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name)
    ]
