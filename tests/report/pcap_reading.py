"""A capture read as bytes, by nothing that wrote it: packets, connections, messages; and what is wrong in it."""

from __future__ import annotations

import struct
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from simulator.catalogue.line_reasons import NOT_SENT, LineReason
from simulator.trace.records import Arrived, Lost, Restarted, Sent, WireCarried

FIN, SYN, RST, ACK = 1, 2, 4, 16
HOST = bytes((10, 255, 0, 1))


@dataclass
class Packet:
    at_us: int
    source: tuple[bytes, int]
    target: tuple[bytes, int]
    flags: int
    sequence: int
    acknowledged: int
    payload: bytes
    octets: bytes

    @property
    def is_up(self):
        return self.target[0] == HOST


@dataclass
class Segment:
    """Bytes of one direction that left at once, however often."""

    at_us: int
    sequence: int
    payload: bytes
    again_us: list[int] = field(default_factory=list)
    is_acknowledged: bool = False
    is_reset: bool = False


@dataclass
class Stream:
    """One connection, from a SYN to the next of the same ports."""

    packets: list[Packet] = field(default_factory=list)
    up: list[Segment] = field(default_factory=list)
    down: list[Segment] = field(default_factory=list)


def packets_in(content):
    """All packets of a pcap in microseconds and little endian."""
    magic, major, minor, *_, link = struct.unpack_from("<IHHiIII", content)
    assert (magic, major, minor, link) == (0xA1B2C3D4, 2, 4, 1)
    place, packets = 24, []
    while place < len(content):
        seconds, micros, kept, length = struct.unpack_from("<IIII", content, place)
        assert kept == length
        assert micros < 1_000_000
        place += 16
        packets.append(_packet(seconds * 1_000_000 + micros, content[place:place + kept]))
        place += kept
    assert place == len(content)
    return packets


def _packet(at_us, octets):
    assert octets[12:15] == b"\x08\x00\x45"
    length = int.from_bytes(octets[16:18])
    assert length == len(octets) - 14
    source, target = octets[26:30], octets[30:34]
    ports = struct.unpack_from("!HHII", octets, 34)
    head = octets[46] >> 4 << 2
    return Packet(at_us, (source, ports[0]), (target, ports[1]), octets[47], ports[2], ports[3],
                  octets[34 + head:], octets)


def streams_of(packets):
    """The connections in the order in which they begin."""
    standing, streams = {}, []
    for packet in packets:
        ends = frozenset((packet.source, packet.target))
        is_first = packet.flags & (SYN | ACK) == SYN
        again = is_first and ends in standing and all(
            each.flags == SYN and each.sequence == packet.sequence for each in standing[ends].packets)
        if ends not in standing or (is_first and not again):
            standing[ends] = Stream()
            streams.append(standing[ends])
        standing[ends].packets.append(packet)
    for stream in streams:
        _read(stream)
    return streams


def _read(stream):
    for packet in stream.packets:
        mine, others = (stream.up, stream.down) if packet.is_up else (stream.down, stream.up)
        if packet.payload:
            known = next((each for each in mine if each.sequence == packet.sequence), None)
            if known is None:
                mine.append(Segment(packet.at_us, packet.sequence, packet.payload))
            else:
                assert known.payload.startswith(packet.payload)
                known.again_us.append(packet.at_us)
        for segment in others:
            if packet.flags & ACK and packet.acknowledged >= segment.sequence + len(segment.payload):
                segment.is_acknowledged = True
            if packet.flags == RST:  # a system that knows nothing of the connection; with ACK it gives up
                segment.is_reset = True


# ---- what is wrong in a capture itself -----------------------------------------------------------


def wrong_in(content):
    """Complaints about a capture as such."""
    packets = packets_in(content)
    wrong = [f"{b.at_us}: earlier than the packet before" for a, b in pairwise(packets)
             if b.at_us < a.at_us]
    wrong += [f"{each.at_us}: checksum" for each in packets if not _has_right_sums(each.octets)]
    for stream in streams_of(packets):
        wrong += _wrong_numbers(stream)
    return wrong


def _sum(octets):
    total = 0
    for place in range(0, len(octets), 2):
        total += int.from_bytes(octets[place:place + 2].ljust(2, b"\0"))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def _has_right_sums(octets):
    segment = octets[34:]
    pseudo = octets[26:34] + struct.pack("!HH", 6, len(segment))
    return _sum(octets[14:34]) == 0xFFFF and _sum(pseudo + segment) == 0xFFFF


def _wrong_numbers(stream):
    """Every byte has the number behind the one before it, and nobody acknowledges what was not sent."""
    wrong, following = [], {}
    first = stream.packets[0]
    if first.flags != SYN:
        wrong.append(f"{first.at_us}: a connection without a beginning")
    for packet in stream.packets:
        way, back = packet.is_up, not packet.is_up
        size = len(packet.payload) + bool(packet.flags & SYN) + bool(packet.flags & FIN)
        if way in following and packet.sequence > following[way] and not packet.flags & RST:
            wrong.append(f"{packet.at_us}: bytes are missing before it")
        if packet.flags & ACK and back in following and packet.acknowledged > following[back]:
            wrong.append(f"{packet.at_us}: acknowledges what was never sent")
        following[way] = max(following.get(way, 0), packet.sequence + size)
    return wrong


# ---- what is not as the trace says ------------------------------------------------------------------


def messages_of(records):
    """The frames that left, by whom, when, with what the trace says became of each."""
    found, last, by_key = [], None, defaultdict(list)
    for record in records:
        if isinstance(record, Sent) and (record.to == "acquirer" or record.actor == "acquirer"):
            last = record
        elif isinstance(record, WireCarried) and last is not None and record.sender == last.actor:
            message = {"sent": last, "frame": bytes.fromhex(record.frame), "fate": None, "at_ms": 0, "why": None}
            found.append(message)
            by_key[last.actor, last.mti, last.tid, last.batch, last.stan].append(message)
            last = None
        elif isinstance(record, (Arrived, Lost)):
            key = (record.sender, record.mti, record.tid, record.batch, record.stan)
            if isinstance(record, Arrived) and record.copy:
                continue
            message = next((each for each in by_key[key] if each["fate"] is None), None)
            if message is not None:
                message["fate"], message["at_ms"] = type(record).__name__, record.at_ms
                message["why"] = getattr(record, "why", None)
    return found


def counts_in_trace(records):
    """How many messages each way were heard, lost after they had left, and refused."""
    found = Counter()
    for record in records:
        if isinstance(record, Arrived):
            found["heard up" if record.actor == "acquirer" else "heard down"] += 1
        elif isinstance(record, Lost):
            if record.why is LineReason.REFUSE_CONNECT:
                found["refused"] += 1
            elif record.why not in NOT_SENT:
                found["lost down" if record.sender == "acquirer" else "lost up"] += 1
    return found


def counts_in_capture(content):
    """The same, as whoever has the capture would count it."""
    found = Counter()
    for stream in streams_of(packets_in(content)):
        flags = [each.flags for each in stream.packets]
        if flags == [SYN, RST | ACK]:
            found["refused"] += 1
        for way, segments in (("up", stream.up), ("down", stream.down)):
            for segment in segments:
                is_heard = segment.is_acknowledged or (segment.is_reset and not segment.again_us)
                found[f"{'heard' if is_heard else 'lost'} {way}"] += 1
    return found


def has_restarts(records):
    return any(isinstance(each, Restarted) for each in records)
