"""Segments out of packets, and streams out of segments, whatever the order in which they came."""

from __future__ import annotations

import random

import pytest
from captures import FRAMES, HOST, START_NS, TERMINAL, UNIONPAY, down, opened, packet, up
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from scapy.layers.l2 import Ether

from hil.capture.messages import messages_of
from simulator.capture.segments import is_sealed, segment_of, with_payload
from simulator.capture.streams import connections_of
from simulator.wire.generic import decode_generic, encode_generic


def connections(packets, ports=(HOST[1],)):
    return connections_of([segment_of(each) for each in packets], ports)


@pytest.mark.parametrize("form", [{}, {"vlan": True}, {"bare": True}, {"padding": bytes(6)}])
def test_a_segment_is_found_in_whatever_carries_it(form):
    segment = segment_of(up(5, 77, b"abc", **form))
    assert (segment.sender, segment.receiver) == ("10.0.0.1:49152", "10.255.0.1:8583")
    assert (segment.sequence, segment.payload, segment.flags) == (77, b"abc", "PA")
    assert segment.at_ns == START_NS + 5_000_000


def test_an_address_of_version_six_is_written_with_its_brackets():
    segment = segment_of(packet(0, ("::1", 1_000), ("fe80::1", 8_583), 1, b"x", six=True))
    assert (segment.sender, segment.receiver) == ("[::1]:1000", "[fe80::1]:8583")


@pytest.mark.parametrize("size", [0, 5, 14, 20, 33, 40, 53])
def test_a_packet_that_was_cut_is_no_segment(size):
    whole = up(0, 1, b"abc")
    cut = type(whole)(whole.at_ns, whole.data[:size])
    assert segment_of(cut) is None


@given(st.binary(max_size=120))
def test_no_bytes_whatever_raise(data):
    for link in (1, 101):
        segment_of(type(up(0, 1))(0, data, link))


@pytest.mark.parametrize("form", [{}, {"vlan": True}, {"bare": True}, {"padding": b"\x55" * 6}])
def test_another_payload_has_a_right_checksum_and_zero_padding(form):
    changed = with_payload(up(0, 1, b"4111111111111111", **form), b"4" * 16)
    assert segment_of(changed).payload == b"4" * 16
    assert is_sealed(changed)
    assert b"\x55" not in changed.data
    assert not is_sealed(type(changed)(0, changed.data.replace(b"4444", b"4544"), changed.link))


def test_scapy_finds_the_same_checksum():
    changed = with_payload(up(0, 1, b"abcde"), b"fghij")
    packet_ = Ether(changed.data)
    told = packet_["TCP"].chksum
    del packet_["TCP"].chksum
    assert Ether(bytes(packet_))["TCP"].chksum == told


def test_a_payload_of_another_length_is_refused():
    with pytest.raises(ValueError, match="same length"):
        with_payload(up(0, 1, b"abc"), b"ab")


# ---- streams -------------------------------------------------------------------------------------


def test_a_handshake_tells_who_opened_and_when():
    (one,) = connections(opened(10))
    assert (one.client, one.server) == ("10.0.0.1:49152", "10.255.0.1:8583")
    assert (one.asked_ns, one.taken_ns) == (START_NS + 10_000_000, START_NS + 10_200_000)


def test_without_a_handshake_the_port_tells_who_opened():
    (one,) = connections([down(0, 5_000, b"x"), up(1, 1_000, b"y")])
    assert one.client == "10.0.0.1:49152"


def test_a_second_connection_between_the_same_ports_is_another_one():
    packets = [
        *opened(0), up(1, 1_000, b"one"), up(2, 1_003, flags="FA"),
        *opened(50, up_base=900_000), up(51, 900_000, b"two")]
    assert [one.up.runs()[0].content for one in connections(packets)] == [b"one", b"two"]


def test_a_request_to_connect_that_is_sent_again_opens_one_connection():
    packets = [up(0, 999, flags="S"), up(1_000, 999, flags="S"), down(1_001, 4_999, flags="SA")]
    (one,) = connections(packets)
    assert one.asked_again == 1
    assert one.asked_ns == START_NS


@given(st.binary(min_size=1, max_size=300), st.integers(0, 2**32 - 1), st.randoms(use_true_random=False))
def test_any_slices_in_any_order_and_sent_twice_give_the_stream(data, base, chance: random.Random):
    pieces = []
    for _ in range(12):  # slices that lie over one another
        begin = chance.randrange(len(data))
        pieces.append((begin, data[begin:chance.randrange(begin + 1, len(data) + 1)]))
    pieces += [(at, data[at:at + 7]) for at in range(0, len(data), 7)]
    chance.shuffle(pieces)
    packets = opened(0, up_base=base) + [
        up(n + 1, base + begin, part) for n, (begin, part) in enumerate(pieces)]
    (one,) = connections(packets)
    (run,) = one.up.runs()
    assert run.content == data
    first_seen = [
        min(n + 1 for n, (begin, part) in enumerate(pieces) if begin <= at < begin + len(part))
        for at in range(len(data))]
    for begin, end in ((0, len(data)), (0, 1), (len(data) - 1, len(data))):
        began_ns, ended_ns = run.seen_ns(begin, end)
        assert began_ns == START_NS + first_seen[begin] * 1_000_000
        assert ended_ns == START_NS + max(first_seen[begin:end]) * 1_000_000


def test_bytes_that_were_not_captured_leave_a_gap():
    (one,) = connections([*opened(), up(1, 1_000, b"abc"), up(2, 1_010, b"xyz")])
    assert [(run.content, run.missing) for run in one.up.runs()] == [(b"abc", 0), (b"xyz", 7)]


def test_what_is_sent_again_is_counted_and_not_taken_twice():
    (one,) = connections([*opened(), up(1, 1_000, b"abc"), up(201, 1_000, b"abc")])
    assert one.up.runs()[0].content == b"abc"
    assert one.up.repeats == [(START_NS + 201_000_000, 0, 3)]


# ---- messages ------------------------------------------------------------------------------------


def test_messages_of_both_ways_have_the_moments_of_their_first_and_last_byte():
    request, reply = FRAMES["sale_req"], FRAMES["sale_resp_00"]
    packets = [
        *opened(), up(10, 1_000, request[:50]), up(30, 1_050, request[50:]),
        down(90, 5_000, reply + FRAMES["echo_resp"])]
    found = messages_of(connections(packets), UNIONPAY)
    assert [(each.mti, each.is_up) for each in found] == [
        ("0200", True), ("0210", False), (found[2].mti, False)]
    assert (found[0].began_ns, found[0].ended_ns) == (START_NS + 10_000_000, START_NS + 30_000_000)
    assert found[0].frame == request
    assert found[1].frame == reply


def test_terminals_and_hosts_each_keep_alive_and_in_every_framing():
    decoded = decode_generic(FRAMES["sale_req"], UNIONPAY)
    for framing in UNIONPAY.framings.values():
        if framing.envelope:
            continue
        frame = encode_generic(replace(
            decoded, framing=framing, tpdu=decoded.tpdu if framing.tpdu_length else "",
            header=decoded.header if framing.header_length else ""), UNIONPAY)
        alive = b"\0\0" if framing.length_prefix else b""
        found = messages_of(
            connections([*opened(), up(1, 1_000, alive + frame + alive + frame)]), UNIONPAY)
        assert [each.framing for each in found] == [framing] * 2


def test_what_is_no_message_is_passed_over_and_a_damaged_one_says_so():
    damaged = bytearray(FRAMES["sale_req"])
    damaged[23] = 0xAA  # within the length of a field of digits
    packets = [
        *opened(), up(1, 1_000, bytes(damaged) + FRAMES["sale_req"]),
        down(2, 5_000, b"HTTP/1.1 400 Bad Request\r\n\r\n")]
    found = messages_of(connections(packets), UNIONPAY)
    assert [each.is_up for each in found] == [True, True]
    assert found[0].damage is not None
    assert found[1].damage is None
    assert TERMINAL
