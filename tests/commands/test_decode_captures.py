"""Captures as other people have them: whatever carries a stream, its messages are found and losses told."""

from __future__ import annotations

import gzip
import random
import shutil
import struct
import subprocess

import pytest
from capture_files import LINKS, VECTORS, fragments, pcap, segment, six, stream
from hypothesis import given, settings
from hypothesis import strategies as st
from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Raw

from simulator.commands import captures
from simulator.commands.captures import StreamsRead
from simulator.commands.sources import messages_of
from simulator.wire.dialects import usual_dialect

UNIONPAY = usual_dialect()
NAMES = list(VECTORS)
several = st.lists(st.sampled_from(NAMES), min_size=1, max_size=5)


def found_in(content: bytes):
    return messages_of(content, "x.pcap", UNIONPAY)


def frames_in(content: bytes) -> list[bytes]:
    found, _ = found_in(content)
    return [one.frame for one in found if not one.damages]


def losses(content: bytes) -> list[str]:
    return [one.text for one in found_in(content)[1] if one.is_loss]


THREE = [VECTORS[name] for name in NAMES[:3]]
CONTENT = b"".join(THREE)


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("order", ["<", ">"])
def test_whatever_carries_ip_its_messages_are_found(link, order):
    content = pcap(stream(CONTENT, [40, 95, 160]), link, order=order, nano=order == ">")
    assert frames_in(content) == THREE
    assert not losses(content)


@settings(max_examples=40, deadline=None)
@given(several, st.lists(st.integers(1, 10_000), max_size=12), st.integers(0, 2**32 - 1), st.booleans(),
       st.randoms(use_true_random=False))
def test_any_segments_in_any_order_sent_again_and_over_one_another_give_the_messages(
    names, cuts, base, has_syn, chance: random.Random,
):
    wanted = [VECTORS[name] for name in names]
    content = b"".join(wanted)
    packets = stream(content, cuts, base=base)
    for _ in range(chance.randrange(4)):  # sent again, in other slices
        a = chance.randrange(len(content))
        packets.append(segment(a, content[a:a + chance.randrange(1, 90)], base=base))
    chance.shuffle(packets)
    if has_syn:
        packets.insert(0, segment(-1, flags="S", base=base))
    assert frames_in(pcap(packets)) == wanted
    assert not losses(pcap(packets))


@settings(max_examples=25, deadline=None)
@given(several, st.data())
def test_bytes_that_are_missing_are_told_with_place_and_length_and_cost_their_messages_only(names, data):
    wanted = [VECTORS[name] for name in names]
    content = VECTORS["echo_req"] + b"".join(wanted) + VECTORS["echo_req"]
    begin = data.draw(st.integers(len(VECTORS["echo_req"]), len(content) - len(VECTORS["echo_req"]) - 1))
    end = data.draw(st.integers(begin + 1, len(content) - len(VECTORS["echo_req"])))
    packets = [segment(-1, flags="S"), segment(0, content[:begin]), segment(end, content[end:])]
    at, whole = 0, []
    for frame in (VECTORS["echo_req"], *wanted, VECTORS["echo_req"]):
        if at + len(frame) <= begin or at >= end:
            whole.append(frame)
        at += len(frame)
    assert frames_in(pcap(packets)) == whole
    assert f"{end - begin} bytes were not captured, from byte {begin} on" in losses(pcap(packets))[
        [" were not captured" in text for text in losses(pcap(packets))].index(True)]


def test_a_port_that_is_used_again_is_another_stream():
    first, second = VECTORS["sale_req"], VECTORS["echo_req"]
    packets = [
        segment(-1, flags="S"), segment(0, first), segment(len(first), flags="FA"),
        segment(-1, flags="S", base=77), segment(0, second, base=77), segment(0, first[:9], base=1_000)]
    assert frames_in(pcap(packets[:-1])) == [first, second]


def test_a_keep_alive_of_tcp_and_zero_length_frames_are_no_messages():
    first, second = VECTORS["sale_req"], VECTORS["echo_req"]
    packets = [
        segment(-1, flags="S"), segment(-1, b"\0"), segment(0, first), segment(len(first) - 1, b"\0"),
        segment(len(first), b"\0\0\0\0" + second)]
    assert frames_in(pcap(packets)) == [first, second]
    assert not losses(pcap(packets))


def test_fragments_of_ip_in_any_order_are_put_together_and_a_missing_one_is_told():
    content = VECTORS["sale_req"]
    parts = fragments(segment(0, content))
    assert len(parts) > 2
    assert frames_in(pcap(parts[::-1])) == [content]
    whole = pcap([*parts[:-1], segment(len(content), VECTORS["echo_req"])])
    assert "fragments of IP whose others are missing" in " ".join(losses(whole))


def test_headers_between_ip_of_version_six_and_tcp_are_passed_over():
    packets = [six(each) for each in stream(CONTENT, [50, 120])]
    assert frames_in(pcap(packets, "raw")) == THREE


def test_a_length_that_the_network_card_fills_in_is_not_missed():
    packet = segment(0, CONTENT)
    packet[IP].len = 0
    assert frames_in(pcap([packet])) == THREE


def test_what_the_snap_length_cut_off_is_told():
    packets = [segment(-1, flags="S"), segment(0, THREE[0]), segment(len(THREE[0]), THREE[1]),
               segment(len(THREE[0] + THREE[1]), VECTORS["echo_req"])]
    found, unread = found_in(pcap(packets, keeps=54 + 60))
    assert VECTORS["echo_req"] in [one.frame for one in found if not one.damages]
    assert any("captured in part only" in one.text for one in unread)
    assert any("were not captured" in one.text for one in unread)


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_file_that_is_cut_gives_what_stands_before(cut):
    content = pcap([segment(0, CONTENT), segment(len(CONTENT), VECTORS["echo_req"])])[:-cut]
    assert frames_in(content) == THREE
    assert "ends inside packet 2" in " ".join(losses(content))


def test_streams_of_others_and_what_is_no_tcp_are_counted_and_no_loss():
    packets = [
        bytes(Ether() / ARP()), segment(0, THREE[0]), IP(src="10.0.0.9", dst="10.0.0.8", proto=17) / Raw(b"x" * 30),
        IP(src="10.0.0.9", dst="10.0.0.8") / TCP(sport=80, dport=9, flags="PA", seq=5) / Raw(b"HTTP/1.1 200 OK\r\n\r\n"),
        IP(src="10.0.0.7", dst="10.0.0.8") / TCP(sport=81, dport=9, flags="PA", seq=5) / Raw(b"\x16\x03\x01\0\x05hello"),
    ]
    found, unread = found_in(pcap(packets))
    assert [one.frame for one in found] == THREE[:1]
    assert not losses(pcap(packets))
    said = " ".join(one.text for one in unread)
    for words in ("1 ARP", "1 UDP", "10.0.0.9:80 > 10.0.0.8:9: skipped", "look like TLS"):
        assert words in said


def test_a_connection_that_is_silent_longest_is_given_up_first_and_nothing_is_lost(monkeypatch):
    """More connections than are kept open, and a stream longer than is kept waiting."""
    monkeypatch.setattr(captures, "_MOST_OPEN", 50)
    monkeypatch.setattr(captures, "_MOST_WAITING", 1 << 16)
    frame = VECTORS["echo_req"] * 10
    packets = [segment(0, frame, up=False)]
    at = len(frame)
    for n in range(160):
        packets.append(IP(src=f"10.1.7.{n}", dst="10.255.0.1") / TCP(
            sport=40_000, dport=8_583, flags="PA", seq=9) / Raw(frame))
        packets.append(segment(at, frame, up=False))
        at += len(frame)
    found, unread = found_in(pcap(packets))
    assert len(found) == 3_210
    assert not unread
    assert {one.sender for one in found} == {"10.255.0.1:8583", *(f"10.1.7.{n}:40000" for n in range(160))}


def test_what_waits_in_connections_that_never_end_is_bounded_in_all_and_nothing_is_lost(monkeypatch):
    """Each has brought less than one would have to wait for: together they would take the memory of the whole capture."""
    held, right = [], StreamsRead.take

    def take(self, packet):
        yield from right(self, packet)
        held.append(sum(each.up.waiting + each.down.waiting for each in self._open.values()))

    monkeypatch.setattr(captures, "_MOST_HELD", 10_000)
    monkeypatch.setattr(StreamsRead, "take", take)
    frame = VECTORS["echo_req"] * 10
    found, unread = found_in(pcap([
        IP(src=f"10.1.7.{n}", dst="10.255.0.1") / TCP(
            sport=40_000, dport=8_583, flags="PA", seq=9 + turn * len(frame)) / Raw(frame)
        for n in range(40) for turn in range(2)]))
    assert len(found) == 800
    assert not unread
    assert max(held) <= 10_000


def test_a_compressed_capture_is_read_as_what_it_was():
    assert frames_in(gzip.compress(pcap(stream(CONTENT, [9])))) == THREE


# ---- beside the tools of Wireshark ---------------------------------------------------------------

needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


def reassembled(path, number: int = 0) -> bytes:
    """The bytes of a stream, as tshark puts them together."""
    done = subprocess.run(
        ["tshark", "-r", str(path), "-q", "-z", f"follow,tcp,raw,{number}"], capture_output=True, text=True, check=True)
    return bytes.fromhex("".join(
        line.strip() for line in done.stdout.splitlines() if set(line.strip()) <= set("0123456789abcdef")))


@needs_tshark
@pytest.mark.parametrize("seed", range(4))
def test_tshark_puts_the_same_bytes_together(tmp_path, seed):
    chance = random.Random(seed)
    content = b"".join(VECTORS[chance.choice(NAMES)] for _ in range(6))
    packets = stream(content, [chance.randrange(2_000) for _ in range(15)], base=2**32 - 300)
    packets += chance.sample(packets, 4)
    chance.shuffle(packets)
    link = list(LINKS)[seed * 2]
    (tmp_path / "x.pcap").write_bytes(pcap([segment(-1, flags="S", base=2**32 - 300), *packets], link))
    assert reassembled(tmp_path / "x.pcap") == content
    assert b"".join(frames_in((tmp_path / "x.pcap").read_bytes())) == content


@needs_tshark
def test_editcap_and_text2pcap_make_files_that_are_read(tmp_path):
    (tmp_path / "x.pcap").write_bytes(pcap(stream(CONTENT, [60, 130])))
    for kind in ("pcapng", "nsecpcap", "pcap"):
        subprocess.run(["editcap", "-F", kind, str(tmp_path / "x.pcap"), str(tmp_path / kind)], check=True)
        assert frames_in((tmp_path / kind).read_bytes()) == THREE
    rows = [f"{at:06x} {CONTENT[at:at + 16].hex(' ')}" for at in range(0, len(CONTENT), 16)]
    (tmp_path / "x.txt").write_text("\n".join(rows) + "\n")
    subprocess.run(["text2pcap", "-q", "-T", "40000,8583", str(tmp_path / "x.txt"), str(tmp_path / "made")],
                   check=True, capture_output=True)
    assert frames_in((tmp_path / "made").read_bytes()) == THREE
    assert frames_in((tmp_path / "x.txt").read_bytes()) == THREE


# ---- whole conversations, as TCP allows them --------------------------------------------------------


def spoiled(chance: random.Random, packets: list) -> list:
    """The same segments sent again, over one another and in another order within what TCP reorders."""
    made = []
    for packet in packets:
        made.append(packet)
        if packet.haslayer(Raw) and chance.random() < 0.3:
            made.append(packet.copy())
    for at in range(len(made) - 1):
        if chance.random() < 0.3 and made[at].haslayer(Raw) and made[at + 1].haslayer(Raw):
            made[at], made[at + 1] = made[at + 1], made[at]
    return made


def conversation(chance: random.Random, *, port: int = 49_152) -> tuple[list, list[bytes]]:
    """A connection from its SYN to its FIN, both ways in any slices; and its messages."""
    base, answers = chance.randrange(2**32), chance.randrange(2**32)
    names = [chance.choice(NAMES) for _ in range(chance.randrange(1, 5))]
    up = b"".join(VECTORS[name] for name in names)
    down = b"".join(VECTORS[chance.choice(NAMES)] for _ in names)
    cuts = [chance.randrange(1, 5_000) for _ in range(chance.randrange(6))]
    packets = [segment(-1, flags="S", base=base), segment(-1, flags="SA", up=False, base=answers)]
    packets += spoiled(chance, [
        *stream(up, cuts, base=base), *stream(down, cuts[::-1], up=False, base=answers)])
    packets += [segment(len(up), flags="FA", base=base), segment(len(down), flags="FA", up=False, base=answers)]
    for packet in packets:
        packet[TCP].sport, packet[TCP].dport = (
            (port, 8_583) if packet[IP].src == "10.0.0.1" else (8_583, port))
    return packets, [up, down]


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(list(LINKS)), st.sampled_from("<>"), st.booleans())
def test_connections_behind_one_another_on_the_same_port_whatever_carries_them(chance, link, order, nano):
    packets, wanted = [], b""
    for _ in range(chance.randrange(1, 4)):
        made, ways = conversation(chance)
        packets += made
        wanted += b"".join(sorted(ways))
    content = pcap(packets, link, order=order, nano=nano)
    assert sorted(b"".join(frames_in(content))) == sorted(wanted)
    assert not losses(content)


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_segments_in_fragments_of_ip_and_behind_headers_of_version_six(chance):
    packets, ways = conversation(chance)
    four = [part for packet in packets for part in (fragments(packet, 24) if chance.random() < 0.5 else [packet])]
    assert len(b"".join(frames_in(pcap(four)))) == len(b"".join(ways))
    assert not losses(pcap(four))
    sixes = []
    for packet in packets:
        made = six(packet)
        made.src, made.dst = ("fe80::1", "fe80::2") if packet[IP].src == "10.0.0.1" else ("fe80::2", "fe80::1")
        sixes.append(made)
    assert len(b"".join(frames_in(pcap(sixes, "raw")))) == len(b"".join(ways))
    assert not losses(pcap(sixes, "raw"))


def pcapng(packets: list[bytes], order: str, chance: random.Random) -> bytes:
    """Blocks by the draft of pcapng: options, several interfaces and sections, blocks of other kinds between."""
    def block(kind: int, body: bytes) -> bytes:
        size = 12 + len(body) + -len(body) % 4
        return struct.pack(order + "II", kind, size) + body + bytes(-len(body) % 4) + struct.pack(order + "I", size)

    def option(code: int, value: bytes) -> bytes:
        return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)

    def section() -> bytes:
        return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1) + option(1, b"any") + option(0, b"")) + (
            block(1, struct.pack(order + "HHI", 101, 0, 0) + option(2, b"tun0") + option(0, b""))
            + block(1, struct.pack(order + "HHI", 1, 0, 0) + option(9, b"\x09") + option(2, b"eth0") + option(0, b"")))

    made = section()
    for n, packet in enumerate(packets):
        if chance.random() < 0.2:
            made += chance.choice([block(4, bytes(4)), block(5, bytes(12)), block(0x80000BAD, bytes(9))])
        if chance.random() < 0.1:
            made += section()
        link = chance.randrange(2)
        data = packet if not link else bytes(14)[:12] + b"\x08\x00" + packet
        ticks = (1_769_700_000 * 1_000 + n) * (1_000_000 if link else 1_000)
        made += block(6, struct.pack(order + "IIIII", link, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data))
                      + data + bytes(-len(data) % 4) + (option(1, b"remark") + option(0, b"")) * chance.randrange(2))
    return made


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from("<>"))
def test_a_pcapng_of_several_interfaces_sections_and_options(chance, order):
    packets, ways = conversation(chance)
    content = pcapng([bytes(each) for each in packets], order, chance)
    found, _ = found_in(content)
    assert sorted(b"".join(one.frame for one in found)) == sorted(b"".join(ways))
    assert not losses(content)
    assert [one.at_ms for one in found] == sorted(one.at_ms for one in found)
    assert {one.at_ms // 1_000_000 for one in found} == {1_769_700_000_000 // 1_000_000}


@needs_tshark
@pytest.mark.parametrize("seed", range(3))
def test_tshark_sees_the_same_streams_gaps_and_ports_used_again(tmp_path, seed):
    chance = random.Random(seed)
    packets, wanted = [], []
    for _ in range(3):
        made, ways = conversation(chance)
        packets += made
        wanted += ways
    path = tmp_path / "x.pcapng"
    path.write_bytes(pcapng([bytes(each) for each in packets], "<>"[seed % 2], chance))
    done = subprocess.run(
        ["tshark", "-r", str(path), "-o", "tcp.desegment_tcp_streams:FALSE", "-T", "fields", "-e", "tcp.stream"],
        capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    assert sorted(set(done.stdout.split())) == ["0", "1", "2"]
    seen = b"".join(reassembled(path, each) for each in range(3))
    assert sorted(seen) == sorted(b"".join(wanted))
    assert sorted(b"".join(frames_in(path.read_bytes()))) == sorted(seen)
