"""The forms in which a scenario says what it wants to come out: shares, bounds, lists, moments; reads only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema

from simulator.scenario.parts.part import Name, Part
from simulator.scenario.units import (
    MOMENT_PATTERN,
    Amount,
    UnfitError,
    moment_of,
)

ARRIVED_FORM = (
    '"all", "none", a share from 0 to 1, a list of sale ids, or a bound such as '
    "{ at_least = 1, at_most = 3 }")
RETURNS_FORM = (
    '"all", "none", a share from 0 to 1, a list of names of voids and refunds, or a bound such as '
    "{ at_least = 1, at_most = 3 }")
GIVEN_FORM = RETURNS_FORM + ', or a table of names with moments, { "R1" = "2026-01-29T12:00" }'
BOUND_KEYS = frozenset({"at_least", "at_most"})
_BOUND_FORM = "a whole number of at least 0 or a share from 0.0 to 1.0"


class Limits(Part):
    """So many at least, so many at most: a whole number counts, a share has a point."""

    at_least: int | float | None = None
    at_most: int | float | None = None


def who_of(text: str) -> tuple[str, int]:
    """A merchant, and which of its terminals; 0: all of it.

    >>> who_of("shop/2"), who_of("shop"), who_of("bar/café")
    (('shop', 2), ('shop', 0), ('bar/café', 0))
    """
    name, stroke, number = text.rpartition("/")
    is_terminal = bool(stroke) and number.isdecimal() and number.isascii() and int(number) > 0
    return (name, int(number)) if is_terminal else (text, 0)


class NamedMoments(Part):
    """Names, each with the moment by which it must have come about."""

    names: tuple[str, ...]
    by_ms: tuple[int, ...]


def _limit(given: object) -> int | float:
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    if not is_number or not (0 <= given <= 1 if isinstance(given, float) else 0 <= given < 1 << 53):  # type: ignore[operator]
        raise UnfitError(_BOUND_FORM)
    return given  # type: ignore[return-value]


def _limits(given: dict[str, object]) -> Limits:
    limits = {key: _limit(value) for key, value in given.items()}
    return Limits.model_construct(at_least=limits.get("at_least"), at_most=limits.get("at_most"))


def _which(form: str) -> Callable[[object], object]:
    def read(given: object) -> object:
        if given in ("all", "none") or isinstance(given, tuple | Part):
            return given
        if isinstance(given, list) and given and all(isinstance(each, str) for each in given):
            return tuple(given)
        if isinstance(given, int | float) and not isinstance(given, bool) and 0 <= given <= 1:
            return float(given)
        if isinstance(given, dict) and given and given.keys() <= BOUND_KEYS:
            return _limits(given)
        raise UnfitError(form)
    return read


def _given(given: object, info: ValidationInfo) -> object:
    if isinstance(given, dict) and given and not BOUND_KEYS & given.keys():
        return NamedMoments.model_construct(
            names=tuple(given), by_ms=tuple(moment_of(each, info) for each in given.values()))
    return _which(GIVEN_FORM)(given)


def _schema(description: str, *examples: object, also: tuple[dict[str, Any], ...] = ()) -> WithJsonSchema:
    limit = {"anyOf": [
        {"type": "integer", "minimum": 0}, {"type": "number", "minimum": 0, "maximum": 1}]}
    return WithJsonSchema({
        "anyOf": [
            {"enum": ["all", "none"]}, {"type": "number", "minimum": 0, "maximum": 1},
            {"type": "array", "items": {"type": "string"}, "minItems": 1},
            {"type": "object", "properties": dict.fromkeys(sorted(BOUND_KEYS), limit),
             "additionalProperties": False, "minProperties": 1},
            *also,
        ],
        "description": description, "examples": list(examples),
    })


_BY_NAME: dict[str, Any] = {
    "type": "object", "propertyNames": {"not": {"enum": sorted(BOUND_KEYS)}}, "minProperties": 1,
    "additionalProperties": {"type": "string", "pattern": MOMENT_PATTERN},
}
Which = Annotated[
    str | float | tuple[str, ...] | Limits, BeforeValidator(_which(ARRIVED_FORM)),
    _schema(ARRIVED_FORM, "all", "none", 0.99, ["S1", "S2"], {"at_least": 1, "at_most": 3}),
]
WhichReturns = Annotated[
    str | float | tuple[str, ...] | Limits, BeforeValidator(_which(RETURNS_FORM)),
    _schema(RETURNS_FORM, "all", "none", ["R1"], {"at_most": 1}),
]
WhichGiven = Annotated[
    str | float | tuple[str, ...] | Limits | NamedMoments, BeforeValidator(_given),
    _schema(GIVEN_FORM, "all", ["R1"], {"R1": "2026-01-29T12:00"}, also=(_BY_NAME,)),
]
Owes = dict[Name, Amount]
