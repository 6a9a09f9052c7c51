"""Finds a profile by its name or path and reads it, whole or not at all.

A file may be ``like`` a shipped one: then it says only what is different, row by row.
"""

from __future__ import annotations

import difflib
import threading
import tomllib
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from hil.ecr.allowed import in_words
from hil.ecr.profile import Profile, ProfileFile
from hil.ecr.profile_file import problems_of
from simulator.toml_reading import read_toml

PACKAGE = "daozhang_fixtures"
FOLDER = "ecr"
ENDING = ".toml"
MOST_BYTES = 1 << 18
_ONE_AT_A_TIME = threading.Lock()  # msgspec learns a struct at its first use: in one thread only
_ROWS = {"messages": "name", "commands": "kind", "codes": "code", "tags": "tag", "cannot": "kind"}


class ProfileError(ValueError):
    """A profile that cannot be used; the text is for the person who wrote or named it."""


def profile_names() -> tuple[str, ...]:
    """The profiles that come with the program."""
    folder = files(PACKAGE).joinpath(FOLDER)
    return tuple(sorted(
        entry.name.removesuffix(ENDING) for entry in folder.iterdir()
        if entry.name.endswith(ENDING)
    ))


def load_profile(given: str) -> Profile:
    """The profile of this name, or in the file at this path; :class:`ProfileError` otherwise."""
    if given in profile_names():
        return _shipped(given)
    if not given.endswith(ENDING):
        names = profile_names()
        close = difflib.get_close_matches(given, names, 1, 0.6)
        perhaps = f'; did you mean "{close[0]}"?' if close else ""
        raise ProfileError(f"no ECR profile {given}{perhaps}; allowed: {', '.join(names)}, "
                           f"or the path of a {ENDING} file")
    path = Path(given)
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise ProfileError(f"{given}: is no regular file")
        if size > MOST_BYTES:
            raise ProfileError(f"{given}: more than {MOST_BYTES} bytes are no ECR profile")
        text = path.read_text("utf-8")
    except OSError as error:
        raise ProfileError(f"{given}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ProfileError(f"{given}: not UTF-8 at byte {error.start}") from None
    return _read(path.stem, given, text)


@lru_cache(maxsize=32)
def _shipped(name: str) -> Profile:
    return _read(name, name, _text_of(name))


def _text_of(name: str) -> str:
    return files(PACKAGE).joinpath(FOLDER, name + ENDING).read_text("utf-8")


def _read(name: str, where: str, text: str) -> Profile:
    try:
        table = _whole(read_toml(text), where)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{where}: {error}") from None
    return _checked(name, where, table)


def _checked(name: str, where: str, table: dict[str, Any]) -> Profile:
    try:
        with _ONE_AT_A_TIME:
            said = msgspec.convert(table, ProfileFile, strict=True)
    except msgspec.ValidationError as error:
        raise ProfileError(f"{where}: {in_words(error)}") from None
    problem = next(problems_of(said), None)
    if problem is not None:
        raise ProfileError(f"{where}: {problem}")
    return Profile(name, said)


def _whole(table: dict[str, Any], where: str) -> dict[str, Any]:
    """A file with what it is like."""
    like = table.pop("like", None)
    if like is None:
        return table
    if like not in profile_names():
        raise ProfileError(
            f"{where}: like: no ECR profile {like}; allowed: {', '.join(profile_names())}")
    return _laid_over(_whole(read_toml(_text_of(like)), like), table)


def _laid_over(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    whole = dict(base)
    for key, value in over.items():
        below = whole.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            whole[key] = _laid_over(below, value)
        elif key in _ROWS and isinstance(value, list) and isinstance(below, list):
            whole[key] = _rows_laid_over(below, value, _ROWS[key])
        else:
            whole[key] = value
    return whole


def _rows_laid_over(below: list[Any], rows: list[Any], name: str) -> list[Any]:
    """A row of the same name is another's place, a new one stands behind."""
    over = {row.get(name): row for row in rows if isinstance(row, dict)}
    kept = [over.pop(row.get(name), row) for row in below]
    return kept + [row for row in rows if not isinstance(row, dict) or row.get(name) in over]
