"""Hex digits in a line: alone, behind words, behind how many they are; or nearly hex, and where it is not."""

from __future__ import annotations

import re

from simulator.dumps.cleaning import lead_of, without_characters
from simulator.dumps.languages import are_tens, array_of
from simulator.dumps.line import ODD, SHORTEST, BadLine, HexLine, Line, no_hex

_BETWEEN = re.compile(r"[\s:,\-]+")
_ONLY_HEX = re.compile(r"[0-9A-Fa-f\s:,\-]+")
_RUN = re.compile(
    r"(?<![0-9A-Za-z_])(?:[0-9A-Fa-f]{2})+(?:[ \t:,\-]{1,2}(?:[0-9A-Fa-f]{2})+)*(?![0-9A-Za-z_])")
_BEHIND_LINE_FEED = re.compile(r"\\[rn]")  # as JSON writes the end of a line
_OTHERS = re.compile(r"[^0-9A-Fa-f]")
_HEX = frozenset("0123456789abcdefABCDEF")
_AROUND = "[]<>{}()\"'`; \t"
_RULERS = frozenset(
    bytes(range(first, first + count)) for first in (0, 1) for count in (8, 16, 32)) | {
    bytes(int(str(n), 16) for n in range(count)) for count in (8, 16, 32)}


def bare_digits(text: str, *, begins: bool) -> Line | None:
    """The bytes of a line that holds digits and nothing else; None where it holds something else."""
    text = without_characters(text.strip(_AROUND))
    parts = [part for part in _BETWEEN.split(text) if part]
    if not parts or not _ONLY_HEX.fullmatch(text):
        return None
    tens = [part for part in re.split(r"[\s,]+", text) if part]
    if are_tens(tens):
        return HexLine(array_of(text), begins)
    if len(parts) > 1 and max(map(len, parts)) == 2:
        octets = bytes(int(part, 16) for part in parts)
        return None if octets in _RULERS else HexLine(octets, begins)
    digits = "".join(parts)
    columns = [part for part in parts if len(part) >= 2 * SHORTEST and len(part) % 2 == 0]
    if len(columns) == 1 < len(parts) and columns[0] == parts[-1] and all(map(str.isdecimal, parts[:-1])):
        column = bytes.fromhex(columns[0])  # behind numbers, such as that of a packet
        if len(digits) % 2:
            return HexLine(column, begins=True)
        return HexLine(bytes.fromhex(digits), begins, runs=(column, bytes.fromhex(digits)))
    return BadLine(ODD) if len(digits) % 2 else HexLine(bytes.fromhex(digits), begins)


def _behind_their_count(parts: list[str], octets: bytes) -> bytes:
    """Bytes without the number that says how many they are; it is not written as they are."""
    size = (len(parts[0]) + 1) // 2
    is_count = (len(parts) == 2 or (len(parts) > 2 and len(parts[0]) != len(parts[1]))) and (
        parts[0].isdecimal() and int(parts[0]) == len(octets) - size)
    return octets[size:] if is_count and len(octets) - size >= SHORTEST else octets


def digits_behind(text: str) -> bytes:
    """The bytes of a row that stands behind words which rows before it had too; none where it is no row."""
    text = without_characters(text.rstrip()).strip(_AROUND)
    parts = [part for part in _BETWEEN.split(text) if part]
    digits = "".join(parts)
    return bytes.fromhex(digits) if set(digits) <= _HEX and len(digits) % 2 == 0 else b""


def behind_words(text: str) -> HexLine | None:
    """The longest run of digits in a line of a log, and all that are long enough to be messages."""
    text = _BEHIND_LINE_FEED.sub("  ", text)
    found = list(_RUN.finditer(text))
    if not found:
        return None
    longest = max(found, key=lambda each: len(each[0]))
    row = text[longest.start():].rstrip()
    bare = without_characters(row)
    octets = _octets(bare if bare != row and len(bare) <= len(longest[0]) else longest[0])
    if len(octets) < SHORTEST or octets in _RULERS:
        return None
    words = text[:longest.start()]
    before = words.split()
    if len(before) > 1 and all(len(part) == 2 for part in before) and any(
            _ONLY_HEX.fullmatch(part) for part in before):
        return None  # bytes, one of them mistyped
    behind = text[longest.end():].split()
    if behind and len(behind[0]) == 2 and (
            not before if len(behind) == 1 else len(behind[1]) == 2 and _ONLY_HEX.fullmatch(behind[1])):
        return None  # the same, behind most of them
    if octets[0] < 0x9A and octets[:1].hex().isdecimal() and int(octets[:1].hex()) == len(octets) - 1:
        found_twice = (octets, octets[1:])  # the first pair may say how many follow
        return HexLine(octets, True, lead_of(words), found_twice)
    runs = tuple(each for each in (_octets(run[0]) for run in found) if len(each) >= SHORTEST)
    return HexLine(octets, True, lead_of(words), runs if len(runs) > 1 else ())


def _octets(run: str) -> bytes:
    parts = [part for part in _BETWEEN.split(run) if part]
    digits = "".join(parts)
    if len(digits) % 2:
        return b""
    return _behind_their_count(parts, bytes.fromhex(digits))


def nearly_hex(text: str) -> BadLine | None:
    """A line of which nearly all is hex."""
    text = text.strip(_AROUND)
    parts = [part for part in _BETWEEN.split(text) if part]
    joined = "".join(parts)
    others = _OTHERS.findall(joined)
    if not others or len(joined) < 12 or len(others) > 0.1 * len(joined):
        return None
    if len(parts) > 1 and sum(len(part) == 2 for part in parts) < 0.8 * len(parts):
        return None
    return no_hex(text.index(others[0]) + 1)
