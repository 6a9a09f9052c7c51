"""F59 by its tags: what facts say of them, in any order, damaged anywhere, and never shown whole."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from wire_vectors import CODEC, UNIONPAY

from simulator.wire import field59
from simulator.wire.codec import Codec
from simulator.wire.errors import WireError
from simulator.wire.field59 import (
    Field59,
    Place,
    TerminalData,
    format_field59,
    parse_field59,
    read_field59,
)
from simulator.wire.generic import decode_generic
from simulator.wire.masked_frames import masked_frame
from simulator.wire.masking import mask_fields, mask_tags
from simulator.wire.message import Message
from simulator.wire.subfields_shown import subfields_of
from simulator.wire.text import to_bytes, to_text

CODE = "6234567890123456789"
# The shape that facts give for A2 with an 18-digit serial number, written out by hand.
FACTS_A2 = "A206701002040201800000104000000000103006456789040081A2B3C4D05008310001  "
SALE = FACTS_A2 + "A3019" + CODE


def test_examples_in_the_text_hold():
    assert doctest.testmod(field59).failed == 0


def test_a_qr_sale_reads_as_facts_have_it():
    said = parse_field59(SALE)
    assert said == Field59(
        terminal=TerminalData("04", "000001040000000001", "456789", "1A2B3C4D", "310001  "), qr_code=CODE)
    assert format_field59(said) == SALE


def test_each_tag_is_read_in_any_order_and_made_in_the_usual_one():
    pin = bytes(range(0xA0, 0xB0))
    place = "A504001010+113.8436002010+022.6391105005GCJ02"
    odd = "A400830100001" + place + "B1002xy" + to_text(b"A1016" + pin)
    said = parse_field59(odd)
    assert said == Field59(pin_block=pin, voucher="30100001", others=(("B1", "xy"),), place=Place(
        longitude="+113.84360", latitude="+022.63911", coordinates="GCJ02"))
    assert to_bytes(format_field59(said)) == b"A1016" + pin + ("A400830100001" + place + "B1002xy").encode()


@pytest.mark.parametrize(("text", "offset", "words"), [
    ("A30196", 0, "A3 announces 19 bytes, 1 follow"), ("A3", 0, "no tag"), ("A3x19", 0, "no tag"),
    ("A40011A3001", 6, "A3 announces"), ("A40011\n", 6, "no tag"),
    ("A4021" + "1" * 21, 5, "at most 20"), ("A1017" + "1" * 17, 5, "at most 16"),
    ("A3351" + "1" * 351, 5, "at most 350"), ("A2129" + "1" * 129, 5, "at most 128"),
    ("A40011A40012", 11, "twice"), ("000001000178", 11, "no tag"),
])
def test_what_does_not_add_up_is_named_with_its_byte(text, offset, words):
    with pytest.raises(WireError) as refused:
        parse_field59(text)
    assert (refused.value.field, refused.value.offset) == ("59", offset)
    assert words in refused.value.reason


def test_what_stood_before_the_damage_is_given():
    said, damage = read_field59("A3019" + CODE + "A40091")
    assert said.qr_code == CODE
    assert damage is not None
    assert damage.offset == 24


@pytest.mark.parametrize("inner", ["01002", "0100204x", "0900104", "01002040100202", ""])
def test_a_nested_tag_that_does_not_add_up_harms_no_neighbour(inner):
    said = parse_field59(f"A2{len(inner):03}{inner}A3019{CODE}")
    assert said.qr_code == CODE
    assert said.terminal == (None if inner else TerminalData())
    assert said.others == ((("A2", inner),) if inner else ())


@pytest.mark.parametrize("said", [
    Field59(voucher="1" * 21), Field59(pin_block=bytes(17)), Field59(others=(("B", "x"),)),
    Field59(others=(("B1", "x" * 995),)), Field59(qr_code="\\x0"),
])
def test_what_has_no_place_in_the_field_is_not_made(said):
    with pytest.raises(WireError):
        format_field59(said)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_damaged_and_a_message_keeps_them(data):
    text = to_text(data)
    said, damage = read_field59(text)
    assert damage is None or 0 <= damage.offset <= len(data)
    message = Message(mti="0200", field59=text)
    frame = CODEC.encode(message)
    assert CODEC.decode(frame) == message
    assert CODEC.encode(CODEC.decode(frame)) == frame
    assert len(masked_frame(frame, UNIONPAY)) == len(frame)
    if damage is None and not said.others:
        assert parse_field59(format_field59(said)) == said


def test_a_code_is_masked_like_a_card_number_and_a_pin_block_hidden():
    text = to_text(b"A1016" + bytes(range(0xA0, 0xB0))) + SALE + "A400830100001B10046234"
    shown = mask_tags(text)
    assert shown == (
        "A1016" + "*" * 16 + "A2067010020402018" + "000001********0001" + "03006******"
        "040081A2B3C4D05008310001  A3019623456*********6789A400830100001B1004****")
    frame = CODEC.encode(Message(mti="0200", field59=text))
    kept = masked_frame(frame, UNIONPAY)
    assert decode_generic(kept, UNIONPAY).fields["59"] == shown.replace("*", "0")
    parts = subfields_of(decode_generic(frame, UNIONPAY), UNIONPAY)["59"]
    assert parts["A3"] == "623456*********6789"
    assert parts["A2.01"] == "04"
    assert parts["A2.03"] == parts["B1"] + "**" == "*" * 6
    assert subfields_of(decode_generic(frame, UNIONPAY), UNIONPAY, clear=True)["59"]["A2.03"] == "456789"


@pytest.mark.parametrize("text", [
    SALE[:-1], SALE + "A", "A20100101" + CODE[:6], CODE, "A4019" + "6200009753180120" + "123",
    "C10166200009753180120", "A2021020166200009753180120", "A2021030166200009753180120",
])
def test_a_card_number_in_whatever_place_of_it_is_hidden(text):
    frame = CODEC.encode(Message(mti="0200", field59=text))
    shown = repr(mask_fields({"59": text}, UNIONPAY)) + repr(masked_frame(frame, UNIONPAY))
    shown += repr(subfields_of(decode_generic(frame, UNIONPAY), UNIONPAY))
    assert "975318" not in shown
    assert "789012" not in shown


def test_a_dialect_without_the_field_says_so():
    bare = Codec(replace(UNIONPAY, fields=tuple(row for row in UNIONPAY.fields if row.name != "field59")))
    with pytest.raises(WireError) as refused:
        bare.encode(Message(mti="0200", field59=SALE))
    assert refused.value.field == "field59"
