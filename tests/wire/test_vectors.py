from __future__ import annotations

import pytest
from wire_vectors import CODEC, FRAMES, KEYS, ODD, SEALED, UNIONPAY, VECTORS, codec_in, framing_of

from simulator.wire.errors import WireError
from simulator.wire.framing import Framing
from simulator.wire.generic import decode_any, decode_generic, encode_generic
from simulator.wire.layout import spans
from simulator.wire.mac import WireSealer

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


def test_a_second_bitmap_and_every_unknown_field_are_refused():
    known = {row.number for row in UNIONPAY.fields}
    for number in set(range(1, 65)) - known:
        body = bytes.fromhex("0200") + (1 << (64 - number)).to_bytes(8, "big") + bytes(40)
        with pytest.raises(WireError) as caught:
            decode_generic(body, UNIONPAY, Framing(False, "none"))
        assert (caught.value.field, caught.value.offset) == ("bitmap", 2)


def test_every_row_of_the_field_table_is_in_some_vector_or_in_the_test_of_fields():
    seen = {key for vector in VECTORS.values() for key in vector["fields"]}
    assert {row.key for row in UNIONPAY.fields} - seen == {
        "43", "47", "54", "56", "57", "58"}  # see test_codec
