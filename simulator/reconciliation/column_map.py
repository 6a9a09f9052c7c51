"""What the user says of a side's files: columns, encoding, unit; made from ``--column`` and ``--map``."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from simulator.catalogue.system_words import system_words
from simulator.reconciliation import sayings as say
from simulator.reconciliation.entry import SIDES, Side
from simulator.reconciliation.fixed_forms import FORM_OF
from simulator.reconciliation.forms import BY_ID, FIELDS
from simulator.reconciliation.sayings import BadFileError
from simulator.reconciliation.text_file import ENCODINGS
from simulator.toml_reading import read_toml

UNITS = ("yuan", "fen")
_DELIMITERS = {"comma": ",", "tab": "\t", "semicolon": ";", "pipe": "|", ",": ",", "\t": "\t", ";": ";", "|": "|"}
_ALLOWED: Mapping[str, tuple[str, ...]] = {
    "encoding": ENCODINGS, "unit": UNITS, "delimiter": tuple(_DELIMITERS),
}


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How the files of one side are read; "" and nothing: as they are seen to be."""

    columns: Mapping[str, str] = {}  # field: name of the column
    encoding: str = ""
    unit: str = "yuan"
    delimiter: str = ""
    form: str = ""
    only: Mapping[str, str] = {}  # column: text that must be in it, else the record is left out
    year: int = 0


_KEYS = tuple(name for name in Reading.__struct_fields__)


def readings(
    columns: Iterable[str], map_file: Path | None, encoding: str = "", year: int = 0,
) -> dict[Side, Reading]:
    """Of each side; BadFileError names what is wrong."""
    if encoding and encoding not in ENCODINGS:
        raise BadFileError(say.NO_ENCODING.say(given=encoding, allowed=", ".join(ENCODINGS)))
    given = {side: _of_file(side, table) for side, table in _tables(map_file).items()}
    for text in columns:
        side, field, name = _column(text)
        given[side] = msgspec.structs.replace(given[side], columns={**given[side].columns, field: name})
    return {
        side: msgspec.structs.replace(each, encoding=each.encoding or encoding, year=each.year or year)
        for side, each in given.items()
    }


def _column(text: str) -> tuple[Side, str, str]:
    left, equals, name = text.partition("=")
    side, dot, field = left.partition(".")
    if not (equals and dot and name):
        raise BadFileError(say.NO_NAME.say(given=text))
    if side not in {each.value for each in SIDES}:
        raise BadFileError(say.NO_SIDE.say(given=text, allowed=", ".join(SIDES)))
    if field not in FIELDS:
        raise BadFileError(say.NO_FIELD.say(given=text, name=field, allowed=", ".join(FIELDS)))
    return Side(side), field, name


def _tables(path: Path | None) -> dict[Side, tuple[Path, Mapping[str, Any]]]:
    if path is None:
        return {side: (Path(), {}) for side in SIDES}
    try:
        tables = read_toml(path.read_text("utf-8"))
    except OSError as error:
        raise BadFileError(say.BAD_MAP.say(file=path, why=system_words(error))) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadFileError(say.BAD_MAP.say(file=path, why=error)) from None
    for name in tables:
        if name not in {side.value for side in SIDES} or not isinstance(tables[name], dict):
            raise BadFileError(say.MAP_KEY.say(file=path, side="", key=name, allowed=", ".join(SIDES)))
    return {side: (path, tables.get(side.value, {})) for side in SIDES}


def _of_file(side: Side, given: tuple[Path, Mapping[str, Any]]) -> Reading:
    path, table = given
    facts: dict[str, Any] = {}
    columns: dict[str, str] = {}
    for key, value in table.items():
        if key in FIELDS:
            if not isinstance(value, str) or not value:
                raise BadFileError(say.MAP_VALUE.say(file=path, side=side.value, key=key, given=value, allowed='"…"'))
            columns[key] = value
            continue
        if key not in _KEYS or key == "columns":
            allowed = (*(each for each in _KEYS if each != "columns"), *FIELDS)
            near = difflib.get_close_matches(key, allowed, 3)
            raise BadFileError(say.MAP_KEY.say(
                file=path, side=side.value, key=key, allowed=", ".join(near or allowed)))
        _check(path, side, key, value)
        facts[key] = _DELIMITERS[value] if key == "delimiter" else value
    return Reading(columns=columns, **facts)


def _check(path: Path, side: Side, key: str, value: object) -> None:
    allowed: tuple[str, ...] = (*_ALLOWED.get(key, ()),)
    if key == "form":
        allowed = (*BY_ID, *FORM_OF)
        good = value in allowed
    elif key == "only":
        good = isinstance(value, dict) and all(isinstance(each, str) for each in value.values())
        allowed = ('{ column = "text" }',)
    elif key == "year":
        good = isinstance(value, int) and 1990 <= value <= 2199
        allowed = ("1990 … 2199",)
    else:
        good = value in allowed
    if not good:
        raise BadFileError(say.MAP_VALUE.say(
            file=path, side=side.value, key=key, given=value, allowed=", ".join(allowed)))
