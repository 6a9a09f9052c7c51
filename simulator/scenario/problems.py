"""What is wrong with a scenario's text, said so that a person can mend it; card numbers masked."""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Iterable
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from simulator.local_time import datetime_at
from simulator.scenario.parts.part import Part
from simulator.scenario.toml_lines import Path
from simulator.scenario.units import plain
from simulator.wire.masking import mask_cards

MOST_NAMES = 40
_LONG_NUMBER = re.compile(r"\d{12,}")


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong, and where."""

    path: Path
    text: str


def shown(given: object) -> str:
    """What a person gave, short, with anything like a card number masked."""
    return _masked(plain(_masked(given) if isinstance(given, str) else given))


def _masked(text: str) -> str:
    return _LONG_NUMBER.sub(lambda found: found[0][:6] + "******" + found[0][-4:], mask_cards(text))


def path_text(path: Path) -> str:
    """A path as people write it; lists are counted from 1.

    >>> path_text(("merchants", 0, "bank"))
    'merchants[1].bank'
    """
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{_masked(part)}" if text else _masked(part)
    return text


def allowed_text(allowed: Iterable[str]) -> str:
    """What may stand there; a long list is cut."""
    names = tuple(allowed)
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return "allowed: " + ", ".join(names[:MOST_NAMES]) + more if names else "allowed: none"


def no_such(what: str, given: str, allowed: Iterable[str]) -> str:
    """That a name names nothing, which one was perhaps meant, and which there are."""
    names = tuple(allowed)
    close = difflib.get_close_matches(given, names, 1, 0.6)
    perhaps = f'; did you mean "{close[0]}"?' if close else ""
    return f"{what} {shown(given)}{perhaps}; {allowed_text(names)}"


def moment_text(at_ms: int) -> str:
    """A moment in Beijing time, to the minute."""
    return datetime_at(at_ms).isoformat(timespec="minutes")


def outside(at_ms: int, start_ms: int, until_ms: int) -> str:
    """That a moment is not in the run, and when the run is."""
    return (f"{moment_text(at_ms)} is outside the run, {moment_text(start_ms)} to "
            f"{moment_text(until_ms)}")


def problems_of(error: ValidationError, model: type[Part]) -> list[Problem]:
    """The problems that validation found.

    A list whose entries are wrong counts as empty; that it is too short is then no news.
    """
    found = [(tuple(each["loc"]), each) for each in error.errors(include_url=False)]
    above = {path[:length] for path, _ in found for length in range(len(path))}
    return [
        Problem(path, _text(each, model))
        for path, each in found if each["type"] != "too_short" or path not in above
    ]


_KINDS = {
    "string_type": "must be a text in quotes",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "finite_number": "must be a finite number",
    "int_parsing_size": "is too large",
}
_LIMITS = {
    "greater_than_equal": ("ge", "must be at least {}"),
    "less_than_equal": ("le", "must be at most {}"),
    "less_than": ("lt", "must be less than {}"),
    "string_pattern_mismatch": ("pattern", "must have the form {}"),
    "string_too_short": ("min_length", "must have at least {} character(s)"),
    "string_too_long": ("max_length", "must have at most {} characters"),
}


def _text(error: ErrorDetails, model: type[Part]) -> str:
    kind = error["type"]
    path = tuple(error["loc"])
    context = error.get("ctx", {})
    if kind == "extra_forbidden":
        return no_such("unknown key", str(path[-1]), keys_at(path[:-1], model))
    if kind == "missing":
        return "missing; it must be given"
    given = f"{shown(error['input'])} given; "
    if kind == "literal_error":
        names = [name.strip("' ") for name in re.split(r",| or ", context["expected"])]
        return no_such("not possible:", str(error["input"]), names)
    if kind == "value_error":
        return f"{given}must be {context['error']}"
    if kind in _LIMITS:
        name, form = _LIMITS[kind]
        return given + form.format(context[name])
    if kind == "too_short":
        return f"a list of {context['actual_length']} given; must have at least {context['min_length']} entries"
    return given + _KINDS.get(kind, error["msg"])


def keys_at(path: Path, model: type[Part]) -> tuple[str, ...]:
    """The keys that may stand in the table at a path."""
    here: type[Part] | None = model
    for part in path:
        if here is None or isinstance(part, int):
            continue
        field = next(
            (each for name, each in here.model_fields.items() if (each.alias or name) == part), None,
        )
        here = _part_in(field.annotation) if field is not None else None
    if here is None:
        return ()
    return tuple(field.alias or name for name, field in here.model_fields.items())


def _part_in(annotation: Any) -> type[Part] | None:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation
    if get_origin(annotation) in (Annotated, tuple, Union, types.UnionType):
        return next((found for each in get_args(annotation) if (found := _part_in(each))), None)
    return None
