"""F59 as tags: two ASCII characters, three ASCII digits of length, value; A2 and A5 are nested.

A message carries the field whole, as the text that the codec makes of its bytes
(``Message.field59``), so nothing of it is lost whatever stands inside; here that text is split and
made.  Lengths count bytes.  It decides nothing: what a tag is for is the machines' business.

>>> code = Field59(terminal=TerminalData(device_type="04", serial="000001040000000001"),
...                qr_code="6212345678901234567")
>>> format_field59(code)
'A2030010020402018000001040000000001A30196212345678901234567'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from simulator.wire.errors import WireError
from simulator.wire.text import to_bytes, to_text

FIELD = "59"
PIN_BLOCK, TERMINAL, QR_CODE, VOUCHER, PLACE = "A1", "A2", "A3", "A4", "A5"
MOST_BYTES: dict[str, int] = {PIN_BLOCK: 16, TERMINAL: 128, QR_CODE: 350, VOUCHER: 20}
_HEAD = re.compile(rb"([0-9A-Za-z]{2})([0-9]{3})")
_LONGEST = 999


class TerminalData(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A2: the terminal as the scheme wants to know it; 03 and 04 only where it has a key for them."""

    device_type: str = ""  # 01: 01 ATM, 02 classic POS, 03 mPOS, 04 smart POS
    serial: str = ""  # 02: maker, type and number, at most 50 characters
    factor: str = ""  # 03: the last six of the card number or of the QR code
    cipher: str = ""  # 04: 8 characters made of serial and factor
    version: str = ""  # 05: 8 characters, padded by spaces


class Place(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A5: where the terminal stands; cells of a GSM net or of a CDMA net, not of both."""

    longitude: str = ""  # 01: sign first, as +113.84360
    latitude: str = ""  # 02
    mcc: str = ""  # 03
    mnc: str = ""  # 04
    coordinates: str = ""  # 05: the system of both, as GCJ02
    lac: str = ""  # 06
    cell: str = ""  # 07
    signal: str = ""  # 08
    sid: str = ""  # 15
    nid: str = ""  # 16
    bid: str = ""  # 17
    cdma_signal: str = ""  # 18


class Field59(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What F59 says; ``others`` are tags without a meaning here, or of contents that do not add up."""

    pin_block: bytes = b""  # A1: 16 bytes under SM4
    terminal: TerminalData | None = None  # A2
    qr_code: str = ""  # A3: the customer's code
    voucher: str = ""  # A4: of a QR sale, the key to its void and refund
    place: Place | None = None  # A5
    others: tuple[tuple[str, str], ...] = ()


class Tag(msgspec.Struct, frozen=True, gc=False):
    """One tag, and the place of its value in bytes of what it was read from."""

    name: str
    value: bytes
    at: int


TERMINAL_TAGS: Mapping[str, str] = {
    "01": "device_type", "02": "serial", "03": "factor", "04": "cipher", "05": "version",
}
PLACE_TAGS: Mapping[str, str] = {
    "01": "longitude", "02": "latitude", "03": "mcc", "04": "mnc", "05": "coordinates",
    "06": "lac", "07": "cell", "08": "signal", "15": "sid", "16": "nid", "17": "bid",
    "18": "cdma_signal",
}
NESTED: Mapping[str, Mapping[str, str]] = {TERMINAL: TERMINAL_TAGS, PLACE: PLACE_TAGS}


# ---- values to text --------------------------------------------------------------------------


def format_field59(said: Field59) -> str:
    """The field; its tags in the order in which terminals send them, what is empty left out."""
    tags: list[tuple[str, bytes]] = []
    if said.pin_block:
        tags.append((PIN_BLOCK, said.pin_block))
    if said.terminal is not None:
        tags.append((TERMINAL, _nested(said.terminal, TERMINAL_TAGS)))
    tags += [
        (name, _octets(name, value))
        for name, value in ((QR_CODE, said.qr_code), (VOUCHER, said.voucher)) if value
    ]
    if said.place is not None:
        tags.append((PLACE, _nested(said.place, PLACE_TAGS)))
    tags += [(name, _octets(name, value)) for name, value in said.others]
    made = _joined(tags)
    if len(made) > _LONGEST:
        raise WireError(FIELD, 0, f"{len(made)} bytes, at most {_LONGEST} go into the field")
    return to_text(made)


def _nested(said: TerminalData | Place, names: Mapping[str, str]) -> bytes:
    values = msgspec.structs.asdict(said)
    return _joined((tag, _octets(tag, values[name])) for tag, name in names.items() if values[name])


def _joined(tags: Iterable[tuple[str, bytes]]) -> bytes:
    made = bytearray()
    for name, value in tags:
        if len(value) > MOST_BYTES.get(name, _LONGEST):
            raise WireError(FIELD, len(made), f"{name} has {len(value)} bytes, at most "
                            f"{MOST_BYTES.get(name, _LONGEST)} are possible")
        head = f"{name}{len(value):03}".encode("ascii", "replace")
        if _HEAD.fullmatch(head) is None:
            raise WireError(FIELD, len(made), "a tag has two letters or digits")
        made += head + value
    return bytes(made)


def _octets(name: str, value: str) -> bytes:
    try:
        return to_bytes(value)
    except UnicodeError:
        raise WireError(FIELD, 0, f"{name} holds what has no bytes") from None


# ---- text to values --------------------------------------------------------------------------


def parse_field59(text: str) -> Field59:
    """What the field says, tags in any order; :class:`WireError` where they do not add up."""
    said, error = read_field59(text)
    if error is not None:
        raise error
    return said


def read_field59(text: str) -> tuple[Field59, WireError | None]:
    """What the field says up to its damage, and the damage, which names the byte of the field.

    A nested tag that does not add up is among ``others`` and no damage to its neighbours.
    """
    try:
        data = to_bytes(text)
    except UnicodeError:
        return Field59(), WireError(FIELD, 0, "holds what has no bytes")
    facts: dict[str, Any] = {}
    others: list[tuple[str, str]] = []
    damage: WireError | None = None
    try:
        for tag in _once(tags_of(data)):
            if not _take(tag, facts):
                others += [(tag.name, to_text(tag.value))]
    except WireError as error:
        damage = error
    if others:
        facts["others"] = tuple(others)
    return Field59(**facts), damage


def _once(tags: Iterable[Tag]) -> Iterator[Tag]:
    seen: set[str] = set()
    for tag in tags:
        if tag.name in seen:
            raise WireError(FIELD, tag.at, f"{tag.name} stands there twice")
        seen.add(tag.name)
        yield tag


def _take(tag: Tag, facts: dict[str, Any]) -> bool:
    if len(tag.value) > MOST_BYTES.get(tag.name, _LONGEST):
        raise WireError(FIELD, tag.at, f"{tag.name} has {len(tag.value)} bytes, at most "
                        f"{MOST_BYTES[tag.name]} are possible")
    match tag.name:
        case "A1":
            facts["pin_block"] = tag.value
        case "A3":
            facts["qr_code"] = to_text(tag.value)
        case "A4":
            facts["voucher"] = to_text(tag.value)
        case "A2" | "A5":
            inner = _inner(tag)
            if inner is None:
                return False
            facts["terminal" if tag.name == TERMINAL else "place"] = inner
        case _:
            return False
    return True


def _inner(tag: Tag) -> TerminalData | Place | None:
    """The value of a nested tag; None where it holds anything that the value has no name for."""
    names, values = NESTED[tag.name], dict[str, str]()
    try:
        for each in tags_of(tag.value):
            if each.name not in names or names[each.name] in values:
                return None
            values[names[each.name]] = to_text(each.value)
    except WireError:
        return None
    return TerminalData(**values) if tag.name == TERMINAL else Place(**values)


def tags_of(data: bytes) -> Iterator[Tag]:
    """The tags of bytes, one after another; :class:`WireError` at the byte that is none."""
    at = 0
    while at < len(data):
        head = _HEAD.match(data, at)
        if head is None:
            raise WireError(FIELD, at, "no tag of two characters with three digits of length")
        begin, end = head.end(), head.end() + int(head[2])
        if end > len(data):
            raise WireError(FIELD, at, f"{head[1].decode()} announces {int(head[2])} bytes, "
                            f"{len(data) - begin} follow")
        yield Tag(head[1].decode(), data[begin:end], begin)
        at = end
