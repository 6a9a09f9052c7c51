from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from wire_vectors import CODEC, FRAMES, FRAMINGS, UNIONPAY, codec_in, decode, encode

from simulator.wire import dialect, layout
from simulator.wire.codec import Codec
from simulator.wire.errors import WireError
from simulator.wire.message import Message, Original


def digits(least: int, most: int | None = None) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=least, max_size=least if most is None else most)


def maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.just("") | strategy


ascii_text = st.characters(min_codepoint=32, max_codepoint=126)
chinese = st.text(st.characters(codec="gb18030", categories=("L", "N")), min_size=1, max_size=10)
originals = st.builds(
    Original, st.integers(0, 999_999), st.integers(0, 999_999), st.just("") | digits(4),
) | st.builds(Original, st.integers(0, 9), st.integers(0, 9), digits(4), digits(0, 13))
messages = st.builds(
    Message,
    mti=st.sampled_from(sorted({row.mti for row in UNIONPAY.kinds} | {row.reply_mti for row in UNIONPAY.kinds})),
    tid=maybe(st.text(ascii_text, min_size=8, max_size=8)),
    mid=maybe(st.text(ascii_text, min_size=15, max_size=15)),
    stan=st.none() | st.integers(0, 999_999),
    type_code=digits(2), batch=st.integers(0, 999_999), network_code=digits(3),
    capability=digits(0, 6),
    pan=maybe(digits(1, 19)), processing_code=maybe(digits(6)),
    amount_fen=st.none() | st.integers(0, 10**12 - 1),
    local_time=maybe(digits(6)), local_date=maybe(digits(4)), expiry=maybe(digits(4)),
    settlement_date=maybe(digits(4)), entry_mode=maybe(digits(3)), card_sequence=maybe(digits(3)),
    condition_code=maybe(digits(2)), pin_capture=maybe(digits(2)), acquirer_id=maybe(digits(1, 11)),
    track2=maybe(st.text("0123456789D", min_size=1, max_size=37)),
    track3=maybe(st.text("0123456789D", min_size=1, max_size=104)),
    rrn=maybe(digits(12)), auth_code=maybe(digits(6)), response_code=maybe(digits(2)),
    institutions=maybe(digits(1, 25)), details=maybe(digits(1, 322)), currency=maybe(digits(3)),
    pin_block=st.none() | st.binary(min_size=8, max_size=8), security=maybe(digits(16)),
    balance=maybe(digits(1, 20)), icc_data=st.none() | st.binary(max_size=255),
    original=st.none() | originals,
    private=st.none() | st.binary(max_size=512), operator=maybe(chinese),
    mac=st.none() | st.binary(min_size=8, max_size=8),
    software=digits(8), terminal_status=digits(1), processing_request=digits(1),
    application_class=digits(2),
)


@given(messages)
def test_every_message_survives_its_frame(message):
    frame = encode(message, "6012345678")
    assert decode(frame) == message
    assert CODEC.tpdu_of(frame) == "6012345678"


@given(messages)
def test_places_in_the_frame_are_those_of_the_codec(message):
    frame = encode(message)
    assert layout.length_of(frame, 13, UNIONPAY) == len(frame)


@pytest.mark.parametrize("framing", list(FRAMINGS.values()), ids=list(FRAMINGS))
def test_every_framing_carries_a_message(framing):
    codec = codec_in(framing)
    message = msgspec.structs.replace(decode(FRAMES["sale_req"]), software=Message(mti="").software)
    frame = codec.encode(message)
    assert codec.decode(frame) == message
    assert codec.tpdu_of(frame) == ("6000030000" if framing.tpdu_length else "")


def test_reply_tpdu_is_swapped_or_echoed():
    request = encode(decode(FRAMES["echo_req"]), "6000031234")
    assert CODEC.reply_tpdu(request) == "6012340003"
    assert Codec(replace(UNIONPAY, reply_tpdu="echo")).reply_tpdu(request) == "6000031234"


def test_a_request_of_a_sale_reads_as_people_say_it():
    message = decode(FRAMES["sale_req"])
    assert message.amount_fen == 10_000
    assert message.stan == 2
    assert (message.type_code, message.batch, message.network_code, message.capability) == (
        "22", 1, "000", "500")
    assert message.entry_mode == "021"
    assert message.track2 == "6200009753180120D30122010000000000"
    assert (message.tid, message.mid, message.currency) == ("10000001", "898000000000001", "156")
    assert message.software == "31311001"


def test_original_of_a_refund_has_its_date():
    assert decode(FRAMES["refund_req"]).original == Original(1, 2, "0715")


def test_what_has_no_attribute_is_carried_all_the_same():
    codec = codec_in(FRAMINGS["tpdu+header"])
    message = codec.decode(FRAMES["vfwz-signin_request"])
    assert [key for key, _ in message.others] == ["46"]
    assert decode(FRAMES["own-track2-odd-f"]).padded_by_f == ("35",)


@pytest.mark.parametrize(("wrong", "field"), [
    ({"mti": "02"}, "mti"), ({"mti": "02x0"}, "mti"),
    ({"pan": "62000O00"}, "2"), ({"pan": "6" * 20}, "2"), ({"amount_fen": 10**12}, "4"),
    ({"amount_fen": -1}, "4"), ({"stan": 1_000_000}, "11"), ({"tid": "1"}, "41"),
    ({"track2": "12=34"}, "35"), ({"pin_block": b"1"}, "52"), ({"icc_data": bytes(256)}, "55"),
    ({"private": bytes(513)}, "62"), ({"operator": "x" * 164}, "63"), ({"operator": "\\q"}, "63"),
    ({"auth_code": "六位数字"}, "38"), ({"original": Original(1, 2, "", "12345")}, "61.3"),
    ({"others": (("5", "1"),)}, "5"), ({"software": "3"}, "header"), ({"pan": "６２"}, "2"),
    ({"rrn": "1"}, "37"), ({"details": "1" * 323}, "48"), ({"type_code": "22", "network_code": "000", "capability": "1" * 989}, "60"),
    ({"batch": 1}, "60"), ({"type_code": "22", "batch": 1_000_000}, "60"),
    ({"type_code": "22", "capability": "500"}, "60"), ({"type_code": "22", "network_code": "1"}, "60"),
])
def test_a_value_that_has_no_bytes_is_refused_by_field(wrong, field):
    with pytest.raises(WireError) as caught:
        encode(Message(**({"mti": "0200"} | wrong)))
    assert caught.value.field == field


@pytest.mark.parametrize("tpdu", ["60", "60000300000", "60000x0000"])
def test_a_wrong_tpdu_is_refused(tpdu):
    with pytest.raises(WireError) as caught:
        encode(Message(mti="0820"), tpdu)
    assert caught.value.field == "tpdu"


def test_every_row_of_the_table_makes_a_field_of_its_own():
    for row in UNIONPAY.fields:
        value = {"n": "1", "z": "1", "an": "1", "ans": "1", "b": "11"}[row.form] * row.length
        body = UNIONPAY.writer.write("0200", {row.key: value})
        assert int.from_bytes(body[2:10], "big") == 1 << (64 - row.number)
        (place,) = layout.spans(body, 0, UNIONPAY)
        assert (place.row, place.count, place.end) == (row, row.length, len(body))
    assert dialect.tpdu_of_reply("6000030012", "swap") == "6000120003"
