r"""Rows of dumps: an offset, bytes, and often the characters behind them.

As xxd, hexdump, od, Wireshark, tcpdump, gdb, ncat and editors print them, also behind the words of a log.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from simulator.dumps.cleaning import without_characters
from simulator.dumps.line import DumpRow

_ROW = re.compile(
    r"\s*(?P<ox>0x)?(?P<open>\[?)(?P<offset>[0-9A-Fa-f]{4,16})(?P<close>[h\]]?)(?P<colon>:?)"
    r"(?P<gap>[ \t]*)(?P<rest>.*)")
_GROUP = re.compile(r"([ \t]*)([0-9A-Fa-f]+)(?=[ \t]|$)")
_BARS = re.compile(r"[ \t]+(?:\|.*\||>.*<)\s*$")
_SYMBOL = re.compile(r"(0x[0-9A-Fa-f]+) <[^<>]*>:")  # as a debugger names a place
_OF_WINDOWS = re.compile(  # WinDbg: an offset in two halves, a dash behind eight bytes
    r"^([0-9A-Fa-f]{8})`([0-9A-Fa-f]{8})( {2}(?:[0-9A-Fa-f]{2} ){7}[0-9A-Fa-f]{2}(?=-)|(?= {2}))-?")
_EACH_OX = re.compile(r"0[xX]([0-9A-Fa-f]{2,8})(?=\s|$)")
_WORDS = re.compile(r"[:>\])|]\s+")  # behind which a row may stand
_WORDS_OF_OD = re.compile(r"[0-9A-Fa-f]{4}(?:[ \t]+[0-9A-Fa-f]{4})*")  # of two bytes, however far apart: also hexdump -x
_BITS = re.compile(r"((?:[01]{8} )*[01]{8})(?: {2,}(.+))?")  # as xxd -b has them, a character for each


def dump_row(text: str, *, in_dump: bool) -> DumpRow | None:
    r"""The row of a dump that a line is; ``in_dump``: the line before was one.

    >>> dump_row("0x20000100 <txbuf>:\t0x00\t0x3c", in_dump=False)
    DumpRow(offset='20000100', octets=b'\x00<', is_words=False)
    >>> dump_row("D PosComm : 0000: 00 3C 60  .<`", in_dump=False).octets
    b'\x00<`'
    """
    if "`" in text:
        text = _OF_WINDOWS.sub(r"\1\2\3 ", text)
    row = _row(text.rstrip(), in_dump=in_dump)
    if row is not None:
        return row
    for words in _WORDS.finditer(text):
        row = _row(text[words.end():].rstrip(), in_dump=in_dump)
        if row is not None and row.octets and (in_dump or not int(row.offset, 16)):
            return row
    return None


def _row(text: str, *, in_dump: bool) -> DumpRow | None:
    found = _ROW.fullmatch(_SYMBOL.sub(r"\1:", text))
    if found is None or (found["open"] == "[") != (found["close"] == "]"):
        return None
    offset, rest, gap = found["offset"], found["rest"], len(found["gap"].expandtabs())
    has_colon, is_bracketed = bool(found["colon"]), bool(found["open"])
    if not rest:
        return DumpRow(offset) if in_dump and len(offset) in {6, 7, 8} else None
    if not has_colon and not _stands_before_a_row(offset, gap, rest, in_dump=in_dump):
        return None
    if _EACH_OX.match(rest):
        return _of_debugger(offset, rest)
    if not has_colon and len(offset) == 7 and _WORDS_OF_OD.fullmatch(rest) and (in_dump or " " in rest):
        return DumpRow(offset, b"".join(bytes.fromhex(each)[::-1] for each in rest.split()), is_words=True)
    if is_bracketed:
        digits = _groups(rest, has_colon=False, wide_at=8)
    else:
        digits = _groups(_BARS.sub("", rest), has_colon=has_colon)
    if not digits:
        return None
    size = len(digits[0])
    if has_colon and not gap and size == 2:
        return None  # bytes with colons between them
    is_of_od = not has_colon and len(offset) == 7
    if is_of_od:
        for fits, octets_of in _FORMS_OF_OD:
            if all(map(fits, digits)) and (in_dump or len(digits) > 1):
                return DumpRow(offset, b"".join(map(octets_of, digits)))
    if has_colon and (bits := _BITS.fullmatch(rest)) is not None and (
            len(bits[2]) <= len(bits[1].split()) if bits[2] else in_dump):
        return DumpRow(offset, bytes(int(each, 2) for each in bits[1].split()))
    if any(len(each) % 2 for each in digits):
        return None
    return DumpRow(offset, b"".join(map(bytes.fromhex, digits)))


_Fits = Callable[[str], object]
_FORMS_OF_OD: tuple[tuple[_Fits, Callable[[str], bytes]], ...] = (  # od -b, and od alone: lower byte first
    (re.compile(r"[0-3][0-7]{2}").fullmatch, lambda each: bytes((int(each, 8),))),
    (re.compile(r"[01][0-7]{5}").fullmatch, lambda each: int(each, 8).to_bytes(2, "little")),
)


def _of_debugger(offset: str, rest: str) -> DumpRow:
    """Bytes as they are; words of two or four bytes stand with the lower one first in memory."""
    return DumpRow(offset, b"".join(bytes.fromhex(each)[::-1] for each in _EACH_OX.findall(rest)
                                    if not len(each) % 2))


def _stands_before_a_row(offset: str, gap: int, rest: str, *, in_dump: bool) -> bool:
    """Whether digits without a colon are an offset, and not the first bytes of the line."""
    if gap >= 2 or (len(offset) == 7 and gap):
        return True
    first = rest.split(maxsplit=1)[0]
    return gap == 1 and len(offset) in {6, 8, 16} and len(first) == 2 and (in_dump or not int(offset, 16))


def _groups(rest: str, *, has_colon: bool, wide_at: int = -1) -> list[str]:
    """The groups of digits of a row, without the characters behind them.

    ``wide_at``: bytes behind which a wider gap is no end.
    """
    rest = without_characters(rest)
    groups: list[str] = []
    at = count = 0
    while found := _GROUP.match(rest, at):
        gap, digits = len(found[1]), found[2]
        size = len(groups[0]) if groups else len(digits)
        is_apart = bool(groups) and (
            gap >= 3 or (gap == 2 and (has_colon or count != 8))) and count != wide_at
        if is_apart or len(digits) > size or size > 32 or (len(digits) % 2 and len(digits) != size):
            break
        groups.append(digits)
        count += len(digits) // 2
        at = found.end()
        if len(digits) < size:
            break
    return groups
