"""Captures as other people have them: whatever carries a stream, its messages are found and losses told."""

from __future__ import annotations

import gzip
import random
import shutil
import subprocess

import pytest
from capture_files import LINKS, VECTORS, fragments, pcap, segment, six, stream
from hypothesis import given, settings
from hypothesis import strategies as st
from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Raw

from simulator.commands import captures
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


def test_a_compressed_capture_is_read_as_what_it_was():
    assert frames_in(gzip.compress(pcap(stream(CONTENT, [9])))) == THREE


# ---- beside the tools of Wireshark ---------------------------------------------------------------

needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


def reassembled(path) -> bytes:
    """The bytes of the first stream, as tshark puts them together."""
    done = subprocess.run(
        ["tshark", "-r", str(path), "-q", "-z", "follow,tcp,raw,0"], capture_output=True, text=True, check=True)
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
