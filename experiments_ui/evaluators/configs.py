"""What an evaluator's config must hold, and what is read from one."""

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from experiments_ui.errors import BadRequest, Invalid
from experiments_ui.evaluators.checks import CHECKS, Checker, checker
from experiments_ui.evaluators.models import EvaluatorType
from experiments_ui.evaluators.templating import variables_of

Config = Mapping[str, Any]

_COLUMN_NAME = re.compile(r"[a-zA-Z0-9_\s\-&()]+")
_LONGEST_COLUMN_NAME = 255
_MOST_CHOICES = 100
_LONGEST_LABEL = 255
# The wire has no word for our own checks: there they are custom code of this one line.
_OWN_CHECK = re.compile(r"\s*# experiments-ui check: (\w+)\s*")
_OLD, _NEW = "use_function_calling_if_available", "use_function_calling"
_TEMPLATE_DEFAULTS = {
    "use_structured_output": True,
    "direction": "MAXIMIZE",
    "data_granularity": "SPAN",
}
NOT_RUN = (
    "This server stores custom Python and does not run it: it has nothing to confine"
    " foreign code in."
)


def member_of(evaluator_type: str) -> str:
    """Return the name under which the wire has the config of a type."""
    return {
        EvaluatorType.TEMPLATE: "template_config",
        EvaluatorType.CODE: "code_config",
        EvaluatorType.REMOTE: "remote_config",
    }[EvaluatorType(evaluator_type)]


def check_config(evaluator_type: str, config: Config) -> None:
    """Hold a config against the rules that its shape alone does not tell.

    Raises:
        Invalid: It breaks one; `fields` names the member.
        BadRequest: A parameter of a check is missing, or of another type.
    """
    _column_name(evaluator_type, config["name"])
    if evaluator_type == EvaluatorType.TEMPLATE:
        _check_template(config)
    else:
        _check_code(config)


def commit_hash(config: Config) -> str:
    """Return a hash of what a config means: the same for either spelling of it."""
    meant = {k: v for k, v in shown(config).items() if k != _OLD and v is not None}
    canonical = orjson.dumps(meant, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).hexdigest()


def shown(config: Config) -> dict[str, Any]:
    """Return a config as it is answered: all that was sent, with its defaults.

    A template's config has both names of the wish for function calls.
    """
    if "template" not in config:
        return dict(config)
    wish = config.get(_NEW, config.get(_OLD))
    given = {name: value for name, value in config.items() if value is not None}
    calling = dict(config["llm_config"])
    calling["invocation_parameters"] = {
        name: value
        for name, value in calling["invocation_parameters"].items()
        if value is not None
    }
    return _TEMPLATE_DEFAULTS | given | {_NEW: wish, _OLD: wish, "llm_config": calling}


def check_of(config: Config) -> str | None:
    """Return which check a code config runs; None for custom Python."""
    if config.get("type") == "MANAGED":
        return str(config["managed_evaluator"])
    found = _OWN_CHECK.fullmatch(config.get("code", ""))
    return found[1] if found else None


def parameters_of(config: Config) -> dict[str, str | list[str]]:
    """Return the parameters of a code config by name."""
    return {
        one["name"]: one["default_value"] for one in config.get("static_params") or ()
    }


def checker_of(config: Config) -> Checker | None:
    """Return the check of a code config, ready to run; None for custom Python.

    Raises:
        Invalid: There is no such check, or a parameter is of no use to it.
    """
    key = check_of(config)
    if key is None:
        return None
    if key not in CHECKS:
        message = f"There is no check '{key}'; there are {', '.join(CHECKS)}."
        raise Invalid(message, {"code": message})
    names = config["variables"]
    return checker(key, parameters_of(config), variables=len(names))


def code_config(
    key: str, *, name: str, variables: list[str], parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the config of a check as the wire has it."""
    check = CHECKS[key]
    types = {parameter.name: parameter.type for parameter in check.parameters}
    kind: dict[str, Any] = (
        {"type": "MANAGED", "name": name, "managed_evaluator": key}
        if check.is_wire
        else {
            "type": "CUSTOM",
            "name": name,
            "code": f"# experiments-ui check: {key}",
        }
    )
    static = [
        {"name": one, "type": types[one], "default_value": value}
        for one, value in parameters.items()
        if value not in ("", [])
    ]
    return kind | {"variables": variables, "static_params": static}


def _column_name(evaluator_type: str, name: str) -> None:
    place = f"{member_of(evaluator_type)}.name"
    if not _COLUMN_NAME.fullmatch(name) or not name.strip():
        message = "Use letters, digits, blanks and _ - & ( ) only, and at least one."
        raise Invalid(f"{place}: {message}", {place: message})
    if len(name) > _LONGEST_COLUMN_NAME:
        message = f"Use at most {_LONGEST_COLUMN_NAME} characters."
        raise Invalid(f"{place}: {message}", {place: message})


def _check_template(config: Config) -> None:
    if not variables_of(config["template"]):
        words = "Name at least one variable, such as {output}; {{…}} is just text."
        raise _refused("template", words)
    old, new = config.get(_OLD), config.get(_NEW)
    if old is None and new is None:
        raise _refused(_NEW, "This field is required.")
    if old is not None and new is not None and old != new:
        raise _refused(_NEW, f"This and {_OLD} mean the same; send one of them.")
    if (choices := config.get("classification_choices")) is not None:
        _check_choices(choices)


def _check_choices(choices: Mapping[str, Any]) -> None:
    place = "classification_choices"
    if not 1 <= len(choices) <= _MOST_CHOICES:
        raise _refused(place, f"Send 1 to {_MOST_CHOICES} labels, or leave this out.")
    for label in choices:
        if not label.strip() or len(label) > _LONGEST_LABEL:
            words = f"A label has 1 to {_LONGEST_LABEL} characters, not only blanks."
            raise _refused(place, words)
    # A judge's answer is matched without regard to case.
    if len({label.strip().casefold() for label in choices}) < len(choices):
        raise _refused(place, "Two labels differ in nothing but case or blanks.")


def _check_code(config: Config) -> None:
    for index, one in enumerate(config.get("static_params") or ()):
        _check_type(one, f"code_config.static_params[{index}].default_value")
    names = [one["name"] for one in config.get("static_params") or ()]
    if len(set(names)) < len(names):
        raise _placed("static_params", "Two parameters have the same name.", Invalid)
    if len(set(config["variables"])) < len(config["variables"]):
        raise _placed("variables", "A variable is there twice.", Invalid)
    try:
        checker_of(config)
    except Invalid as error:
        raise _at_parameter(config, error) from None


def _check_type(one: Mapping[str, Any], place: str) -> None:
    value, wants_list = one["default_value"], one["type"] == "STRING_ARRAY"
    is_list = isinstance(value, list) and all(isinstance(v, str) for v in value)
    if is_list if wants_list else isinstance(value, str):
        return
    wanted = "a list of strings" if wants_list else "a string"
    message = f"This must be {wanted}: the type is {one['type']}."
    raise BadRequest(f"{place}: {message}", {place: message})


def _at_parameter(config: Config, error: Invalid) -> Invalid | BadRequest:
    """Say where in the config the parameter stands that a check cannot use."""
    name = next(iter(error.fields), "static_params")
    names = [one["name"] for one in config.get("static_params") or ()]
    if name in names:
        place = f"static_params[{names.index(name)}].default_value"
        return _placed(place, error.message, Invalid)
    if name in ("variables", "code"):
        return _placed(name, error.message, Invalid)
    return _placed("static_params", error.message, BadRequest)


def _placed(
    place: str, message: str, kind: Callable[..., Invalid | BadRequest]
) -> Invalid | BadRequest:
    path = f"code_config.{place}"
    return kind(f"{path}: {message}", {path: message})


def _refused(member: str, message: str) -> Invalid:
    path = f"template_config.{member}"
    return Invalid(f"{path}: {message}", {path: message})
