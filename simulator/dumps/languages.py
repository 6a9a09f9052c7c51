r"""Bytes as programs write them: literals, arrays, base64, Intel's records, each byte with a mark of its own.

>>> literals(r'write(5, "\0\x3c`\0", 4)').octets, literals(r'print("done\n")')
(b'\x00<`\x00', None)
>>> array_of("0, 60, -96, 0, 3, 0, 0, 96, 49, 0").hex(), array_of("00 3c 60 00 03 00 00 60 31 00").hex()
('003ca000030000603100', '003c6000030000603100')
>>> marked("[00][3C][60][00][03][00][00][60]"), marked("00h, 3Ch, 60h, 00h, 03h, 00h, 00h, 60h")
('00 3C 60 00 03 00 00 60', '00 3C 60 00 03 00 00 60')
"""

from __future__ import annotations

import base64
import re

from simulator.dumps.line import SHORTEST, HexLine

_ESCAPE = r"\\(?:x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|u00[0-9A-Fa-f]{2}|.)"
_QUOTED = re.compile(r"""(?P<mark>\b[bB][rR]?|)(?P<q>'''|\"""|'|")(?P<body>(?:\\.|(?!(?P=q)|\\).)*)(?P=q)""")
_ESCAPED = re.compile(_ESCAPE)
_NUMBERED = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|[0-7]{1,3}|u00[0-9A-Fa-f]{2})")
_BARE_X = re.compile(r"\\x([0-9A-Fa-f]{2})")
_BRACED_X = re.compile(r"\\x\{([0-9A-Fa-f]{2})\}")  # of Perl
_TWICE_ESCAPED = re.compile(r"(?<!\\)\\\\x[0-9A-Fa-f]{2}")
_LETTERS = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "e": 27}
_FEWEST_ESCAPES = 3  # of a text that is meant to be bytes; a line end alone is none
_OF_A_DATABASE = re.compile(r"\\x((?:[0-9A-Fa-f]{2}){10,})(?![0-9A-Fa-f])")

_NUMBER = re.compile(r"0[xX]([0-9A-Fa-f]{1,2})(?:[uUlL]*|u8|_u8)|(-?\d{1,3})(?:u8|_u8)?")
_INLINE = re.compile(r"[\[({]((?:\s*-?\d{1,3}\s*,){9,}\s*-?\d{1,3}\s*,?\s*)[\])}]")
_CAST = re.compile(r"\(\s*[A-Za-z_][\w\s]*\)\s*")
_INTEL = re.compile(r":((?:[0-9A-Fa-f]{2}){5,})")

_BETWEEN = r"[\s,;|._:/+\-]*"
_MARKS = (  # before and behind each byte
    ("%", ""), (r"\$", ""), ("16#", ""), ("#", ""), ("&[hH]", ""), (r"\[", r"\]"), ("<", ">"), (r"\(", r"\)"), (r"\{", r"\}"),
    ("&#x", ";"), ("=", ""), ("'", "'"), ('"', '"'), ("(?<![0-9A-Fa-f])0?", "[hH]"),
)
_MARKED = tuple(re.compile(
    rf"{before}([0-9A-Fa-f]{{2}}){behind}(?:{_BETWEEN}{before}[0-9A-Fa-f]{{2}}{behind}){{7,}}")
    for before, behind in _MARKS)
_WITH_H = _MARKED[-1]
_FEWEST_MARKED = 8
_ODDLY_PARTED = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-Fa-f]{2}(?:(?P<part>\s?[;|._/+]\s?)[0-9A-Fa-f]{2})(?:(?P=part)[0-9A-Fa-f]{2}){6,}"
    r"(?![0-9A-Za-z])")
_PAIR = re.compile(r"[0-9A-Fa-f]{2}")
_OF_FOUR = re.compile(r"(?<![0-9A-Za-z.])(?:[0-9A-Fa-f]{4}\.){4,}(?:[0-9A-Fa-f]{2}){1,2}(?![0-9A-Za-z.])")  # as routers write


# ---- literals ------------------------------------------------------------------------------------


def literals(text: str) -> HexLine | None:
    """Byte literals of Python or Rust, else texts of C, Go, Java or JSON with escapes in them."""
    text = _BRACED_X.sub(r"\\x\1", text)
    if len(_TWICE_ESCAPED.findall(text)) == text.count("\\x") >= _FEWEST_MARKED:
        text = text.replace("\\\\x", "\\x")  # JSON in JSON
    if text.count("\\") == 1 and (found := _OF_A_DATABASE.search(text)):
        return HexLine(bytes.fromhex(found[1]))
    quoted = list(_QUOTED.finditer(text))
    bodies = [each["body"] for each in quoted if each["mark"]] or [
        each["body"] for each in quoted if _is_meant(each["body"])]
    octets = b"".join(map(_unescaped, bodies)) or bytes.fromhex("".join(_BARE_X.findall(text)))
    return HexLine(octets) if octets else None


def _is_meant(body: str) -> bool:
    found = _NUMBERED.findall(body)
    return len(found) >= _FEWEST_ESCAPES or any(each.startswith("\\x") for each in found) or (
        bool(found) and len("".join(found)) * 2 > len(body))


def _unescaped(body: str) -> bytes:
    octets, at = bytearray(), 0
    for found in _ESCAPED.finditer(body):
        octets += body[at:found.start()].encode("latin-1", "replace")
        escape, at = found[0][1:], found.end()
        if escape[0] in "xu" and len(escape) > 1:
            octets.append(int(escape[1:], 16))
        elif escape[0] in "01234567":
            octets.append(int(escape, 8) & 0xFF)
        else:
            octets.append(_LETTERS.get(escape, ord(escape) & 0xFF))
    return bytes(octets + body[at:].encode("latin-1", "replace"))


# ---- arrays --------------------------------------------------------------------------------------


def array_of(text: str) -> bytes:
    """The bytes of numbers with commas or blanks between them; none where they are no bytes.

    Numbers of two digits each are hex, as dumps are; else those without a letter count in tens.
    """
    inner = without_casts(text).strip("[](){}<>; \t,")
    parts = [part for part in re.split(r"[\s,]+", inner) if part]
    if any(part[:2] in {"0x", "0X"} for part in parts):
        numbers = [_NUMBER.fullmatch(part) for part in parts]
        values = [int(found[1], 16) if found[1] else int(found[2]) for found in numbers if found]
    elif all(len(part) == 2 and _PAIR.fullmatch(part) for part in parts):
        values = [int(part, 16) for part in parts]
    elif all(_NUMBER.fullmatch(part) for part in parts):
        values = [int(part.removesuffix("u8").removesuffix("_")) for part in parts]
    elif all(len(part) <= 2 and re.fullmatch("[0-9A-Fa-f]+", part) for part in parts):
        values = [int(part, 16) for part in parts]
    else:
        return b""
    if len(values) != len(parts) or not all(-128 <= value <= 255 for value in values):
        return b""
    return bytes(value & 0xFF for value in values)


def without_casts(text: str) -> str:
    """Numbers without the type that each is cast to."""
    return _CAST.sub("", text) if "(" in text else text


def arrays_in(text: str) -> tuple[bytes, ...]:
    """The bytes of each array that stands in a line, also among other words or in another array."""
    return tuple(octets for found in _INLINE.finditer(text) if (octets := array_of(found[1])))


def are_tens(parts: list[str]) -> bool:
    """Whether numbers count in tens: no letter, and not all of two digits, as bytes in hex have."""
    return len(parts) >= SHORTEST and all(
        part.lstrip("-").isdecimal() and -128 <= int(part) <= 255 for part in parts) and (
        any(part[0] == "-" for part in parts) or {len(part) for part in parts} in ({1, 2, 3}, {1, 3}, {2, 3}))


# ---- others --------------------------------------------------------------------------------------


def intel_record(text: str) -> bytes | None:
    """What a record of Intel's hex holds; None where the line is none, no bytes where it has no data."""
    found = _INTEL.fullmatch(text.strip())
    if found is None:
        return None
    octets = bytes.fromhex(found[1])
    if sum(octets) & 0xFF or octets[0] != len(octets) - 5:
        return None
    return octets[4:-1] if octets[3] == 0 else b""


def marked(text: str) -> str:
    """A line in which each byte has a mark of its own, or an odd character behind it: the bytes alone."""
    for form in _MARKED:
        if form is _WITH_H and text.count("h") + text.count("H") < _FEWEST_MARKED:
            continue
        if found := form.search(text):
            return text[:found.start()] + " ".join(_bytes_of(form, found[0])) + text[found.end():]
    if found := _OF_FOUR.search(text):
        return text[:found.start()] + found[0].replace(".", " ") + text[found.end():]
    if found := _ODDLY_PARTED.search(text):
        return text[:found.start()] + " ".join(_PAIR.findall(found[0])) + text[found.end():]
    return text


def _bytes_of(form: re.Pattern[str], text: str) -> list[str]:
    if form is _WITH_H:
        return re.findall(r"([0-9A-Fa-f]{2})[hH]", text)
    return _PAIR.findall(text.replace("16#", " "))  # a mark that is itself two digits


def decoded_base64(text: str) -> bytes:
    """The bytes of base64, in either of its alphabets; none where it is not that."""
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        return b""
