r"""The bytes that one line of a text holds, in whatever form people keep them; guesses no digit.

Bare digits with blanks, colons, dashes or commas between them, ``0x`` and ``\x``, arrays of C and Java,
literals of Python, lines of logs with words before the digits, base64, and rows of xxd, hexdump, od,
Wireshark and tcpdump.
"""

from __future__ import annotations

import ast
import base64
import re

import msgspec

from simulator.catalogue.language import Told

SHORTEST = 10  # bytes of the shortest message: fewer behind words are no message

_BETWEEN = re.compile(r"[\s:,\-]+")
_ONLY_HEX = re.compile(r"[0-9A-Fa-f\s:,\-]+")
_RUN = re.compile(
    r"(?<![0-9A-Za-z_])(?:[0-9A-Fa-f]{2})+(?:[ \t:,\-]{1,2}(?:[0-9A-Fa-f]{2})+)*(?![0-9A-Za-z_])")
_DATE = r"(?:\d{4}[-/.]\d{2}[-/.]\d{2}|\d{2}[-/.]\d{2}[-/.]\d{4})"
_TIME = r"\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:\s?(?:Z|[+-]\d{2}:?\d{2}))?(?![:\d])"
_STAMP = re.compile(
    rf"{_DATE}[T ,_]?\s*{_TIME}|(?<=^)[\[(\s]*(?:{_TIME}(?=\s|\]|\))|\d{{10}}\.\d+)|{_DATE}(?=\s)")
_REMARK = re.compile(r"(?:^|(?<=[\s,;})\]]))(?:#|//|;).*")
_BYTES = re.compile(r"""[bB][rR]?(?P<q>['"])(?:\\.|(?!(?P=q)).)*(?P=q)""")
_TEXT = re.compile(r"""(?P<q>['"])(?:\\.|(?!(?P=q)).)*\\x(?:\\.|(?!(?P=q)).)*(?P=q)""")
_ESCAPED = re.compile(r"\\x([0-9A-Fa-f]{2})")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
_LAST = re.compile(r"[A-Za-z0-9+/]{2,}={0,2}")  # the last line of it may be short
_OX = re.compile(r"(?<![0-9A-Za-z])0[xX]([0-9A-Za-z]+)")
_CAST = re.compile(r"\(\s*[A-Za-z_][\w\s]*\)\s*")
_NUMBER = re.compile(r"0[xX]([0-9A-Fa-f]{1,2})[uUlL]*|(-?\d{1,3})")
_ROW = re.compile(r"\s*(?P<ox>0x)?(?P<offset>[0-9A-Fa-f]{4,16})(?P<colon>:?)(?P<gap>[ \t]*)(?P<rest>.*)")
_GROUP = re.compile(r"([ \t]*)([0-9A-Fa-f]+)(?=[ \t]|$)")
_BARS = re.compile(r"[ \t]+(?:\|.*\||>.*<)\s*$")


class HexLine(msgspec.Struct, frozen=True, gc=False):
    """Bytes; ``begins``: words stood before them, so they are no continuation."""

    octets: bytes
    begins: bool = False


class DumpRow(msgspec.Struct, frozen=True, gc=False):
    """A row of a dump; without bytes the offset that ends it."""

    offset: str
    octets: bytes = b""
    is_words: bool = False  # of two bytes, the lower one first


class BadLine(msgspec.Struct, frozen=True, gc=False):
    """A line that is meant to be hex and is none."""

    why: Told


class Encoded(msgspec.Struct, frozen=True, gc=False):
    """What may be base64, or a part of it; and what it is where it is not."""

    text: str
    otherwise: BadLine | None = None


Line = HexLine | DumpRow | BadLine | Encoded

ODD = Told("an odd number of hex digits", "十六进制数字的个数为奇数")


def _no_hex(column: int) -> BadLine:
    return BadLine(Told(f"no hex digits at column {column}", f"第 {column} 列不是十六进制数字"))


def line_of(text: str, *, in_dump: bool = False, in_base64: bool = False) -> Line | None:
    r"""What a line holds; None where it holds words only.

    >>> line_of("00 3C:60"), line_of("0x00, 0x3C,"), line_of(r'"\x00\x3c"'), line_of("GET / HTTP/1.1")
    (HexLine(octets=b'\x00<`', begins=False), HexLine(octets=b'\x00<', begins=False), HexLine(octets=b'\x00<', begins=False), None)
    >>> line_of("2026-01-30 10:00:00.123 TX: 0034 6000 0300 0060 3100 3110").begins
    True
    >>> line_of("00000010: 3c60 0003  <`..", in_dump=True)
    DumpRow(offset='00000010', octets=b'<`\x00\x03', is_words=False)
    """
    row = dump_row(text, in_dump=in_dump)
    if row is not None:
        return row
    if "\\x" in text or _BYTES.search(text):
        found = _literals(text)
        if found:
            return found
    text = _REMARK.sub("", text).strip()
    if not text:
        return None
    if _OX.search(text):
        return _array(text)
    stripped = _STAMP.sub(" ", text)
    bare = stripped.strip("[]<>{}()\"'; \t")
    if _ONLY_HEX.fullmatch(bare) and _BETWEEN.sub("", bare):
        return _digits(bare, begins=stripped != text)
    behind, nearly = _behind_words(stripped), _nearly_hex(bare)
    if behind is None and len(text) % 4 == 0 and (_LAST if in_base64 else _BASE64).fullmatch(text):
        return Encoded(text, nearly)
    return behind or nearly


# ---- digits --------------------------------------------------------------------------------------


def _digits(text: str, *, begins: bool = False) -> Line:
    parts = [part for part in _BETWEEN.split(text) if part]
    if len(parts) > 1 and max(map(len, parts)) == 2:
        return HexLine(bytes(int(part, 16) for part in parts), begins)
    digits = "".join(parts)
    return BadLine(ODD) if len(digits) % 2 else HexLine(bytes.fromhex(digits), begins)


def _behind_words(text: str) -> HexLine | None:
    """The longest run of digits in a line of a log."""
    runs = [found[0] for found in _RUN.finditer(text)]
    longest = max(runs, key=len, default="")
    parts = [part for part in _BETWEEN.split(longest) if part]
    octets = bytes.fromhex("".join(parts))
    if len(parts) > 1 and parts[0].isdigit() and int(parts[0]) == len(octets) - len(parts[0]) // 2:
        octets = octets[len(parts[0]) // 2:]  # how many bytes follow
    if len(octets) < SHORTEST:
        return None
    before = text[:text.index(longest)].split()
    if len(before) > 1 and all(len(part) == 2 for part in before) and any(
            _ONLY_HEX.fullmatch(part) for part in before):
        return None  # bytes, one of them mistyped
    return HexLine(octets, begins=True)


def _nearly_hex(text: str) -> BadLine | None:
    """A line of which nearly all is hex."""
    parts = [part for part in _BETWEEN.split(text) if part]
    joined = "".join(parts)
    wrong = next((char for char in joined if char not in "0123456789abcdefABCDEF"), "")
    share = sum(char in "0123456789abcdefABCDEF" for char in joined)
    if not wrong or len(joined) < 12 or share < 0.9 * len(joined):
        return None
    if len(parts) > 1 and sum(len(part) == 2 for part in parts) < 0.8 * len(parts):
        return None
    return _no_hex(text.index(wrong) + 1)


# ---- languages -----------------------------------------------------------------------------------


def _literals(text: str) -> HexLine | None:
    """Byte literals of Python, or texts of C with escapes."""
    found = [each[0] for each in _BYTES.finditer(text)]
    if not found:
        found = ["b" + each[0] for each in _TEXT.finditer(text)]
    try:
        octets = b"".join(ast.literal_eval(each) for each in found)
    except (ValueError, SyntaxError):
        octets = b""
    octets = octets or bytes.fromhex("".join(_ESCAPED.findall(text)))
    return HexLine(octets) if octets else None


def _array(text: str) -> Line | None:
    inner = _CAST.sub("", text.partition("}")[0].rpartition("{")[2].rpartition("=")[2])
    parts = [part.strip() for part in inner.strip("[]();, \t").split(",") if part.strip()]
    numbers = [_NUMBER.fullmatch(part) for part in parts]
    if numbers and all(numbers):
        return HexLine(bytes(
            int(found[1], 16) if found[1] else int(found[2]) & 0xFF for found in numbers if found))
    behind = _behind_words(_OX.sub(" ", _STAMP.sub(" ", text)))
    octets = bytearray()
    for found in _OX.finditer(text):
        digits = found[1]
        if _ONLY_HEX.fullmatch(digits) is None or (len(digits) % 2 and len(digits) > 1):
            return behind or (BadLine(ODD) if _ONLY_HEX.fullmatch(digits) else _no_hex(found.start() + 1))
        octets += bytes.fromhex(digits.rjust(2, "0"))
    return behind if behind and len(behind.octets) > len(octets) else HexLine(bytes(octets))


def decoded_base64(text: str) -> bytes:
    """The bytes of base64; none where it is not that."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""


# ---- dumps ---------------------------------------------------------------------------------------


def dump_row(text: str, *, in_dump: bool) -> DumpRow | None:
    """The row of a dump that a line is; ``in_dump``: the line before was one."""
    found = _ROW.fullmatch(text.rstrip())
    if found is None:
        return None
    offset, rest, gap = found["offset"], found["rest"], len(found["gap"].expandtabs())
    if not rest:
        return DumpRow(offset) if in_dump and len(offset) in {6, 7, 8} else None
    if not found["colon"] and not _stands_before_a_row(offset, gap, rest, in_dump=in_dump):
        return None
    digits = _groups(_BARS.sub("", rest), has_colon=bool(found["colon"]))
    if not digits:
        return None
    size = len(digits[0])
    if found["colon"] and not gap and size == 2:
        return None  # bytes with colons between them
    is_words = not found["colon"] and len(offset) == 7 and size == 4
    octets = b"".join(map(bytes.fromhex, digits))
    if is_words:
        octets = b"".join(bytes.fromhex(each)[::-1] for each in digits)
    return DumpRow(offset, octets, is_words)


def _stands_before_a_row(offset: str, gap: int, rest: str, *, in_dump: bool) -> bool:
    """Whether digits without a colon are an offset, and not the first bytes of the line."""
    if gap >= 2 or (len(offset) == 7 and gap):
        return True
    first = rest.split(maxsplit=1)[0]
    return gap == 1 and len(offset) in {6, 8} and len(first) == 2 and (in_dump or not int(offset, 16))


def _groups(rest: str, *, has_colon: bool) -> list[str]:
    """The groups of digits of a row, without the characters behind them."""
    groups: list[str] = []
    at = count = 0
    while found := _GROUP.match(rest, at):
        gap, digits = len(found[1]), found[2]
        size = len(groups[0]) if groups else len(digits)
        is_apart = bool(groups) and (
            gap >= 3 or (gap == 2 and (has_colon or count != 8)))
        if is_apart or len(digits) % 2 or len(digits) > size or size > 32:
            break
        groups.append(digits)
        count += len(digits) // 2
        at = found.end()
        if len(digits) < size:
            break
    return groups
