"""The body of an ECR message: its fields one behind the other, between separators, tagged, or in JSON.

A body is written from facts and read into facts; which message it is, is decided by its constants.
A body that is not exactly one of a style's is none: None, never an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from hil.ecr.facts import Facts
from hil.ecr.fields import (
    NUMBERS,
    UnfitError,
    bytes_of,
    fill_of,
    name_of,
    text_of,
    value_of,
    value_of_bytes,
)
from hil.ecr.profile import BodyRule, MessageRow, Part, Profile, TagRow

_LONG_APDU = 0xFF
_DEEPEST = 6
_CONTROLS = frozenset(map(chr, range(0x20))) | {"\x7f"}


class Style(NamedTuple):
    """How a style writes and reads a body."""

    write: Callable[[Profile, MessageRow, Facts, bool], bytes]
    read: Callable[[Profile, MessageRow, bytes], Facts | None]


def body_of(profile: Profile, row: MessageRow, facts: Facts, *, cut: bool = False) -> bytes:
    """A message from what it shall say; a value that does not fit is cut, or :class:`UnfitError`."""
    return _STYLES[profile.said.body.style].write(profile, row, facts, cut)


def facts_in(profile: Profile, row: MessageRow, body: bytes) -> Facts | None:
    """What a body says, if it is this message."""
    facts = _STYLES[profile.said.body.style].read(profile, row, body)
    if facts is None:
        return None
    for part in row.parts:
        if part.needed and not part.value and not facts.get(name_of(part)):
            return None
    return facts


def recognised(
    profile: Profile, rows: tuple[MessageRow, ...], body: bytes,
) -> tuple[MessageRow, Facts] | None:
    """The first of these messages that a body is, and what it says."""
    for row in rows:
        facts = facts_in(profile, row, body)
        if facts is not None:
            return row, facts
    return None


def _said(part: Part, facts: Facts) -> str:
    return facts.get(name_of(part), "")


def _keep(facts: Facts, part: Part, value: str) -> None:
    name = name_of(part)
    if name and value:
        facts[name] = value


def _plain(part: Part, text: str, forbidden: frozenset[str], *, cut: bool) -> str:
    """A text without what would end a field or a frame."""
    wrong = [char for char in text if char in forbidden]
    if wrong and not cut:
        raise UnfitError(name_of(part), f"characters without {wrong[0]!r}")
    return "".join(" " if char in forbidden else char for char in text) if wrong else text


# ---- one behind the other ------------------------------------------------------------------------

def _write_fixed(profile: Profile, row: MessageRow, facts: Facts, cut: bool) -> bytes:
    body = profile.said.body
    return b"".join(
        bytes_of(part, _plain(part, _said(part, facts), _CONTROLS, cut=cut), body, cut=cut)
        if part.fact or part.own or part.value else _reserved(part, body)
        for part in row.parts
    )


def _reserved(part: Part, body: BodyRule) -> bytes:
    if part.form in {"hex", "bcd"}:
        return bytes(part.width)
    return (fill_of(part) * part.width).encode(body.encoding)


def _read_fixed(profile: Profile, row: MessageRow, data: bytes) -> Facts | None:
    facts: Facts = {}
    at = 0
    for part in row.parts:
        width = part.width or len(part.value) or len(data) - at
        piece = data[at:at + width]
        if len(piece) < width:
            return None
        at += width
        if not (part.fact or part.own or part.value):
            continue
        value = value_of_bytes(part, piece, profile.said.body)
        if value is None:
            return None
        _keep(facts, part, value)
    return facts if at == len(data) else None


# ---- between separators --------------------------------------------------------------------------

def _write_separated(profile: Profile, row: MessageRow, facts: Facts, cut: bool) -> bytes:
    body = profile.said.body
    forbidden = _CONTROLS | {body.separator}
    texts = [
        text_of(part, _lines(part, _plain(part, _said(part, facts), forbidden - {"\n"}, cut=cut)),
                cut=cut)
        for part in row.parts
    ]
    text = body.separator.join(texts) + (body.separator if row.closed else "")
    try:
        return text.encode(body.encoding)
    except UnicodeEncodeError:
        if not cut:
            raise UnfitError(row.name, f"characters of {body.encoding}") from None
        return text.encode(body.encoding, "replace")


def _lines(part: Part, text: str) -> str:
    """Lines of a receipt side by side, each as wide as the field says."""
    if part.fact != "receipt" or not part.width:
        return text.replace("\n", " ")
    return "".join(line[:part.width].ljust(part.width) for line in text.split("\n"))


def _read_separated(profile: Profile, row: MessageRow, data: bytes) -> Facts | None:
    body = profile.said.body
    try:
        pieces = data.decode(body.encoding).split(body.separator)
    except UnicodeDecodeError:
        return None
    if any(pieces[len(row.parts):]):
        return None
    pieces += [""] * (len(row.parts) - len(pieces))
    facts: Facts = {}
    for part, piece in zip(row.parts, pieces, strict=False):
        if not (part.fact or part.own or part.value):
            continue
        if part.most and len(piece) > part.most:
            return None
        if part.fact == "receipt" and part.width:
            lines = (piece[at:at + part.width] for at in range(0, len(piece), part.width))
            _keep(facts, part, "\n".join(line.rstrip() for line in lines))
            continue
        value = value_of(part, piece)
        if value is None:
            return None
        _keep(facts, part, value)
    return facts


# ---- tagged (ZVT) --------------------------------------------------------------------------------

def _write_bitmaps(profile: Profile, row: MessageRow, facts: Facts, cut: bool) -> bytes:
    data = b"".join(_tagged(profile, row, facts, cut))
    size = bytes([len(data)]) if len(data) < _LONG_APDU else (
        bytes([_LONG_APDU]) + len(data).to_bytes(2, "little"))
    return bytes.fromhex(row.command) + size + data


def _tagged(profile: Profile, row: MessageRow, facts: Facts, cut: bool) -> Iterator[bytes]:
    tags = {tag.tag.upper(): tag for tag in profile.said.tags}
    for part in row.parts:
        said = _plain(part, _said(part, facts), _CONTROLS, cut=cut)
        if not said and not part.value and not (part.needed and part.width):
            if part.tag:
                continue
            if part.fact or part.own:
                return  # what is not said ends the fields without a tag
        value = bytes_of(part, said, profile.said.body, cut=cut)
        if part.tag:
            tag = tags[part.tag.upper()]
            yield bytes.fromhex(tag.tag) + _length_of(tag, value)
        yield value


def _length_of(tag: TagRow, value: bytes) -> bytes:
    if tag.form == "fixed":
        return b""
    if tag.form == "tlv":
        return bytes([len(value)]) if len(value) < 0x80 else (
            bytes([0x81, len(value)]) if len(value) < 0x100 else
            b"\x82" + len(value).to_bytes(2, "big"))
    digits = f"{len(value):0{2 if tag.form == 'll' else 3}}"
    return bytes(0xF0 | int(digit) for digit in digits)


def _read_bitmaps(profile: Profile, row: MessageRow, body: bytes) -> Facts | None:
    if body[:2] != bytes.fromhex(row.command) or len(body) < 3:
        return None
    at = 5 if body[2] == _LONG_APDU else 3
    size = int.from_bytes(body[3:5], "little") if at == 5 else body[2]
    data = body[at:]
    if len(data) != size:
        return None
    facts: Facts = {}
    rest = _read_positions(profile, row, data, facts)
    return None if rest is None or not _read_tags(profile, row, rest, facts) else facts


def _read_positions(
    profile: Profile, row: MessageRow, data: bytes, facts: Facts,
) -> bytes | None:
    """What stands before the first tag; gives back the rest."""
    for part in (part for part in row.parts if not part.tag):
        width = part.width or len(data)
        piece = data[:width]
        if len(piece) < width or not piece:
            return None if part.needed or part.value else data
        value = value_of_bytes(part, piece, profile.said.body)
        if value is None:
            return None
        _keep(facts, part, value)
        data = data[width:]
    return data


def _read_tags(profile: Profile, row: MessageRow, data: bytes, facts: Facts) -> bool:
    parts = {part.tag.upper(): part for part in row.parts if part.tag}
    tags = {tag.tag.upper(): tag for tag in profile.said.tags}
    found: set[str] = set()
    while data:
        name = data[:1].hex().upper()
        tag = tags.get(name) or tags.get(data[:2].hex().upper())
        if tag is None:
            return False
        taken = _value_behind(tag, data[len(tag.tag) // 2:])
        if taken is None:
            return False
        piece, data = taken
        part = parts.get(tag.tag.upper())
        if part is None:
            continue
        value = value_of_bytes(part, piece, profile.said.body)
        if value is None:
            return False
        found.add(part.tag.upper())
        _keep(facts, part, value)
    return all(tag in found for tag, part in parts.items() if part.value or part.needed)


def _value_behind(tag: TagRow, data: bytes) -> tuple[bytes, bytes] | None:
    if tag.form == "fixed":
        start, size = 0, tag.width
    elif tag.form == "tlv":
        if not data:
            return None
        more = data[0] - 0x80 if data[0] >= 0x80 else 0
        if more > 2 or len(data) < 1 + more:
            return None
        start, size = 1 + more, int.from_bytes(data[1:1 + more], "big") if more else data[0]
    else:
        start = 2 if tag.form == "ll" else 3
        digits = [byte & 0x0F for byte in data[:start] if byte & 0xF0 == 0xF0 and byte & 15 < 10]
        if len(digits) < start:
            return None
        size = int("".join(map(str, digits)))
    if len(data) < start + size:
        return None
    return data[start:start + size], data[start + size:]


# ---- JSON ----------------------------------------------------------------------------------------

def _write_json(_profile: Profile, row: MessageRow, facts: Facts, cut: bool) -> bytes:
    whole: dict[str, Any] = {}
    for part in row.parts:
        text = text_of(part, _said(part, facts), cut=cut)
        if not text and not part.needed:
            continue
        *above, name = part.key.split(".")
        level = whole
        for key in above:
            level = level.setdefault(key, {})
        level[name] = int(text or "0") if part.form in NUMBERS else text
    return msgspec.json.encode(whole)


def _read_json(_profile: Profile, row: MessageRow, body: bytes) -> Facts | None:
    if body.count(b"{") + body.count(b"[") > _DEEPEST * 8:
        return None
    try:
        whole = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    facts: Facts = {}
    for part in row.parts:
        found = _at(whole, part.key)
        if found is None:
            if part.value:
                return None
            continue
        if not isinstance(found, (str, int)) or isinstance(found, bool):
            return None
        value = value_of(part, str(found))
        if value is None:
            return None
        _keep(facts, part, value)
    return facts


def _at(level: object, path: str) -> object:
    for key in path.split("."):
        if not isinstance(level, dict):
            return None
        level = level.get(key)
    return level


_STYLES: dict[str, Style] = {
    "fixed": Style(_write_fixed, _read_fixed),
    "separated": Style(_write_separated, _read_separated),
    "bitmaps": Style(_write_bitmaps, _read_bitmaps),
    "json": Style(_write_json, _read_json),
}
