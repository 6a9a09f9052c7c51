"""TOML from outside: what no reader could take in a second, or at all, is refused before it is parsed.

The standard reader takes a time that grows with the square of a key's parts, and falls over brackets
nested deeply and numbers without end.  What it complains of is said in its own words.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

LARGEST = 4 << 20  # characters
MOST_PARTS = 32  # of a key
DEEPEST = 32  # brackets in one another
_PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_ONE = re.compile(_PART)
_TOKEN = re.compile(rf'''
    \#[^\n]*+
  | """(?:[^"\\]|\\.|"(?!""))*+"""
  | \'\'\'(?:[^']|'(?!\'\'))*+\'\'\'
  | (?P<unended>"""|\'\'\')
  | (?P<key>{_PART}(?:[ \t]*+\.[ \t]*+{_PART})*+)
  | (?P<mark>[\[\]{{}}])
''', re.VERBOSE | re.DOTALL)


class TomlError(tomllib.TOMLDecodeError):
    """A text that is not read; says where, and what is allowed."""


def read_toml(text: str) -> dict[str, Any]:
    r"""What a TOML text says; ``tomllib.TOMLDecodeError`` for what is none, or more than is allowed.

    >>> read_toml("a.b = 1")
    {'a': {'b': 1}}
    >>> read_toml("x = 1\n" + ".".join("a" * 33) + " = 1")
    Traceback (most recent call last):
    simulator.toml_reading.TomlError: a key has at most 32 parts (at line 2, column 1)
    """
    _check(text)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except ValueError:  # of a number: more digits than Python reads
        raise TomlError("a number has more digits than can be read") from None


def _check(text: str) -> None:
    if len(text) > LARGEST:
        raise TomlError(f"a TOML text has at most {LARGEST >> 20} MiB")
    depth = 0
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "key":
            if token[0].count(".") >= MOST_PARTS and len(_ONE.findall(token[0])) > MOST_PARTS:
                raise _at(text, token.start(), f"a key has at most {MOST_PARTS} parts")
        elif kind == "mark":
            depth = depth + 1 if token[0] in "[{" else max(depth - 1, 0)
            if depth > DEEPEST:
                raise _at(text, token.start(), f"brackets are nested at most {DEEPEST} deep")
        elif kind == "unended":
            return  # the parser comes no further, and says so


def _at(text: str, start: int, what: str) -> TomlError:
    line = text.count("\n", 0, start) + 1
    column = start - text.rfind("\n", 0, start)
    return TomlError(f"{what} (at line {line}, column {column})")
