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

from simulator.commands import sayings as say
from simulator.commands.hex_text import plain_hex
from simulator.commands.inputs import InputError, Source, octets_of_hex
from simulator.wire.dialect import Dialect
from simulator.wire.errors import WireError
from simulator.wire.frame import FrameReader
from simulator.wire.framing import PREFIX_LENGTH, Framing
from simulator.wire.generic import Decoded, decode_generic, decode_partly
from simulator.wire.recognition import KEEP_ALIVE, likely_framing

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
    damage: WireError | None = None  # what could not be read of it, at its place in the source
    unread: bytes = b""  # from there to its end


class Captured(msgspec.Struct, frozen=True, gc=False):
    """The messages of a source, and what was passed over."""

    messages: tuple[Found, ...]
    notices: tuple[str, ...] = ()
    is_capture: bool = False
    is_whole: bool = True  # every byte was read


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
    if (text := plain_hex(content)) is not None:
        return _in_hex(text, source.name, dialect, framings)
    cut = frames_in(content, dialect, framings)
    captured = _captured(cut, source.name)
    if cut.left and not content[len(content) - cut.left:].strip():
        return replace(captured, is_whole=not any(one.damage for one in cut.messages))  # a newline
    return captured


# ---- bytes -----------------------------------------------------------------------------------


class Cut(msgspec.Struct, frozen=True, gc=False):
    """The messages of a stream of bytes, damaged ones too, and how many bytes are left at its end."""

    messages: tuple[Found, ...]
    ends: tuple[int, ...]  # of each message, in bytes of the stream
    left: int = 0


def frames_in(content: bytes, dialect: Dialect, framings: Sequence[Framing]) -> Cut:
    """Frames one after another, all in one framing: the first in which each is a whole message.

    Where there is none they are cut in the likely one; what of them is damaged says so.  Raises
    :class:`WireError` where nothing can be read in it.
    """
    for strictness in (dialect.without_unnamed, dialect):
        for framing in framings:
            cut = _cut(content, strictness, framing)
            if cut.messages and not cut.left and not any(one.damage for one in cut.messages):
                return cut
    likely = likely_framing(content, dialect)
    framing = likely if likely in framings else framings[0]
    cut = _cut(content, dialect, framing)
    if not cut.messages:
        decode_generic(content, dialect, framing)  # for its error
    return cut


def _cut(content: bytes, dialect: Dialect, framing: Framing) -> Cut:
    found: list[Found] = []
    ends: list[int] = []
    at = 0
    while at < len(content):
        if framing.length_prefix and content[at:at + PREFIX_LENGTH] == KEEP_ALIVE:
            at += PREFIX_LENGTH
            continue
        frame = _next_frame(content[at:], dialect, framing)
        decoded, damage = decode_partly(frame, dialect, framing) if frame else (None, None)
        if decoded is None or (damage is not None and not _is_worth_showing(decoded)):
            break
        at += len(frame)
        unread = frame[damage.offset:] if damage is not None and damage.field.isdigit() else b""
        found.append(Found(
            decoded, frame, damage=damage and _moved(damage, at - len(frame)), unread=unread))
        ends.append(at)
    return Cut(tuple(found), tuple(ends), len(content) - at)


def _is_worth_showing(decoded: Decoded) -> bool:
    """Whether what was read up to a damage is likely to be of a message, and no chance."""
    return bool(decoded.fields) and decoded.mti.isdigit() and decoded.mti[0] == "0"


def _next_frame(content: bytes, dialect: Dialect, framing: Framing) -> bytes:
    """The first frame; all that is left where it is cut or has no end that could be found."""
    reader = FrameReader(replace(dialect, framing=framing, size_limit=_LIMIT))
    try:
        frames = reader.feed(content)
    except WireError:
        return content
    return frames[0] if frames else content


def _moved(error: WireError, at: int) -> WireError:
    return WireError(error.field, at + error.offset, error.reason, error.decoded)


def _in_hex(
    text: str, name: str, dialect: Dialect, framings: Sequence[Framing],
) -> Captured:
    """A frame on each line, or one text of hex over many lines."""
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > 1 and not _each_begins(lines, dialect, framings):
        return _captured(frames_in(octets_of_hex(text, name), dialect, framings), name)
    found: list[Found] = []
    notices: list[str] = []
    is_whole = True
    for n, line in lines:
        where = f"{name}, line {n}" if len(lines) > 1 else name
        try:
            part = _captured(frames_in(octets_of_hex(line, where), dialect, framings), where)
        except (WireError, InputError) as error:
            if len(lines) == 1:
                raise
            notices.append(str(error) if isinstance(error, InputError) else f"{where}: {error}")
            is_whole = False
            continue
        found += part.messages
        notices += part.notices
        is_whole &= part.is_whole
    if not found:
        raise InputError(notices[0])
    return Captured(tuple(found), tuple(notices), is_whole=is_whole)


def _each_begins(
    lines: list[tuple[int, str]], dialect: Dialect, framings: Sequence[Framing],
) -> bool:
    """Whether more than one line begins a message: else the lines are one text."""
    begun = 0
    for n, line in lines:
        with suppress(WireError, InputError):
            begun += bool(frames_in(octets_of_hex(line, f"line {n}"), dialect, framings).messages)
    whole = 0
    with suppress(WireError, InputError):
        cut = frames_in(octets_of_hex("".join(line for _, line in lines), ""), dialect, framings)
        whole = not cut.left and not any(one.damage for one in cut.messages)
    return begun > 1 or (begun == 1 and not whole)


def _captured(cut: Cut, name: str) -> Captured:
    notices = [f"{name}: {one.damage}" for one in cut.messages if one.damage is not None]
    if cut.left:
        row = say.ONE_LEFT_OVER if cut.left == 1 else say.LEFT_OVER
        notices.append(row.say(name=name, count=cut.left))
    return Captured(cut.messages, tuple(notices), is_whole=not notices)


# ---- packet captures -------------------------------------------------------------------------


class _Run(msgspec.Struct):
    """Bytes of one direction without a gap between them."""

    content: bytearray
    ends: list[tuple[int, int]]  # length of content, moment in ms
    missing: int = 0  # bytes before it that were not captured

    def moment_ms(self, end: int) -> int:
        """When the byte before this place came."""
        return next(at_ms for length, at_ms in self.ends if length >= end)


class _Stream:
    """One direction of one connection, put in order by sequence numbers."""

    def __init__(self) -> None:
        self._first: int | None = None
        self._pieces: list[tuple[int, bytes, int]] = []  # place from the first that was seen

    def add(self, sequence: int, payload: bytes, at_ms: int) -> None:
        if self._first is None:
            self._first = sequence
        place = (sequence - self._first + _SEQUENCE // 2) % _SEQUENCE - _SEQUENCE // 2
        self._pieces.append((place, payload, at_ms))

    def runs(self) -> list[_Run]:
        """The bytes in order, in as many runs as there are gaps; what was sent twice is dropped."""
        runs: list[_Run] = []
        at = None
        for place, payload, at_ms in sorted(self._pieces, key=lambda piece: piece[0]):
            if at is None or place > at:
                runs.append(_Run(bytearray(), [], 0 if at is None else place - at))
                at = place
            new = payload[at - place:]
            if new:
                runs[-1].content += new
                runs[-1].ends.append((len(runs[-1].content), at_ms))
                at += len(new)
        return runs


def _in_capture(
    source: Source, dialect: Dialect, framings: Sequence[Framing],
) -> Captured:
    found: list[Found] = []
    notices: list[str] = []
    is_whole = True
    for (sender, receiver), stream in _streams(source).items():
        way, begun = f"{sender} > {receiver}", framings
        for run in stream.runs():
            skipped = 0
            if run.missing:
                skipped = _first_message(bytes(run.content), dialect, begun)
                notices.append(say.GAP.say(name=way, count=run.missing, skipped=skipped))
                is_whole = False
            try:
                cut = frames_in(bytes(run.content[skipped:]), dialect, begun)
            except WireError as error:
                notices.append(f"{way}: skipped, no messages of the dialect: {error}")
                continue
            begun = (cut.messages[0].decoded.framing,)
            found += [
                replace(message, sender=sender, receiver=receiver,
                        at_ms=run.moment_ms(skipped + end))
                for message, end in zip(cut.messages, cut.ends, strict=True)]
            captured = _captured(cut, way)
            notices += captured.notices
            is_whole &= captured.is_whole
    if not found:
        said = "".join("; " + text for text in notices[:3])
        raise InputError(f"{source.name}: no message of the dialect in this capture{said}")
    return Captured(
        tuple(sorted(found, key=lambda one: one.at_ms)), tuple(notices), True, is_whole)


def _first_message(content: bytes, dialect: Dialect, framings: Sequence[Framing]) -> int:
    """Where behind a gap the first whole message begins; 0 where none does."""
    for at in range(min(len(content), dialect.size_limit)):
        for framing in framings:
            frame = _next_frame(content[at:], dialect, framing)
            with suppress(WireError):
                decode_generic(frame, dialect.without_unnamed, framing)
                return at
    return 0


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
