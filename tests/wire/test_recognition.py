"""Framings are known by their first bytes: all vectors in all framings, byte by byte."""

from __future__ import annotations

import doctest

import pytest
from framed_vectors import in_framing
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from wire_vectors import FRAMES, FRAMINGS, UNIONPAY, framed

from simulator.wire import envelope, recognition
from simulator.wire.errors import WireError
from simulator.wire.frame import FrameReader
from simulator.wire.generic import decode_generic
from simulator.wire.recognition import decode_any, framing_of, without_keep_alives

every_framing = pytest.mark.parametrize("framing", list(FRAMINGS.values()), ids=list(FRAMINGS))


@pytest.mark.parametrize("module", [recognition, envelope])
def test_examples_in_the_text_hold(module):
    assert doctest.testmod(module).failed == 0


@every_framing
def test_every_vector_is_known_with_its_last_byte_and_never_taken_for_another(framing):
    for name in FRAMES:
        sent = in_framing(name, framing)
        told = [framing_of(sent[:n], UNIONPAY) for n in range(1, len(sent) + 1)]
        assert set(told) <= {None, framing}, name
        assert told[-1] == framing, name


@every_framing
def test_a_stream_of_many_is_known_whatever_comes_in_its_first_slice(framing):
    names = list(FRAMES)
    for name, following in zip(names, names[1:] + names[:1], strict=True):
        first = in_framing(name, framing)
        sent = first + in_framing(following, framing)
        for n in range(len(first), len(sent) + 1):  # what is shorter is tried above, byte by byte
            assert framing_of(sent[:n], UNIONPAY) in {None, framing}, name
        assert framing_of(sent, UNIONPAY) == framing


@every_framing
def test_a_whole_frame_with_a_damaged_field_is_told_by_its_heads(framing):
    sent = bytearray(in_framing("sale_req", framing))
    sent[framing.before_mti + 10] = 0xAA  # the length of the card number
    assert framing_of(bytes(sent), UNIONPAY) == framing
    assert framing_of(bytes(sent), UNIONPAY, whole=True) == framing


@every_framing
def test_a_reader_in_the_framing_that_was_told_gives_the_frame(framing):
    for name in FRAMES:
        sent = in_framing(name, framing)
        told = framing_of(sent, UNIONPAY)
        assert FrameReader(framed(told)).feed(sent) == [sent]
        assert decode_any(sent, UNIONPAY) == decode_generic(sent, UNIONPAY, framing)


@pytest.mark.parametrize("start", [
    b"GET / HTTP/1.1", bytes.fromhex("1603010200010001fc0303"), b"SSH-2.0-x", b"\x00\x01\x60",
    b"\xff\xff", b"0060", b"\x00\x57\x61\x00\x03\x00\x00\x61\x31\x00\x31\x11\x00\x18",
    b"\x0a\x99", b"\x02\xff\xff", b"\x60\x00\x03\x00\x00\x90\x00\x00\x00\x00\x00\xaa",
])
def test_what_no_framing_begins_with_is_refused_as_early_as_it_is_known(start):
    with pytest.raises(WireError) as refused:
        framing_of(start, UNIONPAY)
    assert refused.value.field == "framing"


def test_keep_alives_before_the_first_message_are_passed_over():
    sent = FRAMES["sale_req"]
    for count in range(4):
        told = [framing_of((bytes(2 * count) + sent)[:n], UNIONPAY) for n in range(1, 2 * count + 20)]
        assert told[-1] == UNIONPAY.framing
        assert told[:2 * count] == [None] * (2 * count)
    assert framing_of(bytes(8), UNIONPAY) is None
    assert without_keep_alives(bytes(3)) == bytes(1)


def test_nothing_is_told_of_nothing():
    assert framing_of(b"", UNIONPAY) is None
    with pytest.raises(WireError):
        framing_of(b"", UNIONPAY, whole=True)


def test_a_length_in_digits_is_told_by_what_the_fields_add_up_to():
    """0x0123 is 123 in BCD and 291 as a number: both begin alike, one has its 03 in the right place."""
    body = bytes.fromhex("0800" + "0000000000000004" + "0107") + b"x" * 107  # F62 of 107: 119 in all
    assert len(body) == 119
    for name, length in (("bcd", "0119"), ("binary", "0077")):
        sent = envelope.enclosed(body, name)
        assert sent[1:3].hex() == length
        assert framing_of(sent, UNIONPAY).envelope == name


def test_a_wrong_lrc_is_left_to_the_reader_to_name():
    for name in ("stx-bcd+tpdu+header", "stx-binary+tpdu+header"):
        sent = bytearray(in_framing("sale_req", FRAMINGS[name]))
        sent[-1] ^= 1
        told = framing_of(bytes(sent), UNIONPAY)
        assert told == FRAMINGS[name]
        with pytest.raises(WireError) as refused:
            FrameReader(framed(told)).feed(bytes(sent))
        assert (refused.value.field, refused.value.offset) == ("lrc", len(sent) - 1)


def test_the_envelope_is_the_one_written_out_here():
    message = bytes.fromhex("0820" + "0020000000000000" + "000001")
    assert envelope.enclosed(message, "bcd").hex() == "020013" + message.hex() + "03" + "19"
    assert envelope.enclosed(message, "binary").hex() == "02000d" + message.hex() + "03" + "07"
    assert envelope.opened(envelope.enclosed(message, "bcd"), "bcd") == message


@pytest.mark.parametrize(("frame", "field"), [
    ("", "length"), ("0300020800030a", "stx"), ("02000a0800030a", "length"), ("0200030800030a", "length"),
    ("02000208000409", "etx"), ("02000208000308", "lrc"),
])
def test_a_wrong_envelope_is_refused_by_what_is_wrong(frame, field):
    with pytest.raises(WireError) as refused:
        envelope.opened(bytes.fromhex(frame), "bcd")
    assert refused.value.field == field


@given(st.binary(max_size=120))
def test_any_bytes_have_a_framing_or_none(data):
    for whole in (True, False):
        try:
            told = framing_of(data, UNIONPAY, whole=whole)
        except WireError:
            continue
        else:
            assert told is None or told in FRAMINGS.values()
            assert not whole or told is not None


def test_a_header_with_a_constant_is_known_by_it():
    (first, *rest) = UNIONPAY.header
    dialect = replace(UNIONPAY, header=(replace(first, name="code", value="A7"), *rest))
    frame = bytes.fromhex("00296000030000A7310031100108200020000000000000000001")
    assert framing_of(frame[:9], dialect) == dialect.framings["length+tpdu+header"]
