"""Reads the tables that a host gives out from a TOML file, whole or not at all.

A file may be ``like`` a shipped one: then it says only what is different, row by row.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from simulator.machines.acquirer.library import Library
from simulator.scenario.library import PACKAGE
from simulator.scenario.table_file import (
    TableFile,
    aid_pairs,
    capk_pairs,
    problems_of,
    rsa_of,
)
from simulator.toml_reading import read_toml
from simulator.wire.errors import WireError
from simulator.wire.tables import Table
from simulator.wire.tables_fixed import (
    PARAMETER_NAMES,
    PARAMETER_WIDTHS,
    TASK_NAMES,
    format_counted,
    format_values,
)
from simulator.wire.tables_numbered import (
    LAST,
    black_list_entry,
)

FOLDER, ENDING = "tables", ".toml"
USUAL = "test-tables"
LARGEST_FILE = 1 << 20
_KEYS = {"capk": ("rid", "index"), "aid": ("aid",)}  # what rows of two files are the same by


class TableFileError(ValueError):
    """Tables that cannot be used; the text is for the person who wrote or named them."""


def table_file_names() -> tuple[str, ...]:
    """The table files that come with the program."""
    return tuple(sorted(
        entry.name.removesuffix(ENDING) for entry in files(PACKAGE).joinpath(FOLDER).iterdir()
        if entry.name.endswith(ENDING)
    ))


def library_named(
    given: str, black_list: tuple[str, ...] = (), most_in_message: int = 0,
) -> Library:
    """The tables of this name, or in the file at this path; :class:`TableFileError` otherwise."""
    if given in table_file_names():
        library = _shipped(given)
    elif given.endswith(ENDING):
        library = _library(_content(Path(given)), given)
    else:
        raise TableFileError(f"no tables {given}; allowed: {', '.join(table_file_names())}, "
                             f"or the path of a {ENDING} file")
    if not black_list and not most_in_message:
        return library
    numbers = (*library.numbered[Table.BLACK_LIST], *map(black_list_entry, black_list))
    if len(numbers) > LAST + 1:
        raise TableFileError(f"{given}: black_list: {len(numbers)} numbers, at most {LAST + 1}")
    return msgspec.structs.replace(
        library, numbered=library.numbered | {Table.BLACK_LIST: numbers},
        most_in_message=most_in_message,
    )


@lru_cache(maxsize=4)
def _shipped(name: str) -> Library:
    return _library(_shipped_text(name), f"{name}{ENDING}")


def _shipped_text(name: str) -> str:
    return files(PACKAGE).joinpath(FOLDER).joinpath(f"{name}{ENDING}").read_text("utf-8")


def _content(path: Path) -> str:
    try:
        if not path.is_file():
            raise TableFileError(f"{path}: is no regular file; give a TOML file")
        if path.stat().st_size > LARGEST_FILE:
            raise TableFileError(f"{path}: is larger than {LARGEST_FILE >> 20} MiB")
        return path.read_text("utf-8")
    except OSError as error:
        raise TableFileError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise TableFileError(f"{path}: is no text in UTF-8") from None


def _library(text: str, where: str) -> Library:
    try:
        said = msgspec.convert(_whole(read_toml(text), where), TableFile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise TableFileError(f"{where}: {error}") from None
    try:
        if problem := next(problems_of(said), ""):
            raise TableFileError(f"{where}: {problem}")
        return Library(
            listed={
                Table.CAPK: tuple(map(capk_pairs, said.capk)), Table.AID: tuple(map(aid_pairs, said.aid)),
            },
            numbered={
                Table.BLACK_LIST: tuple(map(black_list_entry, said.black_list)),
                Table.BIN_B: tuple(f"{each.length}{each.bin}" for each in said.bin_b),
                Table.BIN_C: tuple(f"{each.length}{each.bin}" for each in said.bin_c),
            },
            whole={
                Table.PARAMETERS: format_values(
                    _tagged(said.parameters, PARAMETER_NAMES), PARAMETER_WIDTHS),
                Table.CONTACTLESS: format_counted(said.contactless.items()),
                Table.TMS: format_counted(_tagged(said.task, TASK_NAMES)),
            },
            rsa=rsa_of(said.master_key) if said.master_key else None,
        )
    except WireError as error:
        raise TableFileError(f"{where}: {error.reason}") from None


def _whole(data: dict[str, Any], where: str) -> dict[str, Any]:
    """What a file says together with what the one says that it is like."""
    if "like" not in data:
        return data
    given = data["like"]
    if given not in table_file_names():
        raise TableFileError(
            f"{where}: like: no tables {given}; allowed: {', '.join(table_file_names())}")
    base = read_toml(_shipped_text(given))
    whole = base | {key: value for key, value in data.items() if key != "like"}
    for table in ("parameters", "contactless", "task"):
        if isinstance(data.get(table), dict):
            whole[table] = base.get(table, {}) | data[table]
    for table, keys in _KEYS.items():
        rows = data.get(table)
        if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
            named = {tuple(str(row.get(key)) for key in keys): row for row in rows}
            there = {tuple(row[key] for key in keys): row for row in base.get(table, [])}
            whole[table] = list((there | named).values())
    return whole


def _tagged(said: dict[str, str], names: dict[str, str]) -> list[tuple[str, str]]:
    """Values by tag, in the order of the tags."""
    return [(tag, said[name]) for tag, name in names.items() if name in said]
