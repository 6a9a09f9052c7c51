"""The packets of a pcap or a pcapng, one after another; keeps none and loads no library.

Both byte orders, micro- and nanoseconds, interfaces of different kinds in one file.  A file that is
damaged or cut gives what stands before that, and :attr:`PcapReader.ended` says why it was not all.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from simulator.capture.packets import RawPacket
from simulator.catalogue.language import Message

_NS = 1_000_000_000
_LARGEST = 1 << 24  # bytes of a packet or block: more is damage
_PCAP: dict[bytes, tuple[str, int, int]] = {  # byte order, unit of a fraction in ns, bytes of a head
    b"\xa1\xb2\xc3\xd4": (">", 1_000, 16), b"\xd4\xc3\xb2\xa1": ("<", 1_000, 16),
    b"\xa1\xb2\x3c\x4d": (">", 1, 16), b"\x4d\x3c\xb2\xa1": ("<", 1, 16),
    b"\xa1\xb2\xcd\x34": (">", 1_000, 24), b"\x34\xcd\xb2\xa1": ("<", 1_000, 24),
}
_SECTION = b"\x0a\x0d\x0d\x0a"
MAGICS = frozenset((*_PCAP, _SECTION))
_INTERFACE, _OLD_PACKET, _SIMPLE, _ENHANCED = 1, 2, 3, 6
_RESOLUTION, _OFFSET = 9, 14  # options of an interface

UNREADABLE = Message(
    "capture_unreadable", "{name}: the capture cannot be read: {error}", "{name}：无法读取该抓包文件：{error}")
HEAD_CUT = Message("capture_head_cut", "its head is cut", "文件头不完整")
PACKET_CUT = Message(
    "capture_cut", "{name}: ends inside packet {number}", "{name}：在第 {number} 个数据包中间结束")
DAMAGED = Message(
    "capture_damaged", "{name}: damaged behind packet {number}, the rest of it was not read",
    "{name}：第 {number} 个数据包之后已损坏，其余未读")


class CaptureError(Exception):
    """A capture that cannot be made or read; the text is for people."""


class _Interface(msgspec.Struct, frozen=True):
    link: int
    snap: int
    tick_ns: tuple[int, int]  # nanoseconds of one tick, as a fraction
    offset_ns: int = 0


class PcapReader:
    """Reads a capture from where the file stands, to its end."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self._name = name
        self._number = 0  # packets given
        self.ended = ""  # why what follows was not read; "" where all was
        self.resolution_ns = 1_000  # of the clock of a pcap

    def packets(self) -> Iterator[RawPacket]:
        """All packets, in the order of the file."""
        magic = self._file.read(4)
        if magic == _SECTION:
            yield from self._of_pcapng()
        elif magic in _PCAP:
            yield from self._of_pcap(*_PCAP[magic])
        else:
            raise CaptureError(UNREADABLE.say(name=self._name, error=HEAD_CUT.say()))

    def _is_cut(self, data: bytes, size: int) -> bool:
        if len(data) < size:
            self.ended = PACKET_CUT.say(name=self._name, number=self._number + 1)
        return bool(self.ended)

    def _damaged(self) -> None:
        self.ended = DAMAGED.say(name=self._name, number=self._number)

    # ---- pcap ----------------------------------------------------------------------------------

    def _of_pcap(self, order: str, unit_ns: int, size: int) -> Iterator[RawPacket]:
        head = self._file.read(20)
        if len(head) < 20:
            raise CaptureError(UNREADABLE.say(name=self._name, error=HEAD_CUT.say()))
        link = struct.unpack(order + "I", head[16:])[0] & 0x0FFFFFFF  # above: whether there is an FCS
        self.resolution_ns = unit_ns
        while record := self._file.read(size):
            if self._is_cut(record, size):
                return
            seconds, fraction, kept, sent = struct.unpack_from(order + "4I", record)
            if kept > _LARGEST:
                self._damaged()
                return
            data = self._file.read(kept)
            if self._is_cut(data, kept):
                return
            self._number += 1
            yield RawPacket(seconds * _NS + fraction * unit_ns, data, link, max(0, sent - kept))

    # ---- pcapng --------------------------------------------------------------------------------

    def _of_pcapng(self) -> Iterator[RawPacket]:
        order, interfaces, kind = "<", list[_Interface](), _SECTION
        while kind:
            head = self._file.read(4)
            if kind == _SECTION:
                mark = self._file.read(4)
                order, interfaces = "<" if mark == b"\x4d\x3c\x2b\x1a" else ">", []
                if mark not in {b"\x4d\x3c\x2b\x1a", b"\x1a\x2b\x3c\x4d"}:
                    if not self._number:
                        raise CaptureError(UNREADABLE.say(name=self._name, error=HEAD_CUT.say()))
                    self._damaged()
                    return
                head_size = 12
            else:
                head_size = 8
            if self._is_cut(head, 4):
                return
            size = struct.unpack(order + "I", head)[0]
            if size % 4 or not head_size + 4 <= size <= _LARGEST:
                self._damaged()
                return
            body = self._file.read(size - head_size)
            if self._is_cut(body, size - head_size):
                return
            try:
                if kind != _SECTION:
                    yield from self._block(order, struct.unpack(order + "I", kind)[0], body[:-4], interfaces)
            except (struct.error, IndexError):
                self._damaged()
                return
            kind = self._file.read(4)
            if kind and self._is_cut(kind, 4):
                return

    def _block(
        self, order: str, kind: int, body: bytes, interfaces: list[_Interface],
    ) -> Iterator[RawPacket]:
        if kind == _INTERFACE:
            interfaces.append(_interface(order, body))
        elif kind in {_ENHANCED, _OLD_PACKET}:
            form = "IIIII" if kind == _ENHANCED else "HHIIII"
            number, *_, high, low, kept, sent = struct.unpack_from(order + form, body)
            face = interfaces[number]
            ticks = high << 32 | low
            data = body[20:20 + kept]
            at_ns = ticks * face.tick_ns[0] // face.tick_ns[1] + face.offset_ns
            self._number += 1
            yield RawPacket(at_ns, data, face.link, max(0, sent - len(data)))
        elif kind == _SIMPLE:
            (sent,) = struct.unpack_from(order + "I", body)
            face = interfaces[0]
            data = body[4:4 + min(sent, face.snap or sent)]
            self._number += 1
            yield RawPacket(0, data, face.link, max(0, sent - len(data)))


def _interface(order: str, body: bytes) -> _Interface:
    link, _, snap = struct.unpack_from(order + "HHI", body)
    tick, offset = (1_000, 1), 0
    at = 8
    while at + 4 <= len(body):
        code, size = struct.unpack_from(order + "HH", body, at)
        value = body[at + 4:at + 4 + size]
        if not code:
            break
        if code == _RESOLUTION and value:
            power = value[0] & 0x7F
            tick = (_NS, 2 ** power if value[0] & 0x80 else 10 ** power)
        elif code == _OFFSET and len(value) == 8:
            offset = struct.unpack(order + "q", value)[0] * _NS
        at += 4 + size + -size % 4
    return _Interface(link, snap, tick, offset)
