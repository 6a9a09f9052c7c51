"""What a profile's file may hold at a place where something else was found: keys, or values of a set."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from hil.ecr.profile import ProfileFile

_PLACE = re.compile(r"(?: - at `(?:key in )?\$(?P<path>[^`]*)`)?$")
_UNKNOWN_KEY = re.compile(r"unknown field `(?P<key>[^`]*)`")


def in_words(error: msgspec.ValidationError) -> str:
    """A reader's error with its place first, and with what is allowed there where that is a set."""
    text = str(error)
    found = _PLACE.search(text)
    assert found is not None
    path = (found["path"] or "").lstrip(".")
    place = f"{path}: " if path else ""
    names = sorted(_allowed(path))
    allowed = f"; allowed: {', '.join(names)}" if names else ""
    unknown = _UNKNOWN_KEY.search(text)
    if unknown:
        return f"{place}no key {unknown['key']}{allowed}"
    return f"{place}{text[:found.start()]}{allowed}"


def _allowed(path: str) -> Iterable[str]:
    here: Any = ProfileFile
    for step in re.findall(r"\w+", re.sub(r"\[[^\]]*\]", "", path)):
        here = _inside(here)
        if not _is_struct(here):
            break  # a key that the file's writer has chosen
        here = get_type_hints(here)[step]
    return _choices(_inside(here))


def _inside(sort: Any) -> Any:
    """What stands in a list, a table of tables, or in what may be absent."""
    while get_origin(sort) in {tuple, dict, Union, UnionType}:
        inner = [each for each in get_args(sort) if each not in {Ellipsis, type(None), str}]
        if not inner:
            return str
        sort = inner[-1]
    return sort


def _choices(sort: Any) -> Iterable[str]:
    if _is_struct(sort):
        return [field.encode_name for field in msgspec.structs.fields(sort)]
    if get_origin(sort) is Literal:
        return map(str, get_args(sort))
    if isinstance(sort, type) and issubclass(sort, Enum):
        return [str(each.value) for each in sort if each.value]
    return ()


def _is_struct(sort: Any) -> bool:
    return isinstance(sort, type) and issubclass(sort, msgspec.Struct)
