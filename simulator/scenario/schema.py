"""The JSON Schema of a scenario, for editors; the checks between parts are not in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator.catalogue.remedies import ACTIONS
from simulator.faults.modes import MODES, REQUEST_MTI, SERVICE_GROUPS, Mode, Parameter
from simulator.faults.rules import ways_of
from simulator.scenario.fault_checks import APPROVING
from simulator.scenario.parts.terms import TERMS_FORM, TERMS_PATTERN
from simulator.scenario.profiles import devices
from simulator.scenario.scenario import Scenario
from simulator.scenario.units import DURATION_PATTERN
from simulator.wire.identifiers import MID_LENGTH, PRINTABLE, TID_LENGTH

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FAULT_NAMES = {
    "mode": MODES, "of": ("", *REQUEST_MTI), "services": (*SERVICE_GROUPS, *REQUEST_MTI),
}
_TEXTS: dict[str, dict[str, Any]] = {  # parts that may be written as a text
    "Latency": {"pattern": DURATION_PATTERN, "examples": ["200ms"]},
    "Payout": {"pattern": TERMS_PATTERN, "description": TERMS_FORM, "examples": ["T+1", "D+0"]},
}
_RESPONSE_CODE = {"pattern": "^[0-9A-Za-z]{2}$", "not": {"enum": sorted(APPROVING)}}


def scenario_schema() -> dict[str, Any]:
    """The schema of what ``load_scenario`` takes, with descriptions and examples."""
    schema = Scenario.model_json_schema(by_alias=True)
    parts = schema["$defs"]
    for key, names in FAULT_NAMES.items():
        _name(parts["Fault"], key, names)
    parts["Fault"]["allOf"] = [_of_mode(mode) for mode in MODES.values()]
    _name(parts["Action"], "do", ACTIONS)
    _name(parts["TerminalGroup"], "profile", devices())
    group = parts["TerminalGroup"]["properties"]
    group["tids"]["items"]["pattern"] = f"^{PRINTABLE}{{{TID_LENGTH}}}$"
    parts["Merchant"]["properties"]["mid"]["pattern"] = f"^({PRINTABLE}{{{MID_LENGTH}}})?$"
    group["clerks"] |= {
        "propertyNames": {"pattern": "^[0-9]{2,3}$"},
        "additionalProperties": {"type": "string", "pattern": "^[0-9]{4,8}$"},
    }
    _one_or_many(parts["Merchant"]["properties"]["terminals"])
    _one_or_many(parts["Acquirer"]["properties"]["key_download"])
    parts["LinkQuality"].pop("required")  # what is left out is as usual for its kind
    for name in ("acquirer", "network"):
        schema["properties"][name].pop("default", None)
    return titled("Daozhang scenario", schema)


def titled(title: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A model's schema as people write what it describes."""
    for part in (schema, *schema["$defs"].values()):
        for field in part.get("properties", {}).values():
            _as_written(field)
    return {"$schema": DIALECT, "title": title, **_without_title(schema)}


def _name(part: dict[str, Any], key: str, names: Iterable[str]) -> None:
    """What a text may be: itself, or one of several where it may be left out or is a list."""
    field = part["properties"][key]
    for form in (field, *field.get("anyOf", ())):
        if form.get("type") == "string":
            form["enum"] = list(names)
        elif form.get("type") == "array":
            form["items"]["enum"] = list(names)


def _of_mode(mode: Mode) -> dict[str, Any]:
    """What ``how``, ``on`` and ``code`` may be depends on the mode; no parameter that it has not."""
    fields: dict[str, Any] = {
        "on": {"enum": ["", *(point.value for point in mode.points)]},
        **{each.value: False for each in Parameter if each not in mode.parameters},
    }
    if Parameter.HOW in mode.parameters:
        fields["how"] = {"enum": list(ways_of(mode))}
    if Parameter.CODE in mode.parameters:
        fields["code"] = {"enum": sorted(mode.codes)} if mode.codes else _RESPONSE_CODE
    return {
        "if": {"properties": {"mode": {"const": mode.id}}, "required": ["mode"]},
        "then": {"properties": fields},
    }


def _one_or_many(field: dict[str, Any]) -> None:
    many = {key: field.pop(key) for key in ("type", "items", "minItems") if key in field}
    field["anyOf"] = [many["items"], many]


def _as_written(field: dict[str, Any]) -> None:
    """A default is shown only where it is what a person would write; a plain text as latency."""
    default = field.get("default")
    forms = [form.get("type") for form in (field, *field.get("anyOf", ()))]
    is_plain = isinstance(default, list) and default and all(isinstance(each, str) for each in default)
    if not is_plain and (
        isinstance(default, dict | list) or ("string" in forms and not isinstance(default, str))
    ):
        field.pop("default", None)
    for part, text in _TEXTS.items():
        if field.get("$ref", "").endswith(f"/{part}"):
            field["anyOf"] = [{"type": "string", **text}, {"$ref": field.pop("$ref")}]


def _without_title(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key != "title"}
