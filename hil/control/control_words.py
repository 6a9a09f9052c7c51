"""What is allowed where a request does not fit its struct: values, fields or kinds of values.

It reads the place from the decoder's error and looks it up in the struct; it never shows a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec
from msgspec import inspect

_PLACE = re.compile(r" - at `\$\.?(.*)`$")
_ONE_ENUM_VALUE = re.compile(r"Invalid enum value '.*?'")


def words_of(error: msgspec.DecodeError, request: type[msgspec.Struct]) -> str:
    """The error, and what is allowed at its place."""
    text = str(error)
    place = _PLACE.search(text)
    holders = [_types_of(request)]
    for name in place[1].split(".") if place and place[1] else ():
        holders.append([
            inner for holder in holders[-1] if isinstance(holder, inspect.StructType)
            for field in holder.fields if field.encode_name == name
            for inner in _flat(field.type)
        ])
    for types in reversed(holders):  # the nearest place that can say something
        if allowed := [word for each in types for word in _allowed(each)]:
            return f"{_ONE_ENUM_VALUE.sub('no such value', text)}; allowed: {', '.join(allowed)}"
    return f"{text}; allowed: nothing but do"


@lru_cache(maxsize=64)
def _types_of(request: type[msgspec.Struct]) -> list[inspect.Type]:
    return [inspect.type_info(request)]


def _flat(type_: inspect.Type) -> Iterator[inspect.Type]:
    if isinstance(type_, inspect.UnionType):
        for each in type_.types:
            yield from _flat(each)
    else:
        yield type_


def _allowed(type_: inspect.Type) -> list[str]:
    match type_:
        case inspect.EnumType():
            return [str(member.value) for member in type_.cls]
        case inspect.LiteralType():
            return [str(value) for value in type_.values]
        case inspect.StructType():
            return [field.encode_name for field in type_.fields]
        case _:
            return []
