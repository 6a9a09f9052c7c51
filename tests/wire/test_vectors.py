from __future__ import annotations

import pytest
from msgspec.structs import replace
from wire_vectors import CODEC, FRAMES, KEYS, ODD, SEALED, UNIONPAY, VECTORS, codec_in, framing_of

from simulator.wire.errors import WireError
from simulator.wire.framing import Framing
from simulator.wire.generic import decode_generic, encode_generic
from simulator.wire.layout import spans
from simulator.wire.mac import WireSealer
from simulator.wire.masked_frames import masked_frame
from simulator.wire.masking import mask_fields
from simulator.wire.recognition import decode_any

every_vector = pytest.mark.parametrize("name", list(FRAMES))


@every_vector
def test_vector_decodes_to_its_fields(name):
    decoded = decode_generic(FRAMES[name], UNIONPAY, framing_of(name))
    wanted = VECTORS[name]
    assert decoded.mti == wanted["mti"]
    assert decoded.fields == wanted["fields"]
    assert decoded.tpdu == (wanted.get("tpdu", "6000030000") or "")
    assert decoded.header == (wanted.get("header", "603100311001") or "")


@every_vector
def test_vector_encodes_byte_for_byte(name):
    assert encode_generic(decode_generic(FRAMES[name], UNIONPAY, framing_of(name)), UNIONPAY) == FRAMES[name]


@every_vector
def test_vector_survives_as_a_message_value(name):
    codec = codec_in(framing_of(name))
    message = codec.decode(FRAMES[name])
    assert codec.encode(message, codec.tpdu_of(FRAMES[name])) == FRAMES[name]


@every_vector
def test_framing_is_found_by_looking(name):
    assert decode_any(FRAMES[name], UNIONPAY).framing == framing_of(name)


@every_vector
def test_places_of_fields_cover_the_message(name):
    framing = framing_of(name)
    places = list(spans(FRAMES[name], framing.before_mti, UNIONPAY))
    assert [place.row.key for place in places] == list(VECTORS[name]["fields"])
    assert [place.start for place in places[1:]] + [len(FRAMES[name])] == [p.end for p in places]


def test_every_pad_nibble_f_is_remembered():
    padded = {v["id"]: decode_any(FRAMES[v["id"]], UNIONPAY).padded_by_f for v in ODD["vectors"]}
    assert {name: set(keys) for name, keys in padded.items() if keys} == {
        "own-track2-odd-f": {"35"}, "own-entry-mode-f": {"22"}, "own-f60-odd-f": {"60"},
        "own-pan-19-f": {"2"}, "own-card-sequence-f": {"23"},
    }


@pytest.mark.parametrize("name", SEALED)
def test_mac_of_every_sealed_vector_holds_and_seals_again(name):
    message, sealer = CODEC.decode(FRAMES[name]), WireSealer(CODEC)
    assert sealer.is_sealed(message, KEYS["MAK_single"])
    assert sealer.seal(message, KEYS["MAK_single"]) == message
    assert not sealer.is_sealed(message, KEYS["TDK"])


@pytest.mark.parametrize("name", SEALED)
def test_mac_fails_for_every_changed_byte_of_the_message(name):
    codec, sealer, frame = CODEC, WireSealer(CODEC), FRAMES[name]
    believed = []
    for at in range(13, len(frame)):
        changed = bytearray(frame)
        changed[at] ^= 0x01
        try:
            message = codec.decode(bytes(changed))
        except WireError:
            continue
        if sealer.is_sealed(message, KEYS["MAK_single"]):
            believed.append(at)
    assert believed == []


NAMED = {row.number for row in UNIONPAY.fields}
UNNAMED = sorted(set(range(2, 65)) - NAMED)
# What a sender may put into a field that means nothing here: text or TLV behind a length of two BCD
# bytes or one, or a number as ISO 8583 (1987) has it.
ISO_NUMBERS = {5: 12, 6: 12, 7: 10, 8: 8, 9: 8, 10: 8, 16: 4, 17: 4, 18: 4, 19: 3, 20: 3, 21: 3, 24: 3, 27: 1}


def with_field(number: int, content: bytes) -> bytes:
    """The sale of the vectors with one more field, put there by hand."""
    frame, framing = FRAMES["sale_req"], framing_of("sale_req")
    bitmap = framing.before_mti + 2
    bits = int.from_bytes(frame[bitmap:bitmap + 8], "big") | 1 << (64 - number)
    behind = [place.start for place in spans(frame, framing.before_mti, UNIONPAY)
              if place.row.number > number]
    at = behind[0] if behind else len(frame)
    made = frame[2:bitmap] + bits.to_bytes(8, "big") + frame[bitmap + 8:at] + content + frame[at:]
    return len(made).to_bytes(2, "big") + made


def contents_of(number: int) -> list[bytes]:
    text = "title 订单 6200009753180120".encode("gbk")
    made = [b"\x00\x27" + text, b"\x27" + text, b"\x00\x00"]
    assert len(text) == 27
    if number in ISO_NUMBERS:
        digits = "123456789012"[:ISO_NUMBERS[number]]
        made.append(bytes.fromhex(digits + "0" * (len(digits) % 2)))
    return made


@pytest.mark.parametrize("number", [*UNNAMED, 40, 43, 46, 47, 56, 57, 58])
def test_a_field_without_a_meaning_ends_no_message_and_is_shown_to_nobody(number):
    clear = VECTORS["sale_req"]["fields"]
    for content in contents_of(number):
        frame = with_field(number, content)
        decoded = decode_generic(frame, UNIONPAY)
        assert {key: value for key, value in decoded.fields.items() if key != str(number)} == clear
        assert encode_generic(decoded, UNIONPAY) == frame
        message = CODEC.decode(frame)
        assert [key for key, _ in message.others] == [str(number)]
        assert CODEC.encode(message) == frame
        assert type(CODEC)(UNIONPAY).encode(message) == frame  # of its values, no bytes being kept
        assert replace(message, others=(), forms=(), padded_by_f=()) == CODEC.decode(FRAMES["sale_req"])
        kept = masked_frame(frame, UNIONPAY)
        assert b"97531801" not in kept
        assert decode_generic(kept, UNIONPAY).fields.keys() == decoded.fields.keys()
        assert "97531801" not in str(mask_fields(decoded.fields, UNIONPAY))


def test_some_fields_without_a_meaning_at_once_are_told_apart_by_where_the_message_ends():
    frame = FRAMES["sale_req"]
    fields = {**VECTORS["sale_req"]["fields"], "5": "4F4B4F4B4F", "24": "012", "43": "名" * 20, "50": "414243"}
    forms = {"5": 1, "43": 1, "50": 2}
    made = encode_generic(replace(decode_generic(frame, UNIONPAY), fields=fields, forms=forms), UNIONPAY)
    decoded = decode_generic(made, UNIONPAY)
    assert (decoded.fields, decoded.forms) == (fields, forms)


def test_a_second_bitmap_is_refused_and_every_unknown_field_where_the_dialect_carries_none():
    strict = UNIONPAY.without_unnamed
    for number, dialect in ((1, UNIONPAY), *((number, strict) for number in UNNAMED)):
        body = bytes.fromhex("0200") + (1 << (64 - number)).to_bytes(8, "big") + bytes(40)
        with pytest.raises(WireError) as caught:
            decode_generic(body, dialect, Framing(False, "none"))
        assert (caught.value.field, caught.value.offset) == ("bitmap", 2)


def test_every_row_of_the_field_table_is_in_some_vector_or_in_the_test_of_fields():
    seen = {key for vector in VECTORS.values() for key in vector["fields"]}
    assert {row.key for row in UNIONPAY.fields} - seen == {
        "43", "47", "54", "56", "57", "58"}  # see test_codec
