"""A packet capture of what a run carried: its frames in TCP connections that Wireshark accepts.

Addresses are invented: terminals live in 10.0.0.0/8, the acquirer is 10.255.0.1.  Card data was
zeroed when the record was made; nothing here could restore it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from simulator.trace.records import WireCarried

HOST_ADDRESS = "10.255.0.1"
HOST_PORT = 8583  # the dissector's, see simulator.wire.dissector
HOST = "acquirer"
_FIRST_PORT = 49_152
_LARGEST_SEGMENT = 1_400
_SEQUENCE = 1 << 32
_ACK_DELAY_S = 0.000_5


class _Peer(msgspec.Struct):
    """One end of a connection."""

    address: str
    mac: str
    port: int
    sequence: int


class _Connection:
    """One terminal's connection to the acquirer, opened by a handshake and never closed."""

    def __init__(self, number: int) -> None:
        octets = (number // 250 // 250 % 250, number // 250 % 250, number % 250 + 1)
        self.terminal = _Peer(
            "10.{}.{}.{}".format(*octets), "02:00:00:{:02x}:{:02x}:{:02x}".format(*octets),
            _FIRST_PORT + number % 16_000, 1_000,
        )
        self.host = _Peer(HOST_ADDRESS, "02:00:00:ff:00:01", HOST_PORT, 5_000)

    def handshake(self, at_s: float) -> Iterator[Any]:
        terminal, host = self.terminal, self.host
        yield _packet(terminal, host, "S", b"", at_s, acknowledged=False)
        terminal.sequence += 1
        yield _packet(host, terminal, "SA", b"", at_s)
        host.sequence += 1
        yield _packet(terminal, host, "A", b"", at_s)

    def carry(self, from_host: bool, frame: bytes, at_s: float) -> Iterator[Any]:
        sender, receiver = (
            (self.host, self.terminal) if from_host else (self.terminal, self.host)
        )
        for start in range(0, len(frame), _LARGEST_SEGMENT):
            part = frame[start:start + _LARGEST_SEGMENT]
            yield _packet(sender, receiver, "PA", part, at_s)
            sender.sequence = (sender.sequence + len(part)) % _SEQUENCE
        yield _packet(receiver, sender, "A", b"", at_s + _ACK_DELAY_S)


def _packet(
    sender: _Peer, receiver: _Peer, flags: str, payload: bytes, at_s: float,
    acknowledged: bool = True,
) -> Any:
    from scapy.layers.inet import IP, TCP  # noqa: PLC0415
    from scapy.layers.l2 import Ether  # noqa: PLC0415
    from scapy.packet import Raw  # noqa: PLC0415

    packet = (
        Ether(src=sender.mac, dst=receiver.mac)
        / IP(src=sender.address, dst=receiver.address, id=0, flags="DF")
        / TCP(sport=sender.port, dport=receiver.port, flags=flags, seq=sender.sequence,
              ack=receiver.sequence if acknowledged else 0, window=65_535)
    )
    if payload:
        packet /= Raw(payload)
    packet.time = at_s
    return packet


class Packets:
    """The packets of records as they come; one connection for each terminal."""

    def __init__(self) -> None:
        self._connections: dict[str, _Connection] = {}

    def of(self, record: WireCarried) -> Iterator[Any]:
        """Those of the next record."""
        connections = self._connections
        from_host = record.sender == HOST
        name = record.receiver if from_host else record.sender
        at_s = record.at_ms / 1000
        if name not in connections:
            connections[name] = _Connection(len(connections))
            yield from connections[name].handshake(at_s)
        yield from connections[name].carry(from_host, bytes.fromhex(record.frame), at_s)


def packets_of(records: Iterable[WireCarried]) -> Iterator[Any]:
    """The packets of records in their order."""
    packets = Packets()
    for record in records:
        yield from packets.of(record)


def write_pcap(path: Path, records: Iterable[WireCarried]) -> int:
    """Write a capture; gives how many packets are in it.  ``OSError`` where it cannot be written."""
    from scapy.utils import PcapWriter  # noqa: PLC0415  half a second, only where a pcap is wanted

    count = 0
    with path.open("wb") as stream, PcapWriter(stream, linktype=1) as writer:
        for packet in packets_of(records):
            writer.write(packet)
            count += 1
    return count
