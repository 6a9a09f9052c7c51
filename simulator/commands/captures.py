"""Messages in files: frames one after another, hex text, TCP streams in packet captures.

Nothing is sent or captured here; scapy is loaded only where a capture is read.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress

import msgspec
from msgspec.structs import replace

from simulator.commands.inputs import InputError, Source, is_hex_text, octets_of_hex
from simulator.wire.dialect import Dialect
from simulator.wire.errors import WireError
from simulator.wire.frame import FrameReader
from simulator.wire.framing import Framing
from simulator.wire.generic import Decoded, decode_generic
from simulator.wire.recognition import likely_framing

_PCAP_MAGIC = frozenset((
    b"\xa1\xb2\xc3\xd4", b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\x4d\x3c\xb2\xa1",
    b"\x0a\x0d\x0d\x0a",
))
_LIMIT = 0xFFFF  # bytes of a frame: what is too long for the dialect is still worth looking at
_SEQUENCE = 1 << 32


class Found(msgspec.Struct, frozen=True, gc=False):
    """One message, its bytes, and in a capture the way it went."""

    decoded: Decoded
    frame: bytes
    sender: str = ""
    receiver: str = ""
    at_ms: int = 0


class Captured(msgspec.Struct, frozen=True, gc=False):
    """The messages of a source, and what was passed over."""

    messages: tuple[Found, ...]
    notices: tuple[str, ...] = ()
    is_capture: bool = False


def messages_in(source: Source, dialect: Dialect, framing: Framing | None) -> Captured:
    """The messages of a source; ``framing`` None: found by looking.

    Raises :class:`WireError` where bytes are no message, :class:`InputError` where there are none.
    """
    content = source.content
    if not content.strip():
        raise InputError(f"{source.name}: empty, a message is needed")
    framings = (framing,) if framing is not None else tuple(dialect.framings.values())
    if content[:4] in _PCAP_MAGIC:
        return _in_capture(source, dialect, framings)
    if is_hex_text(content):
        return Captured(tuple(_in_hex(content.decode("ascii"), source.name, dialect, framings)))
    return Captured(tuple(frames_in(content, dialect, framings)))


# ---- bytes -----------------------------------------------------------------------------------


def frames_in(
    content: bytes, dialect: Dialect, framings: Sequence[Framing],
) -> list[Found]:
    """Frames one after another, all in the first of the framings in which no byte is left over."""
    for framing in framings:
        with suppress(WireError):
            return _in_framing(content, dialect, framing)
    likely = likely_framing(content, dialect)
    return _in_framing(content, dialect, likely if likely in framings else framings[0])  # for its error


def _in_framing(content: bytes, dialect: Dialect, framing: Framing) -> list[Found]:
    reader = FrameReader(replace(dialect, framing=framing, size_limit=_LIMIT))
    frames = reader.feed(content)
    rest = len(content) - reader.pending
    try:
        reader.feed(b"")
    except WireError:
        frames.append(content[rest:])
    else:
        if reader.pending:
            frames.append(content[rest:])
    found, at = [], 0
    for frame in frames:
        found.append(Found(_decoded_at(frame, dialect, framing, at), frame))
        at += len(frame)
    return found


def _decoded_at(frame: bytes, dialect: Dialect, framing: Framing, at: int) -> Decoded:
    try:
        return decode_generic(frame, dialect, framing)
    except WireError as error:
        raise WireError(error.field, at + error.offset, error.reason, error.decoded) from None


def _in_hex(
    text: str, name: str, dialect: Dialect, framings: Sequence[Framing],
) -> list[Found]:
    """A frame on each line, or one text of hex over many lines."""
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) == 1:
        return frames_in(octets_of_hex(lines[0][1], name), dialect, framings)
    try:
        return [
            found for n, line in lines
            for found in frames_in(octets_of_hex(line, f"{name}, line {n}"), dialect, framings)
        ]
    except (WireError, InputError) as of_lines:
        try:
            return frames_in(octets_of_hex(text, name), dialect, framings)
        except (WireError, InputError):
            raise of_lines from None


# ---- packet captures -------------------------------------------------------------------------


class _Stream:
    """One direction of one connection, put in order by sequence numbers."""

    def __init__(self) -> None:
        self.content = bytearray()
        self.ends: list[tuple[int, int]] = []  # length of content, moment in ms
        self._next: int | None = None
        self._early: dict[int, tuple[bytes, int]] = {}

    def add(self, sequence: int, payload: bytes, at_ms: int) -> None:
        if self._next is None:
            self._next = sequence
        self._early.setdefault(sequence, (payload, at_ms))
        while (piece := self._take()) is not None:
            self.content += piece[0]
            self.ends.append((len(self.content), piece[1]))
            self._next = (self._next + len(piece[0])) % _SEQUENCE

    def _take(self) -> tuple[bytes, int] | None:
        """The next new bytes; what was sent twice is dropped."""
        assert self._next is not None
        for sequence in list(self._early):
            behind = (self._next - sequence) % _SEQUENCE
            if behind < _SEQUENCE // 2:
                payload, at_ms = self._early.pop(sequence)
                if len(payload) > behind:
                    return payload[behind:], at_ms
        return None

    def moment_ms(self, end: int) -> int:
        return next(at_ms for length, at_ms in self.ends if length >= end)


def _in_capture(
    source: Source, dialect: Dialect, framings: Sequence[Framing],
) -> Captured:
    found: list[Found] = []
    notices: list[str] = []
    for (sender, receiver), stream in _streams(source).items():
        try:
            at = 0
            for message in frames_in(bytes(stream.content), dialect, framings):
                at += len(message.frame)
                found.append(msgspec.structs.replace(
                    message, sender=sender, receiver=receiver, at_ms=stream.moment_ms(at),
                ))
        except WireError as error:
            notices.append(f"{sender} > {receiver}: skipped, no messages of the dialect: {error}")
    if not found:
        said = "".join("; " + text for text in notices[:3])
        raise InputError(f"{source.name}: no message of the dialect in this capture{said}")
    return Captured(tuple(sorted(found, key=lambda one: one.at_ms)), tuple(notices), True)


def _streams(source: Source) -> dict[tuple[str, str], _Stream]:
    streams: dict[tuple[str, str], _Stream] = {}
    for sender, receiver, sequence, payload, at_ms in _segments(source):
        streams.setdefault((sender, receiver), _Stream()).add(sequence, payload, at_ms)
    return streams


def _segments(source: Source) -> Iterator[tuple[str, str, int, bytes, int]]:
    from scapy.error import Scapy_Exception  # noqa: PLC0415  half a second, for captures only
    from scapy.layers.inet import IP, TCP  # noqa: PLC0415
    from scapy.layers.inet6 import IPv6  # noqa: PLC0415
    from scapy.layers.l2 import Ether  # noqa: F401, PLC0415  names the link layer to scapy
    from scapy.utils import rdpcap  # noqa: PLC0415

    logging.getLogger("scapy").setLevel(logging.CRITICAL)  # what is odd is said by a notice
    try:
        packets = rdpcap(io.BytesIO(source.content))
    except (Scapy_Exception, EOFError, ValueError, OverflowError) as error:
        raise InputError(f"{source.name}: the capture cannot be read: {error}") from None
    for packet in packets:
        network = packet.getlayer(IP) or packet.getlayer(IPv6)
        if network is None or TCP not in packet:
            continue
        tcp = packet[TCP]
        payload = bytes(tcp.payload)[:_payload_length(network, tcp)]
        if payload:
            yield (
                f"{network.src}:{tcp.sport}", f"{network.dst}:{tcp.dport}", int(tcp.seq), payload,
                int(packet.time * 1000),
            )


def _payload_length(network: object, tcp: object) -> int:
    """What IP says, so that the padding of a short Ethernet frame is not taken for data."""
    total = getattr(network, "len", None)
    if total is None:
        total = getattr(network, "plen", 0) + 40
        head = 40
    else:
        head = (getattr(network, "ihl", 5) or 5) * 4
    return max(0, total - head - (getattr(tcp, "dataofs", 5) or 5) * 4)
