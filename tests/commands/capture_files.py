"""Captures of streams in any segments, links and orders, made by scapy; and the messages that go in."""

from __future__ import annotations

import io
import json
from itertools import pairwise
from pathlib import Path

from scapy.layers.inet import IP, TCP, fragment
from scapy.layers.inet6 import IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrHopByHop
from scapy.layers.l2 import LLC, SNAP, CookedLinux, CookedLinuxV2, Dot1AD, Dot1Q, Ether, Loopback
from scapy.layers.ppp import PPP, PPPoE
from scapy.packet import Packet, Raw
from scapy.utils import RawPcapWriter

VECTORS = {
    one["id"]: bytes.fromhex(one["hex"])
    for one in json.loads(
        (Path(__file__).parents[2] / "fixtures" / "vectors" / "minted.json").read_text("utf-8"))["vectors"]}
TERMINAL, HOST = ("10.0.0.1", 49_152), ("10.255.0.1", 8_583)
MAC = {"src": "02:00:00:00:00:01", "dst": "02:00:00:00:00:02"}
LINKS = {  # link type, and what it puts around an IP packet
    "ethernet": (1, lambda ip: Ether(**MAC) / ip),
    "vlan": (1, lambda ip: Ether(**MAC) / Dot1Q(vlan=7) / ip),
    "qinq": (1, lambda ip: Ether(**MAC) / Dot1AD(vlan=9) / Dot1Q(vlan=7) / ip),
    "pppoe": (1, lambda ip: Ether(**MAC) / PPPoE(sessionid=5) / PPP() / ip),
    "padded": (1, lambda ip: Raw(bytes(Ether(**MAC) / ip) + b"\x55" * 6)),
    "raw": (101, lambda ip: ip),
    "ppp": (9, lambda ip: PPP() / ip),
    "ppp+hdlc": (50, lambda ip: Raw(b"\xff\x03\x00\x21") / ip),
    "cooked": (113, lambda ip: CookedLinux() / ip),
    "cooked 2": (276, lambda ip: CookedLinuxV2(proto=0x800) / ip),
    "loopback": (0, lambda ip: Loopback(type=2) / ip),
    "snap": (1, lambda ip: Ether(**MAC, type=60) / LLC(dsap=0xAA, ssap=0xAA, ctrl=3) / SNAP(code=0x800) / ip),
}


def segment(place: int, payload: bytes = b"", flags: str = "PA", *, up: bool = True, base: int = 1_000) -> Packet:
    (source, sport), (target, dport) = (TERMINAL, HOST) if up else (HOST, TERMINAL)
    made = IP(src=source, dst=target) / TCP(
        sport=sport, dport=dport, flags=flags, seq=(base + place) % 2**32)
    return made / Raw(payload) if payload else made


def six(packet: Packet) -> Packet:
    """The same over IPv6, two extension headers before it."""
    tcp = packet[TCP]
    return IPv6(src="fe80::1", dst="fe80::2") / IPv6ExtHdrHopByHop() / IPv6ExtHdrDestOpt() / tcp


def fragments(packet: Packet, size: int = 48) -> list[Packet]:
    return list(fragment(packet, fragsize=size))


def pcap(
    packets: list[Packet | bytes], link: str = "ethernet", *, order: str = "<", nano: bool = False,
    keeps: int = 1 << 16,
) -> bytes:
    """A pcap of IP packets, a millisecond apart; ``keeps``: bytes of each at most."""
    kind, around = LINKS[link]
    kept = io.BytesIO()
    writer = RawPcapWriter(kept, linktype=kind or 1, endianness=order, nano=nano)
    writer.write_header(None)
    for n, packet in enumerate(packets):
        data = packet if isinstance(packet, bytes) else bytes(around(packet))
        writer.write_packet(
            data[:keeps], sec=1_769_700_000 + n // 1_000,
            usec=n % 1_000 * (1_000_000 if nano else 1_000), wirelen=len(data))
    writer.flush()
    made = kept.getvalue()
    return made[:20] + kind.to_bytes(4, "little" if order == "<" else "big") + made[24:]  # 0 is none to scapy


def stream(content: bytes, cuts: list[int], *, base: int = 1_000, up: bool = True) -> list[Packet]:
    """Segments of a stream, cut at these places."""
    places = sorted({0, len(content), *(cut % (len(content) + 1) for cut in cuts)})
    return [segment(a, content[a:b], up=up, base=base) for a, b in pairwise(places)]
