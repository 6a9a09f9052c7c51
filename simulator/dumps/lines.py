r"""The bytes that one line of a text holds, in whatever form people keep them; guesses no digit.

The forms are tried from the most to the least particular: a row of a dump, a row behind the words of
the row before, a record, literals, marked bytes, ``0x``, digits alone, digits behind words, base64.
"""

from __future__ import annotations

import re

from simulator.dumps.cleaning import behind_lead, cleaned, without_remark, without_stamp
from simulator.dumps.digits import bare_digits, behind_words, digits_behind, nearly_hex
from simulator.dumps.languages import array_of, arrays_in, intel_record, literals, marked
from simulator.dumps.line import ODD, SHORTEST, BadLine, Encoded, HexLine, Line, no_hex
from simulator.dumps.rows import dump_row

_ESCAPE = re.compile(r"\\(?:x|[0-7]|u00)|\b[bB][rR]?['\"]")
_MARKED = re.compile(r"[%$#\[<({&='\"hH;|._/+]")
_FIELD = re.compile(r"\s*[\[(]?(?:DE|F|[Bb]it|[Ff]ield|MTI|域)[ _]?(?:\d{1,3})?\s*[:=\])]")  # of a list of fields
_ASSEMBLER = re.compile(r"^\s*(?:\w+:?\s+)?(?:db|DB|\.byte|dc\.b|DC\.B)\s+(?=[0-9$])")
_JOINED = re.compile(r"""^\s*[+&.]\s*(?=["'])|(?<=["'])\s*[+&.\\]\s*$""")  # texts put together over lines
_UNSIGNED = re.compile(r"(?<=^[0-9A-Fa-f]{2})(?:u8|[uU][lL]{0,2})$")  # what says of a number how wide it is
_OX = re.compile(r"(?<![0-9A-Za-z])0[xX]([0-9A-Za-z]+)")
_DIGITS = re.compile(r"[0-9A-Fa-f]+")
_WORD = re.compile(r"[A-Za-z]{3,}")
_HEX = re.compile(r"[0-9A-Fa-f]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/\-_]{16,}={0,2}")
_LAST = re.compile(r"[A-Za-z0-9+/\-_]{2,}={0,2}")  # the last line of it may be short
_INLINE = re.compile(r"(?<![A-Za-z0-9+/_=\-])[A-Za-z0-9+/_\-]{24,}={0,2}(?![A-Za-z0-9+/_=\-])")


def line_of(
    text: str, *, in_dump: bool = False, before: Encoded | None = None, lead: str = "",
) -> Line | None:
    r"""What a line holds; None where it holds words only.

    ``lead``: what stood before the bytes of the line before, whose message is not whole yet;
    ``before``: that line, where it may be a part of something that goes on here.

    >>> line_of("00 3C:60").octets, line_of("0x00, 0x3C,").octets, line_of(r'"\x00\x3c"').octets
    (b'\x00<`', b'\x00<', b'\x00<')
    >>> line_of("GET / HTTP/1.1"), line_of("2026-01-30 10:00:00.123 TX: 0034 6000 0300 0060 3100 3110").begins
    (None, True)
    >>> line_of("00000010: 3c60 0003  <`..", in_dump=True)
    DumpRow(offset='00000010', octets=b'<`\x00\x03', is_words=False)
    """
    text = cleaned(text)
    if (row := dump_row(text, in_dump=in_dump)) is not None:
        return row
    stripped = without_stamp(text)
    if lead and (octets := _behind_lead(text, lead) or _behind_lead(stripped, lead)):
        return HexLine(octets, True, lead)
    if text.startswith(":") and (octets_of_record := intel_record(text)) is not None:
        return HexLine(octets_of_record) if octets_of_record else None
    if _ESCAPE.search(text) and (found := literals(text)) is not None:
        return found
    if _FIELD.match(text):
        return None
    if _MARKED.search(text):
        text = marked(_ASSEMBLER.sub("", text))
    text = without_remark(text)
    if not text:
        return None
    if '"' in text or "'" in text:
        text = _JOINED.sub("", text)
    if _OX.search(text):
        return _with_ox(text)
    if arrays := arrays_in(text):
        return HexLine(b"".join(arrays), True, runs=arrays if len(arrays) > 1 else ())
    stripped = without_stamp(text)
    bare = bare_digits(stripped, begins=stripped != text)
    if _DIGITS.fullmatch(text) and (bare == BadLine(ODD) or (before is not None and before.is_hex)):
        return Encoded(text, bare if isinstance(bare, BadLine) else None, is_hex=True)
    if bare is not None:
        return bare
    if (behind := behind_words(stripped)) is not None:
        return behind
    nearly = nearly_hex(stripped)
    if len(text) % 4 == 0 and (_LAST if before is not None else _BASE64).fullmatch(text):
        return Encoded(text, nearly)
    if nearly is None and (longest := max(_INLINE.findall(text), key=len, default="")):
        return Encoded(longest, alone=True)
    return nearly


def _behind_lead(text: str, lead: str) -> bytes:
    rest = behind_lead(text, lead)
    return b"" if rest is None else digits_behind(rest)


def _with_ox(text: str) -> Line | None:
    """Numbers of C or Java, or one long number."""
    inner = text.partition("}")[0].rpartition("{")[2].rpartition("=")[2]
    if octets := array_of(inner):
        return HexLine(octets)
    behind = behind_words(_OX.sub(" ", without_stamp(text)))
    joined = bytearray()
    for found in _OX.finditer(text):
        digits = _UNSIGNED.sub("", found[1])
        if _HEX.fullmatch(digits) is None or (len(digits) % 2 and len(digits) > 1):
            return behind or (BadLine(ODD) if _HEX.fullmatch(digits) else no_hex(found.start() + 1))
        joined += bytes.fromhex(digits.rjust(2, "0"))
    if behind and len(behind.octets) > len(joined):
        return behind
    is_said = len(joined) < SHORTEST and _WORD.search(_OX.sub("", text))  # a number among words
    return None if is_said else HexLine(bytes(joined))
