"""Reads a dialect from its TOML file, whole or not at all; knows the dialects that are shipped.

A file may be ``like`` a shipped one: then it says only what is different, row by row.
"""

from __future__ import annotations

import difflib
import tomllib
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from simulator.toml_reading import read_toml
from simulator.wire.dialect import Dialect
from simulator.wire.dialect_file import DialectFile, problems_of, unnamed_rows
from simulator.wire.fields import FieldRow
from simulator.wire.framing import Framing, header_form

PACKAGE = "daozhang_fixtures"
FOLDER = "dialects"
ENDING = ".toml"
USUAL = "unionpay-pos"
MOST_BYTES = 1 << 20
_ROWS = {"fields": "number", "kinds": "kind"}  # tables of rows, and what a row is known by


class DialectError(ValueError):
    """A dialect that cannot be used; the text is for the person who wrote or named it."""


def dialect_names() -> tuple[str, ...]:
    """The dialects that come with the program."""
    folder = files(PACKAGE).joinpath(FOLDER)
    return tuple(sorted(
        entry.name.removesuffix(ENDING) for entry in folder.iterdir()
        if entry.name.endswith(ENDING)
    ))


def usual_dialect() -> Dialect:
    """The dialect where none is named."""
    return _shipped(USUAL)


def dialect_named(given: str) -> Dialect:
    """The dialect of this name, or in the file at this path; :class:`DialectError` otherwise."""
    if given in dialect_names():
        return _shipped(given)
    if not given.endswith(ENDING):
        names = dialect_names()
        close = difflib.get_close_matches(given, names, 1, 0.6)
        perhaps = f'; did you mean "{close[0]}"?' if close else ""
        raise DialectError(f"no dialect {given}{perhaps}; allowed: {', '.join(names)}, "
                           f"or the path of a {ENDING} file")
    return _in_file(given, *_state_of(Path(given)))


def dialect_of(text: str, name: str, where: str) -> Dialect:
    """The dialect that a TOML text says."""
    try:
        data: dict[str, Any] = read_toml(text)
        said = msgspec.convert(_whole(data, where), DialectFile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise DialectError(f"{where}: {error}") from None
    if problem := next(problems_of(said), ""):
        raise DialectError(f"{where}: {problem}")
    header_length = sum(part.digits or 0 for part in said.header) // 2
    return Dialect(
        name=name, title=said.title, fields=tuple(sorted(said.fields, key=_by_number)),
        kinds=said.kinds, header=said.header,
        framing=Framing(
            said.framing.length_prefix, header_form(said.framing.tpdu, header_length),
            said.framing.envelope),
        tpdu=said.tpdu, reply_tpdu=said.reply_tpdu, mac=said.mac, shown_tags=said.shown_tags,
        size_limit=said.size_limit, unnamed=unnamed_rows(said),
    )


def _whole(data: dict[str, Any], where: str) -> dict[str, Any]:
    """What a file says together with what the one says that it is like."""
    if "like" not in data:
        return data
    given = data["like"]
    if given not in dialect_names():
        raise DialectError(
            f"{where}: like: no dialect {given}; allowed: {', '.join(dialect_names())}")
    base = read_toml(_shipped_text(given))
    whole = base | {key: value for key, value in data.items() if key != "like"}
    for table, key in _ROWS.items():
        rows = data.get(table, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            continue  # complained of by its type
        changed = {str(row.get(key)): row for row in rows}
        there = {str(row[key]) for row in base[table]}
        whole[table] = [changed.get(str(row[key]), row) for row in base[table]] + [
            row for row in rows
            if str(row.get(key)) not in there or row is not changed[str(row.get(key))]
        ]
    return whole


def _by_number(row: FieldRow) -> int:
    return row.number


@lru_cache(maxsize=16)
def _shipped(name: str) -> Dialect:
    return dialect_of(_shipped_text(name), name, f"{name}{ENDING}")


def _shipped_text(name: str) -> str:
    return files(PACKAGE).joinpath(FOLDER).joinpath(f"{name}{ENDING}").read_text("utf-8")


def _state_of(path: Path) -> tuple[int, int]:
    """What changes when a file does; the worlds of one process read it once."""
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise DialectError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=16)
def _in_file(given: str, _changed_ns: int, _size: int) -> Dialect:
    return dialect_of(_content(Path(given)), Path(given).name.removesuffix(ENDING), given)


def _content(path: Path) -> str:
    try:
        if not path.is_file():
            raise DialectError(f"{path}: is no regular file; give a TOML file")
        if path.stat().st_size > MOST_BYTES:
            raise DialectError(f"{path}: is larger than {MOST_BYTES >> 20} MiB")
        return path.read_text("utf-8")
    except OSError as error:
        raise DialectError(f"{path}: {error.strerror or error}") from None
    except ValueError:
        raise DialectError(f"{path}: is no text in UTF-8") from None
