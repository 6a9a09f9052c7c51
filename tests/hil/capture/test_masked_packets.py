"""A capture that is kept shows no card data, whatever the packets were, and is still a capture."""

from __future__ import annotations

import re

import pytest
from captures import FRAMES, HOST, UNIONPAY, VECTORS, down, opened, up
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from hil.capture.masked_packets import LinePorts, masked_packets
from hil.capture.messages import messages_of
from hil.capture.pcap_files import pcap_of, read_pcap
from simulator.capture.pcap_reader import CaptureError
from simulator.capture.segments import is_sealed, segment_of
from simulator.capture.streams import connections_of
from simulator.commands.sources import messages_of as readable
from simulator.wire.masked_frames import masked_frame

LINE = LinePorts(frames=frozenset((HOST[1],)))
SECRETS = {
    number: VECTORS["sale_req"]["fields"][number] for number in ("2", "35", "52") if number in VECTORS["sale_req"]["fields"]}


def masked(packets, ports=LINE):
    return masked_packets(packets, UNIONPAY, ports)


def payloads(packets):
    return b"".join(segment_of(each).payload for each in packets)


@pytest.mark.parametrize("name", FRAMES)
def test_every_message_is_masked_as_frames_are(name):
    frame = FRAMES[name]
    shown = masked([*opened(), up(1, 1_000, frame[:30]), up(2, 1_030, frame[30:])])
    assert payloads(shown) == masked_frame(frame, UNIONPAY)
    assert all(map(is_sealed, shown))


def test_the_vector_has_secrets_and_none_of_them_is_kept():
    assert SECRETS
    frame = FRAMES["sale_req"]
    packets = [*opened(), *(up(n, 1_000 + n, frame[n:n + 1]) for n in range(len(frame)))]
    content = pcap_of(masked(packets))
    for secret in SECRETS.values():
        digits = re.sub(r"[^0-9A-F]", "", secret.upper())
        assert digits.lower() not in payloads(read_pcap(content, "x")[0]).hex()
        assert digits.lower() in frame.hex()


def test_a_retransmission_is_masked_like_the_first_and_one_with_other_bytes_is_zero():
    frame = FRAMES["sale_req"]
    other = bytes(0x99 for _ in frame)
    shown = masked([*opened(), up(1, 1_000, frame), up(201, 1_000, frame), up(401, 1_000, other)])
    assert [segment_of(each).payload for each in shown[3:]] == [
        masked_frame(frame, UNIONPAY)] * 2 + [bytes(len(frame))]


@pytest.mark.parametrize("damage", ["cut", "behind a gap", "garbage", "no length"])
def test_what_is_no_whole_frame_is_zero(damage):
    frame = FRAMES["sale_req"]
    packets = {
        "cut": [up(1, 1_000, frame[:-5])],
        "behind a gap": [up(1, 1_000, frame[:20]), up(2, 1_030, frame[30:])],
        "garbage": [up(1, 1_000, b"6200009753180120 hello")],
        "no length": [up(1, 1_000, b"\xff\xff" + frame[2:])],
    }[damage]
    assert set(payloads(masked([*opened(), *packets]))) <= {0}


def test_tls_stays_as_it_is():
    hello = bytes.fromhex("160301002e0100002a0303") + bytes(range(35))
    assert payloads(masked([*opened(), up(1, 1_000, hello)])) == hello


def test_an_ecr_line_is_masked_as_text():
    ports = LinePorts(texts=frozenset((HOST[1],)))
    shown = payloads(masked([*opened(), up(1, 1_000, b"\x02S|6200009753"), up(2, 1_013, b"180120|5\x03")], ports))
    assert shown == b"\x02S|6200000000000120|5\x03"


def test_what_is_no_tcp_is_left_out():
    datagram = type(up(0, 1))(0, bytes(Ether() / IP() / UDP() / b"6200009753180120"))
    assert masked([datagram]) == []


def test_a_capture_is_read_again_by_this_and_by_decode():
    packets = [*opened(), up(1.5, 1_000, FRAMES["sale_req"]), down(40, 5_000, FRAMES["sale_resp_00"])]
    content = pcap_of(masked(packets))
    back, resolution_ns = read_pcap(content, "x")
    assert resolution_ns == 1_000
    assert [each.at_ns for each in back] == [each.at_ns for each in packets]
    segments = [segment_of(each) for each in back]
    assert [each.mti for each in messages_of(connections_of(segments), UNIONPAY)] == ["0200", "0210"]
    decoded = readable(content, "x", UNIONPAY)[0]
    assert [each.decoded.mti for each in decoded] == ["0200", "0210"]


@pytest.mark.parametrize("content", [b"", b"\xd4\xc3\xb2\xa1", b"hello", b"\x0a\x0d\x0d\x0a123"])
def test_what_is_no_capture_is_refused_with_its_name(content):
    with pytest.raises(CaptureError, match=r"x\.pcap"):
        read_pcap(content, "x.pcap")
