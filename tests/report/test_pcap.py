from __future__ import annotations

import json
from pathlib import Path

from scapy.layers.inet import IP, TCP
from scapy.utils import rdpcap

from simulator.report.pcap import HOST_ADDRESS, HOST_PORT, write_pcap
from simulator.trace.records import WireCarried

VECTORS = json.loads(
    (Path(__file__).parents[2] / "fixtures" / "vectors" / "minted.json").read_text(encoding="utf-8"),
)["vectors"]
START_MS = 1_769_700_000_000


def carried(terminal: str, at_ms: int, frame: str, from_host: bool = False) -> WireCarried:
    sender, receiver = ("acquirer", terminal) if from_host else (terminal, "acquirer")
    return WireCarried(at_ms, f"link.{terminal}", sender, receiver, frame)


def test_every_byte_is_numbered_and_acknowledged(tmp_path):
    records = [
        carried(f"terminal.{n % 3}", START_MS + n, vector["hex"], from_host=n % 2 == 1)
        for n, vector in enumerate(VECTORS)
    ]
    count = write_pcap(tmp_path / "x.pcap", records)
    packets = rdpcap(str(tmp_path / "x.pcap"))
    assert len(packets) == count
    expected: dict[tuple, int] = {}
    sent: dict[tuple, bytes] = {}
    for packet in packets:
        tcp, source, target = packet[TCP], packet[IP].src, packet[IP].dst
        way, back = (source, tcp.sport, target, tcp.dport), (target, tcp.dport, source, tcp.sport)
        payload = bytes(tcp.payload)[:packet[IP].len - 40]
        assert tcp.seq == expected.get(way, tcp.seq)
        if "A" in tcp.flags:
            assert tcp.ack == expected[back]
        expected[way] = tcp.seq + len(payload) + ("S" in tcp.flags)
        sent[way] = sent.get(way, b"") + payload
    assert len(sent) == 6
    for (source, port, target, _), data in sent.items():
        terminal = f"terminal.{int((target if source == HOST_ADDRESS else source).split('.')[3]) - 1}"
        sender, receiver = ("acquirer", terminal) if port == HOST_PORT else (terminal, "acquirer")
        assert data == b"".join(
            bytes.fromhex(r.frame) for r in records if (r.sender, r.receiver) == (sender, receiver))


def test_moments_are_those_of_the_records(tmp_path):
    write_pcap(tmp_path / "x.pcap", [carried("terminal.1", START_MS, VECTORS[0]["hex"])])
    times = [packet.time for packet in rdpcap(str(tmp_path / "x.pcap"))]
    assert [round((each - START_MS / 1000) * 1_000_000) for each in times] == [-300, -200, -100, 0, 100]


def test_a_long_frame_goes_in_segments_and_comes_out_whole(tmp_path):
    frame = bytes(range(256)) * 12
    write_pcap(tmp_path / "x.pcap", [carried("terminal.1", START_MS, frame.hex())])
    parts = [bytes(p[TCP].payload) for p in rdpcap(str(tmp_path / "x.pcap")) if "P" in p[TCP].flags]
    assert b"".join(parts) == frame
    assert max(map(len, parts)) <= 1_400


def test_a_thousand_terminals_have_addresses_of_their_own(tmp_path):
    frame = VECTORS[0]["hex"]
    write_pcap(tmp_path / "x.pcap", [carried(f"terminal.{n}", START_MS, frame) for n in range(1_000)])
    sources = {(p[IP].src, p.src) for p in rdpcap(str(tmp_path / "x.pcap"))}
    assert len(sources) == 1_001


def test_a_run_that_carried_nothing_gives_an_empty_capture(tmp_path):
    assert write_pcap(tmp_path / "x.pcap", []) == 0
    assert (tmp_path / "x.pcap").stat().st_size in {0, 24}
