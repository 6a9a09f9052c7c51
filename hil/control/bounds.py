"""How large, deep and manifold a text may be before anybody parses it: scans that take no time.

A scan knows no grammar and rather refuses too much; what it lets through is refused, if it must
be, by who reads it.
"""

from __future__ import annotations

import re

LONGEST_LINE = 65_536
DEEPEST = 32
MOST_PARTS = 4_096
LONGEST_NUMBER = 40
LONGEST_TOML = 8_192
DEEPEST_TOML = 8
MOST_TOML_PARTS = 200  # of keys, values and lists: a table of faults has twenty
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_NUMBER = re.compile(
    rb"[0-9_]{%d}|0[xX][0-9a-fA-F_]{%d}|0[oObB][0-7_]{%d}" % ((LONGEST_NUMBER + 1,) * 3))
_BRACKETS = re.compile(rb"[\[\]{}]")


class BoundsError(ValueError):
    """A text that is not read at all; says what is allowed."""


def check_json(line: bytes) -> None:
    """``BoundsError`` for a request that is too large to be looked at, or no text."""
    if len(line) > LONGEST_LINE:
        raise BoundsError(f"a request is at most {LONGEST_LINE} bytes")
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BoundsError(f"a request is text in UTF-8; byte {error.start} is none") from None
    if b"\0" in line:
        raise BoundsError(f"a request is text; byte {line.index(0)} is NUL")
    _check(_STRING.sub(b"", line), b",:[{", MOST_PARTS, DEEPEST)


def check_toml(text: str) -> None:
    """The same for a table of TOML; brackets and dots in its strings count too."""
    data = text.encode("utf-8", "replace")
    if len(data) > LONGEST_TOML:
        raise BoundsError(f"a table is at most {LONGEST_TOML} bytes")
    _check(data, b".=,[{", MOST_TOML_PARTS, DEEPEST_TOML)


def _check(data: bytes, parting: bytes, most: int, deepest: int) -> None:
    if sum(data.count(bytes([each])) for each in parting) > most:
        raise BoundsError(f"at most {most} parts are allowed")
    if _NUMBER.search(data):
        raise BoundsError(f"a number has at most {LONGEST_NUMBER} digits")
    depth = 0
    for bracket in _BRACKETS.findall(data):
        depth += 1 if bracket in b"[{" else -1
        if depth > deepest:
            raise BoundsError(f"brackets may be nested {deepest} deep")
        if depth < 0:
            return  # no text of either kind: the parser says where
