"""Times on the wire, of conversations made by hand: each is known from how it was made."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from captures import FRAMES, HOST, UNIONPAY, down, opened, up
from msgspec.structs import replace

from hil.capture.masked_packets import LinePorts, masked_packets
from hil.capture.messages import messages_of
from hil.capture.pcap_files import pcap_of
from hil.capture.wire_times import TimeOf, spacing_of, times_of
from simulator.capture.segments import segment_of
from simulator.capture.streams import connections_of
from simulator.wire.generic import decode_generic, encode_generic

SALE, APPROVED = FRAMES["sale_req"], FRAMES["sale_resp_00"]


def with_stan(name: str, stan: str = "000007", **fields: str) -> bytes:
    decoded = decode_generic(FRAMES[name], UNIONPAY)
    fields = {number.removeprefix("f"): value for number, value in fields.items()}
    return encode_generic(
        replace(decoded, fields=decoded.fields | {"11": stan} | fields), UNIONPAY)


BATCH = decode_generic(SALE, UNIONPAY).fields["60"]
REVERSAL = with_stan("reversal_req_98", f60=BATCH)


def times(packets):
    connections = connections_of([segment_of(each) for each in packets], [HOST[1]])
    return times_of(connections, messages_of(connections, UNIONPAY))


def values(packets, what):
    return spacing_of(times(packets), what)


def talk(*said):
    """Messages of one connection: (ms, way, frame)."""
    places = {up: 1_000, down: 5_000}
    packets = opened(0)
    for at_ms, way, frame in said:
        packets.append(way(at_ms, places[way], frame))
        places[way] += len(frame)
    return packets


def test_a_request_and_its_reply():
    request, reply = with_stan("sale_req"), with_stan("sale_resp_00", f60=BATCH)
    (one,) = [each for each in times(talk((10, up, request), (260.5, down, reply)))
              if each.what is TimeOf.REQUEST_TO_REPLY]
    assert (one.value_ms, one.unit, one.resolution_ms) == (250.5, "ms", 0.001)
    assert (one.mti, one.tid, one.stan) == ("0200", decode_generic(request, UNIONPAY).fields["41"], "000007")


def test_it_begins_with_the_last_byte_of_the_request_and_ends_with_the_first_of_the_reply():
    request, reply = with_stan("sale_req"), with_stan("sale_resp_00", f60=BATCH)
    packets = [
        *opened(), up(10, 1_000, request[:60]), up(40, 1_060, request[60:]),
        down(100, 5_000, reply[:20]), down(180, 5_020, reply[20:])]
    assert values(packets, TimeOf.REQUEST_TO_REPLY) == (60.0,)


@pytest.mark.parametrize(("reply", "what"), [
    ((300, down, with_stan("sale_resp_00", f60=BATCH)), TimeOf.REPLY_TO_REVERSAL),
    (None, TimeOf.REQUEST_TO_REVERSAL)])
def test_a_reversal_follows_a_reply_or_none(reply, what):
    said = [(0.5, up, with_stan("sale_req")), *([reply] if reply else []), (1_300, up, REVERSAL)]
    assert values(talk(*said), what) == (1_000.0 if reply else 1_299.5,)
    others = {TimeOf.REPLY_TO_REVERSAL, TimeOf.REQUEST_TO_REVERSAL} - {what}
    assert not any(values(talk(*said), other) for other in others)


def test_repeats_are_spaced_from_the_last_one_and_only_the_first_is_measured_from_the_request():
    said = [(0, up, with_stan("sale_req"))] + [(at, up, REVERSAL) for at in (60_000, 70_000, 81_000)]
    assert values(talk(*said), TimeOf.REPEAT_SPACING) == (10_000.0, 11_000.0)
    assert values(talk(*said), TimeOf.REQUEST_TO_REVERSAL) == (60_000.0,)


def test_two_sales_are_no_repeat_and_a_reply_answers_its_own():
    said = [
        (0, up, with_stan("sale_req", "000001")), (5, up, with_stan("sale_req", "000002")),
        (20, down, with_stan("sale_resp_00", "000002", f60=BATCH)),
        (50, down, with_stan("sale_resp_00", "000001", f60=BATCH))]
    assert values(talk(*said), TimeOf.REPEAT_SPACING) == ()
    assert values(talk(*said), TimeOf.REQUEST_TO_REPLY) == (50.0, 15.0)


def test_connect_and_first_byte():
    packets = [*opened(10), up(35.2, 1_000, SALE)]
    assert values(packets, TimeOf.CONNECT) == (0.2,)
    assert values(packets, TimeOf.CONNECT_TO_FIRST_BYTE) == (25.0,)


def test_a_retransmission_and_the_end():
    packets = [*opened(), up(1, 1_000, SALE), up(201, 1_000, SALE), up(900, 1_000 + len(SALE), flags="FA")]
    assert values(packets, TimeOf.RETRANSMISSION) == (200.0,)
    assert values(packets, TimeOf.LAST_BYTE_TO_HANG_UP) == (899.0,)


def test_nothing_is_measured_across_a_gap():
    packets = [*opened(), up(10, 1_007, SALE)]
    assert values(packets, TimeOf.CONNECT_TO_FIRST_BYTE) == ()


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed (make debian)")
def test_wireshark_sees_the_same_moments_and_retransmissions(tmp_path):
    packets = [
        *opened(), up(1, 1_000, with_stan("sale_req")), up(201, 1_000, with_stan("sale_req")),
        down(260.5, 5_000, with_stan("sale_resp_00", f60=BATCH))]
    kept = masked_packets(packets, UNIONPAY, LinePorts(frames=frozenset((HOST[1],))))
    (tmp_path / "x.pcap").write_bytes(pcap_of(kept))
    told = subprocess.run(
        ["tshark", "-r", tmp_path / "x.pcap", "-o", "tcp.check_checksum:TRUE", "-T", "fields",
         "-e", "frame.time_relative", "-e", "tcp.len", "-e", "tcp.analysis.retransmission",
         "-e", "tcp.checksum.status"],
        capture_output=True, text=True, check=True).stdout.splitlines()
    rows = [line.split("\t") for line in told]
    assert [row[3] for row in rows] == ["1"] * len(rows)  # good
    first, again, reply = rows[3:]
    assert (first[2], again[2]) == ("", "1")
    (waited,) = values(packets, TimeOf.RETRANSMISSION)
    assert (float(again[0]) - float(first[0])) * 1_000 == pytest.approx(waited)
    (answered,) = values(packets, TimeOf.REQUEST_TO_REPLY)
    assert (float(reply[0]) - float(first[0])) * 1_000 == pytest.approx(answered)
