"""One field of an ECR message: a fact as the bytes that stand for it, and back; knows no message.

Reading fails closed: bytes that do not fit a field's form give None, and the message is not that one.
"""

from __future__ import annotations

import re

from hil.ecr.facts import OWN
from hil.ecr.profile import BodyRule, Form, Part

_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_PACKED = re.compile(r"[0-9E]*", re.ASCII)
_DECIMAL = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,6}))?", re.ASCII)
_DATE_PARTS = {"DDMMYYYY": ("dd", "mm", "yyyy"), "YYYYMMDD": ("yyyy", "mm", "dd"),
               "DDMMYY": ("dd", "mm", "yy"), "YYMMDD": ("yy", "mm", "dd"), "MMDD": ("mm", "dd"),
               "DDMM": ("dd", "mm"), "DDHHMM": ()}
PATTERNS = {"date": tuple(p for p, parts in _DATE_PARTS.items() if parts),
            "time": ("HHMMSS", "HHMM")}
NUMBERS: frozenset[Form] = frozenset({"number", "amount", "bcd"})
_CENTURY = "20"


class UnfitError(ValueError):
    """A value that a field cannot hold: the field, and what it allows."""

    def __init__(self, name: str, allowed: str) -> None:
        super().__init__(f"{name}: allowed are {allowed}")
        self.name, self.allowed = name, allowed


def name_of(part: Part) -> str:
    """The fact that a field holds, "" where it holds none."""
    return OWN + part.own if part.own else part.fact


def fill_of(part: Part) -> str:
    """With what a field is filled up."""
    return part.fill or ("0" if part.form in NUMBERS or part.form in {"date", "time"} else " ")


def is_right(part: Part) -> bool:
    """Whether a field is filled up on the left."""
    return part.align == "right" or (not part.align and part.form in NUMBERS)


def text_of(part: Part, value: str, *, cut: bool) -> str:
    """A fact as the text of its field, filled up to its width; :class:`UnfitError`."""
    written = part.value or _written(part, value)
    limit = part.width or part.most
    if limit and len(written) > limit:
        if not cut or part.form in NUMBERS or part.form == "decimal":
            raise UnfitError(name_of(part), f"at most {limit} characters")
        written = written[:limit] if part.keep == "first" else written[-limit:]
    if not part.width:
        return written
    fill = fill_of(part)
    return written.rjust(part.width, fill) if is_right(part) else written.ljust(part.width, fill)


def _written(part: Part, value: str) -> str:
    if not value:
        return ""
    if part.form in NUMBERS:
        if not _DIGITS.fullmatch(value):
            raise UnfitError(name_of(part), "digits")
        return value
    if part.form == "decimal":
        whole, rest = divmod(int(value), 10 ** part.decimals)
        return f"{whole}.{rest:0{part.decimals}}" if part.decimals else str(whole)
    if part.form == "date":
        return _date_written(part.pattern, value)
    if part.form == "time":
        return value[:len(part.pattern)]
    return value


def value_of(part: Part, text: str) -> str | None:
    """The fact in the text of a field: None where it has not the form."""
    if part.value:
        return part.value if text == part.value else None
    fill = fill_of(part)
    if part.width and part.form not in {"date", "time"}:
        text = text.lstrip(fill) if is_right(part) else text.rstrip(fill)
    if part.form in NUMBERS:
        text = text.strip()
        if part.most and part.keep == "last":
            text = text[-part.most:]
        return _number(text) if not text or _DIGITS.fullmatch(text) else None
    if part.form == "decimal":
        return _decimal_read(part, text)
    if part.form == "date":
        return _date_read(part.pattern, text)
    if part.form == "time":
        return _time_read(part.pattern, text)
    return text


def _number(text: str) -> str:
    return text.lstrip("0") or ("0" if text else "")


def _decimal_read(part: Part, text: str) -> str | None:
    if not text:
        return ""
    found = _DECIMAL.fullmatch(text)
    if not found:
        return None
    rest = (found[2] or "").ljust(part.decimals, "0")
    if rest[part.decimals:].strip("0"):
        return None
    return _number(found[1] + rest[:part.decimals])


def _date_written(pattern: str, value: str) -> str:
    parts = {"yyyy": value[:4], "yy": value[2:4], "mm": value[4:6], "dd": value[6:8]}
    return "".join(parts[name] for name in _DATE_PARTS[pattern])


def _date_read(pattern: str, text: str) -> str | None:
    if not text.strip(" 0"):
        return ""
    if len(text) != len(pattern) or not _DIGITS.fullmatch(text):
        return None
    parts = {"yyyy": "0000", "mm": "", "dd": ""}
    at = 0
    for name in _DATE_PARTS[pattern]:
        parts[name] = text[at:at + len(name)]
        at += len(name)
    year = _CENTURY + parts["yy"] if "yy" in parts else parts["yyyy"]
    return year + parts["mm"] + parts["dd"]


def _time_read(pattern: str, text: str) -> str | None:
    if not text.strip():
        return ""
    if len(text) != len(pattern) or not _DIGITS.fullmatch(text):
        return None
    return text.ljust(6, "0")


# ---- bytes ------------------------------------------------------------------------------------

def bytes_of(part: Part, value: str, body: BodyRule, *, cut: bool) -> bytes:
    """A fact as the bytes of its field."""
    if part.form == "hex":
        return _hex_bytes(part, value)
    if part.form == "pan":
        return _pan_bytes(part, value)
    if part.form == "bcd":
        digits = text_of_bcd(part, value)
        return bytes.fromhex(digits)
    text = text_of(part, value, cut=cut)
    try:
        encoded = text.encode(body.encoding)
    except UnicodeEncodeError:
        if not cut:
            raise UnfitError(name_of(part), f"characters of {body.encoding}") from None
        text = text.encode(body.encoding, "replace").decode(body.encoding)
        encoded = text.encode(body.encoding)
    return encoded if not part.width or len(encoded) == part.width else _in_width(part, text, body, cut=cut)


def _in_width(part: Part, text: str, body: BodyRule, *, cut: bool) -> bytes:
    """A text with characters of several bytes in as many bytes as the field has."""
    fill, right = fill_of(part), is_right(part)
    while len(encoded := text.encode(body.encoding)) > part.width:
        if right and text.startswith(fill):
            text = text[1:]
        elif not right and text.endswith(fill):
            text = text[:-1]
        elif not cut:
            raise UnfitError(name_of(part), f"at most {part.width} characters")
        else:
            text = text[:-1] if part.keep == "first" else text[1:]
    missing = fill.encode(body.encoding) * (part.width - len(encoded))
    return missing + encoded if right else encoded + missing


def _hex_bytes(part: Part, value: str) -> bytes:
    try:
        found = bytes.fromhex(part.value or value)
    except ValueError:
        raise UnfitError(name_of(part), "hex digits in pairs") from None
    if part.width and len(found) != part.width:
        if found:
            raise UnfitError(name_of(part), f"{part.width} bytes in hex")
        return bytes(part.width)
    return found


def _pan_bytes(part: Part, value: str) -> bytes:
    """A packed card number: E for a digit that is masked, F where one is missing at the end."""
    digits = value.replace("*", "E")
    if not _PACKED.fullmatch(digits):
        raise UnfitError(name_of(part), "digits, and stars for what is masked")
    return bytes.fromhex(digits + "F" * (len(digits) % 2))


def text_of_bcd(part: Part, value: str) -> str:
    """The digits of a packed field: width is in bytes."""
    written = part.value or _bcd_written(part, value)
    if part.width and len(written) > 2 * part.width:
        if part.keep == "last":  # a number of which the last digits are told
            return written[-2 * part.width:]
        raise UnfitError(name_of(part), f"at most {2 * part.width} digits")
    written = written.rjust(2 * part.width, "0")
    return written if len(written) % 2 == 0 else "0" + written


def _bcd_written(part: Part, value: str) -> str:
    if part.pattern in _DATE_PARTS and value:
        return _date_written(part.pattern, value)
    if part.pattern:
        return value[:len(part.pattern)]
    if value and not _DIGITS.fullmatch(value):
        raise UnfitError(name_of(part), "digits")
    return value


def value_of_bytes(part: Part, data: bytes, body: BodyRule) -> str | None:
    """The fact in the bytes of a field: None where they have not its form."""
    if part.form == "hex":
        found = data.hex().upper()
        if part.value:
            return part.value if found == part.value.upper().replace(" ", "") else None
        return found
    if part.form == "bcd":
        return _bcd_read(part, data.hex())
    if part.form == "pan":
        digits = data.hex().upper().rstrip("F")
        return digits.replace("E", "*") if _PACKED.fullmatch(digits) else None
    try:
        text = data.decode(body.encoding)
    except UnicodeDecodeError:
        return None
    return value_of(part, text)


def _bcd_read(part: Part, digits: str) -> str | None:
    if not _DIGITS.fullmatch(digits):
        return None
    if part.value:
        return part.value if digits == text_of_bcd(part, "") else None
    if part.pattern in PATTERNS["date"]:
        return _date_read(part.pattern, digits[-len(part.pattern):])
    if part.pattern:
        return _time_read(part.pattern, digits[-len(part.pattern):])
    return _number(digits)
