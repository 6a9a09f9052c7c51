"""Scapy layers of a dialect: length, TPDU, header and message, every field by its name.

Made from the dialect's tables, so they differ as dialects do.  ``show``, ``summary`` and ``repr`` mask
card data and hide PIN blocks; bytes and values are whole: whoever stores those masks them first.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar

import msgspec
from scapy.fields import BitField, ConditionalField, Field, ShortField, XByteField, XShortField
from scapy.layers.inet import TCP
from scapy.packet import Packet, Raw, bind_layers, split_layers

from simulator.wire.dialect import Dialect
from simulator.wire.errors import WireError
from simulator.wire.field_codecs import writer
from simulator.wire.fields import BITMAP_LENGTH, MTI_LENGTH, FieldRow, PartRow
from simulator.wire.frame import TPDU_ID
from simulator.wire.framing import PREFIX_LENGTH, TPDU_LENGTH
from simulator.wire.layout import length_of
from simulator.wire.masking import mask_value

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TAKEN = frozenset(dir(Packet)) | frozenset(keyword.kwlist) | {"mti", "bitmap", "unread"}


class Layers(msgspec.Struct, frozen=True):
    """The layers of one dialect; ``outermost`` is what stands first in a stream."""

    dialect: Dialect
    outermost: type[Packet]
    message: type[Packet]
    names: Mapping[str, str]  # number of a field to its name in the message

    def bind(self, *ports: int) -> None:
        """Segments of these ports hold such messages, in a capture and in a sniffer."""
        for port in ports:
            bind_layers(TCP, self.outermost, dport=port)
            bind_layers(TCP, self.outermost, sport=port)

    def unbind(self, *ports: int) -> None:
        """No more."""
        for port in ports:
            split_layers(TCP, self.outermost, dport=port)
            split_layers(TCP, self.outermost, sport=port)


@lru_cache(maxsize=16)
def layers_of(dialect: Dialect) -> Layers:
    """The layers of a dialect, in its own framing."""
    names = _names(dialect)
    message: Any = type("Iso8583", (_Message,), {
        "name": f"ISO 8583 {dialect.name}", "dialect": dialect, "names": names,
        "fields_desc": [
            _Absent("mti"), _Absent("bitmap"),
            *(_where_there(_Value(names[row.key], row, dialect)) for row in dialect.rows),
            _where_there(_Unread("unread"))]})
    inner: type[Packet] = message
    framing = dialect.framing
    if framing.header_length:
        inner = _layer("Header", f"{dialect.name} header", [
            *map(_part, dialect.header)], inner)
    if framing.tpdu_length:
        destination, source = int(dialect.tpdu[2:6], 16), int(dialect.tpdu[6:], 16)
        inner = _layer("Tpdu", "TPDU", [
            XByteField("id", TPDU_ID), XShortField("destination", destination),
            XShortField("source", source)], inner)
    if framing.length_prefix and not framing.envelope:
        inner = _layer("Frame", f"{dialect.name} frame", [ShortField("length", None)], inner)
    message.outermost = inner
    return Layers(dialect, inner, message, names)


def _where_there(field: Any) -> ConditionalField:
    name = field.name
    return ConditionalField(field, lambda packet: packet.fields.get(name) is not None)


def _names(dialect: Dialect) -> dict[str, str]:
    """A name for each field: that of its row, or its number where that is none in Python."""
    names: dict[str, str] = {}
    for row in dialect.rows:
        name = row.name.lower()
        is_fit = _NAME.fullmatch(name) and name not in _TAKEN and name not in names.values()
        names[row.key] = name if is_fit else f"f{row.key}"
    return names


# ---- what stands before a message ------------------------------------------------------------


class _Before(Packet):  # type: ignore[misc, unused-ignore]
    """A layer in front of a message."""

    inner: ClassVar[type[Packet]]

    def guess_payload_class(self, payload: bytes) -> type[Packet]:
        """What stands behind it."""
        del payload
        return self.inner

    def post_build(self, pkt: bytes, pay: bytes) -> bytes:
        """A length that nobody gave is that of what follows."""
        if self.fields_desc[0].name == "length" and self.length is None:
            pkt = len(pay).to_bytes(PREFIX_LENGTH, "big") + pkt[PREFIX_LENGTH:]
        return pkt + pay

    def extract_padding(self, s: bytes) -> tuple[bytes, bytes | None]:
        """Behind a length as many bytes as it says are this frame's; what follows is another."""
        return s, None

    @classmethod
    def tcp_reassemble(
        cls, data: bytes, metadata: dict[str, Any], session: dict[str, Any],
    ) -> Packet | None:
        """For ``TCPSession``: a packet when its frames are whole; None while bytes are missing."""
        del metadata, session
        at = 0
        while at < len(data):
            size = PREFIX_LENGTH + int.from_bytes(data[at:at + PREFIX_LENGTH], "big")
            if len(data) < at + max(size, PREFIX_LENGTH):
                return None
            at += size
        return cls(data)


def _layer(
    name: str, title: str, fields: list[Any], inner: type[Packet],
) -> type[Packet]:
    made: type[Packet] = type(name, (_Before,), {
        "name": title, "fields_desc": fields, "inner": inner})
    return made


def _part(row: PartRow) -> Any:
    bits = 4 * (row.digits or 0)
    default = int(row.value, 16) if row.value else 0
    return _HexDigits(row.name, default, bits)


class _HexDigits(BitField):  # type: ignore[misc, unused-ignore]
    """A part of a header: digits, two to the byte, as text where it is shown."""

    def i2repr(self, pkt: Any, x: Any) -> str:
        """Its digits."""
        del pkt
        return f"{x:0{int(self.size) // 4}X}"


# ---- the message -----------------------------------------------------------------------------


class _Message(Packet):  # type: ignore[misc, unused-ignore]
    """From the message type to the last field."""

    dialect: ClassVar[Dialect]
    names: ClassVar[Mapping[str, str]]
    outermost: ClassVar[type[Packet]]

    def do_dissect(self, s: bytes) -> bytes:
        """Every field as the dialect reads it; what cannot be read is ``unread``, and hidden."""
        size = self._size(s)
        body, behind = s[:size], s[size:]
        found = self.dialect.reader.read(body)
        shown = self.fields
        shown["mti"] = body[:MTI_LENGTH].hex()
        shown["bitmap"] = body[MTI_LENGTH:MTI_LENGTH + BITMAP_LENGTH].hex().upper()
        for key, value in found.values.items():
            shown[self.names[key]] = value
        if found.error is not None:
            end = found.ends[-1] if found.ends else MTI_LENGTH + BITMAP_LENGTH
            shown["unread"] = body[end:]
        self.raw_packet_cache = body
        self.explicit = 1
        return behind

    def _size(self, s: bytes) -> int:
        """As many bytes as the length in front leaves; without one, where the fields end."""
        under = self.underlayer
        before = 0
        while isinstance(under, _Before):
            if under.fields_desc[0].name == "length":
                return max(0, min(len(s), int(under.length) - before))
            before += TPDU_LENGTH if under.name == "TPDU" else self.dialect.framing.header_length
            under = under.underlayer
        try:
            return length_of(s, 0, self.dialect) or len(s)
        except WireError:
            return len(s)

    def guess_payload_class(self, payload: bytes) -> type[Packet]:
        """Another message in the same segment."""
        return self.outermost if len(payload) > PREFIX_LENGTH else Raw

    def setfieldval(self, attr: str, val: Any) -> None:
        """A field that is changed, added or taken away changes the bitmap too."""
        super().setfieldval(attr, val)
        if attr in self.names.values():
            self.fields["bitmap"] = None

    def self_build(self) -> bytes:
        """The bytes of the fields that are there; the bitmap is theirs unless it was given."""
        if self.raw_packet_cache is not None and not self.wirelen:
            return bytes(self.raw_packet_cache)
        there = {
            row.number: self.fields[self.names[row.key]] for row in self.dialect.rows
            if self.fields.get(self.names[row.key]) is not None}
        bits = sum(1 << (64 - number) for number in there)
        bitmap = self.fields.get("bitmap") or f"{bits:016X}"
        made = bytes.fromhex(self.fields.get("mti") or "0000") + bytes.fromhex(bitmap)
        for number in sorted(there):
            row = self.dialect.field[str(number)]
            made += writer(row, row.most)(str(there[number]), "0")
        return made + bytes(self.fields.get("unread") or b"")

    def mysummary(self) -> str:
        """One line: message type, terminal, STAN, response code."""
        values = {key: self.fields.get(name) for key, name in self.names.items()}
        parts = [self.fields.get("mti", ""), values.get("41"), values.get("11"), values.get("39")]
        return " ".join(str(each) for each in parts if each)


class _Absent(Field[Any, Any]):  # type: ignore[misc, unused-ignore]
    """A part of a message as text; the message reads and builds all of them itself."""

    def __init__(self, name: str) -> None:
        super().__init__(name, None, "s")

    def addfield(self, pkt: Any, s: bytes, val: Any) -> bytes:
        """Built with the message."""
        del pkt, val
        return s

    def getfield(self, pkt: Any, s: bytes) -> tuple[bytes, Any]:
        """Read with the message."""
        del pkt
        return s, None

    def i2m(self, pkt: Any, x: Any) -> Any:
        """As it is."""
        del pkt
        return x

    def any2i(self, pkt: Any, x: Any) -> Any:
        """As it is."""
        del pkt
        return x

    def i2repr(self, pkt: Any, x: Any) -> str:
        """Shown as it is; nothing where it is not there."""
        del pkt
        return "" if x is None else str(x)


class _Unread(_Absent):
    """What could not be read: how many bytes, and no more of them."""

    def i2repr(self, pkt: Any, x: Any) -> str:
        """Their number."""
        del pkt
        return f"{len(x)} bytes" if x else ""


class _Value(_Absent):
    """A field of the dialect's table, masked where it is shown."""

    __slots__ = ("dialect", "row")

    def __init__(self, name: str, row: FieldRow, dialect: Dialect) -> None:
        super().__init__(name)
        self.row = row
        self.dialect = dialect

    def i2repr(self, pkt: Any, x: Any) -> str:
        """What may be shown of it."""
        del pkt
        return "" if x is None else mask_value(self.row, str(x), self.dialect)

