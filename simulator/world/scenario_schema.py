"""The JSON Schema of a scenario, for editors; the checks between parts are not in it."""

from __future__ import annotations

from typing import Any

from simulator.faults.modes import MODES
from simulator.world.actions import ACTIONS
from simulator.world.profiles import devices
from simulator.world.scenario import Scenario

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def scenario_schema() -> dict[str, Any]:
    """The schema of what ``load_scenario`` takes, with descriptions and examples."""
    schema = Scenario.model_json_schema(by_alias=True)
    parts = schema["$defs"]
    _name(parts["Fault"], "mode", MODES)
    _name(parts["Action"], "do", ACTIONS)
    _name(parts["TerminalGroup"], "profile", devices())
    terminals = parts["Merchant"]["properties"]["terminals"]
    _one_or_many(terminals)
    parts["LinkQuality"].pop("required")  # what is left out is as usual for its kind
    for name in ("acquirer", "network"):
        schema["properties"][name].pop("default", None)
    for part in (schema, *parts.values()):
        for field in part.get("properties", {}).values():
            _as_written(field)
    return {"$schema": DIALECT, "title": "Daozhang scenario", **_without_title(schema)}


def _name(part: dict[str, Any], key: str, names: object) -> None:
    part["properties"][key]["enum"] = list(names)  # type: ignore[call-overload]


def _one_or_many(field: dict[str, Any]) -> None:
    many = {key: field.pop(key) for key in ("type", "items", "minItems") if key in field}
    field["anyOf"] = [many["items"], many]


def _as_written(field: dict[str, Any]) -> None:
    """A default is shown only where it is what a person would write; a plain text as latency."""
    default = field.get("default")
    forms = [form.get("type") for form in (field, *field.get("anyOf", ()))]
    if isinstance(default, dict | list) or ("string" in forms and not isinstance(default, str)):
        field.pop("default", None)
    if field.get("$ref", "").endswith("/Latency"):
        field["anyOf"] = [{"type": "string", "examples": ["200ms"]}, {"$ref": field.pop("$ref")}]


def _without_title(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key != "title"}
