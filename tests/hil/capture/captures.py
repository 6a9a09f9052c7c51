"""Packets made by hand with scapy: a conversation of any segments, with times, for tests of captures."""

from __future__ import annotations

import json
from pathlib import Path

from scapy.layers.inet import IP, TCP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Dot1Q, Ether
from scapy.packet import Raw

from simulator.capture.packets import BARE_IP, ETHERNET, RawPacket
from simulator.wire.dialects import usual_dialect

UNIONPAY = usual_dialect()
VECTORS = {
    one["id"]: one for one in json.loads(
        (Path(__file__).parents[3] / "fixtures" / "vectors" / "minted.json").read_text("utf-8"))["vectors"]}
FRAMES = {name: bytes.fromhex(one["hex"]) for name, one in VECTORS.items()}
TERMINAL, HOST = ("10.0.0.1", 49_152), ("10.255.0.1", 8_583)
START_NS = 1_769_700_000_000_000_000
MS = 1_000_000


def packet(
    at_ms: float, sender, receiver, sequence: int, payload: bytes = b"", flags: str = "PA",
    *, six: bool = False, vlan: bool = False, bare: bool = False, padding: bytes = b"",
) -> RawPacket:
    (source, sport), (target, dport) = sender, receiver
    made = (IPv6(src=source, dst=target) if six else IP(src=source, dst=target)) / TCP(
        sport=sport, dport=dport, flags=flags, seq=sequence % 2**32)
    if payload:
        made /= Raw(payload)
    if not bare:
        head = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
        made = head / Dot1Q(vlan=7) / made if vlan else head / made
    return RawPacket(START_NS + round(at_ms * MS), bytes(made) + padding, BARE_IP if bare else ETHERNET)


def up(at_ms: float, sequence: int, payload: bytes = b"", flags: str = "PA", **form) -> RawPacket:
    return packet(at_ms, TERMINAL, HOST, sequence, payload, flags, **form)


def down(at_ms: float, sequence: int, payload: bytes = b"", flags: str = "PA", **form) -> RawPacket:
    return packet(at_ms, HOST, TERMINAL, sequence, payload, flags, **form)


def opened(at_ms: float = 0, up_base: int = 1_000, down_base: int = 5_000) -> list[RawPacket]:
    """A handshake; the first byte up is then at ``up_base``, the first down at ``down_base``."""
    return [
        up(at_ms, up_base - 1, flags="S"), down(at_ms + 0.2, down_base - 1, flags="SA"),
        up(at_ms + 0.3, up_base, flags="A")]
