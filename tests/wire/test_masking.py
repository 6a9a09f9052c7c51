from __future__ import annotations

import doctest
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire_vectors import FRAMES, UNIONPAY, framing_of

from simulator.wire import masking, tlv
from simulator.wire.fields import Mask
from simulator.wire.framing import Framing
from simulator.wire.generic import Decoded, decode_generic, encode_generic
from simulator.wire.masked_frames import masked_frame
from simulator.wire.masking import (
    card_numbers_in,
    looks_like_card,
    mask_cards,
    mask_details,
    mask_fields,
    mask_icc,
    mask_pan,
    mask_track,
)
from simulator.wire.subfields_shown import subfields_of


@pytest.mark.parametrize("module", [masking, tlv])
def test_examples_in_the_text_hold(module):
    assert doctest.testmod(module).failed == 0


def hidden_digits(clear: str, shown: str) -> int:
    return sum(a != b for a, b in zip(clear, shown, strict=True))


@given(st.text("0123456789", min_size=13, max_size=19))
def test_a_card_number_shows_first_six_and_last_four(pan):
    shown = mask_pan(pan)
    assert shown == pan[:6] + "*" * (len(pan) - 10) + pan[-4:]


@given(st.text(max_size=30).filter(lambda text: not (13 <= len(text) <= 19 and text.isdigit() and text.isascii())))
def test_what_is_no_card_number_is_hidden_whole(text):
    assert mask_pan(text) == "*" * len(text)


@given(st.text("0123456789D=", max_size=40))
def test_a_track_never_shows_more_than_ten_digits(track):
    shown = mask_track(track)
    assert len(shown) == len(track)
    assert sum(char != "*" for char in shown) in {0, 10}


def test_a_card_number_in_place_of_totals_is_hidden():
    assert mask_details("6200009753180120") == "*" * 16
    assert mask_details("99" + "6200009753180120") == "*" * 18


@pytest.mark.parametrize("icc", [
    "5A086200009753180120",
    "57136200009753180120D30122010000000000",
    "9F6B136200009753180120D30122010000000000",
    "7081085A066200009753",  # inside a template
    "9F81005A086200009753180120",  # a tag of three bytes
    "5A096200009753180120",  # ends early
    "6200009753180120",
])
def test_card_data_in_chip_data_is_hidden_in_whatever_place(icc):
    shown = mask_icc(icc, UNIONPAY.shown_tags)
    assert len(shown) == len(icc)
    assert "975318" not in shown
    assert "62000097" not in shown


def test_what_chip_data_of_a_sale_shows_is_known_to_be_harmless():
    icc = "9F2608111111111111111195050000000000" + "5A086200009753180120" + "5F20024142"
    assert mask_icc(icc, UNIONPAY.shown_tags) == (
        "9F2608111111111111111195050000000000" + "5A08" + "*" * 16 + "5F2002****")


def test_every_field_has_a_mask_and_an_unknown_one_is_hidden():
    assert {row.mask for row in UNIONPAY.fields} <= set(get_args(Mask))
    assert mask_fields({"5": "6200009753180120"}, UNIONPAY) == {"5": "*" * 16}


def with_digits_to_hide(frame: bytes) -> bytes:
    """Public vectors come with card numbers that are zero where a mask writes zeros."""
    return bytes.fromhex(frame.hex().replace("62000000000000", "62000097531800"))


@pytest.mark.parametrize("name", list(FRAMES))
def test_masked_frames_stay_messages_and_hold_no_card_data(name):
    frame, framing = with_digits_to_hide(FRAMES[name]), framing_of(name)
    clear = decode_generic(frame, UNIONPAY, framing)
    kept = masked_frame(frame, UNIONPAY, framing)
    masked = decode_generic(kept, UNIONPAY, framing)
    assert len(kept) == len(frame)
    assert (masked.mti, masked.tpdu, masked.header) == (clear.mti, clear.tpdu, clear.header)
    for key, shown in mask_fields(clear.fields, UNIONPAY).items():
        if key not in {"46", "63"}:
            assert masked.fields[key] == shown.replace("*", "0"), key
    assert "975318" not in kept.hex()
    assert "975318" not in repr(mask_fields(clear.fields, UNIONPAY))


def test_masked_sale_is_the_one_written_out_here():
    kept = masked_frame(FRAMES["sale_req"].replace(
        bytes.fromhex("166200009753180120"), bytes.fromhex("166234567890123456")), UNIONPAY)
    fields = decode_generic(kept, UNIONPAY).fields
    assert fields["2"] == "6234560000003456"
    assert fields["35"] == "6200000000000120" + "0" * 18
    assert fields["52"] == "0" * 16
    assert fields["64"] == "4633444538433037"


@pytest.mark.parametrize("name", list(FRAMES))
def test_an_unreadable_frame_keeps_nothing_but_its_length(name):
    frame, prefixed = FRAMES[name], framing_of(name).length_prefix
    cut = frame[:-1]
    if prefixed:
        cut = (len(cut) - 2).to_bytes(2, "big") + cut[2:]
    kept = masked_frame(cut, UNIONPAY, framing_of(name))
    assert kept == (cut[:2] if prefixed else b"") + bytes(len(cut) - 2 * prefixed)


def test_a_card_number_in_the_heads_of_what_is_no_message_is_hidden():
    heads = bytes.fromhex("60" + "6234567890123456" + "0000") + bytes(30)
    frame = len(heads).to_bytes(2, "big") + heads
    assert not any(masked_frame(frame, UNIONPAY)[2:])


@given(st.binary(max_size=80))
def test_any_bytes_keep_their_length_and_garbage_keeps_nothing(data):
    kept = masked_frame(data, UNIONPAY)
    assert len(kept) == len(data)
    assert not any(kept[2:])


@pytest.mark.parametrize("name", ["whty-sale-req", "whty-signin-req"])
def test_a_frame_of_another_framing_keeps_nothing(name):
    assert not any(masked_frame(FRAMES[name], UNIONPAY))


def test_subfields_hide_card_data_and_keys_unless_asked():
    upload, keys = decode_generic(FRAMES["batch_upload_mag_req"], UNIONPAY), decode_generic(FRAMES["signin_resp_60"], UNIONPAY)
    assert subfields_of(upload, UNIONPAY)["48"]["1.pan"] == "620000******0120"
    assert subfields_of(upload, UNIONPAY, clear=True)["48"]["1.pan"] == "6200009753180120"
    assert set(subfields_of(keys, UNIONPAY)["62"].values()) == {"*" * 32, "*" * 8}
    assert subfields_of(keys, UNIONPAY, clear=True)["62"]["tdk_check"] == "819DB114"


@pytest.mark.parametrize("fields", [
    {"61": "000001000002" + "0715" + "6234567890123"},
    {"62": (b"Sequence No16" + b"6234567890123456").hex().upper()},
    {"63": "CUP 6234567890123456"}, {"46": "6234567890123456"}, {"48": "6234567890123456"},
    {"36": "6234567890123456"}, {"2": "6234567890123456"}, {"35": "6234567890123456D3012"},
    {"55": "5A086234567890123456"},
])
def test_a_card_number_is_hidden_in_whatever_field_may_hold_one(fields):
    shown = str(mask_fields(fields, UNIONPAY))
    frame = encode_generic(Decoded(Framing(), "0200", fields, "6000030000", "603100311001"), UNIONPAY)
    kept = masked_frame(frame, UNIONPAY)
    assert "7890" not in shown
    assert b"7890" not in kept
    assert "7890" not in kept.hex()
    assert "373839" not in kept.hex()
    assert "7890" not in str(subfields_of(decode_generic(frame, UNIONPAY), UNIONPAY))


def test_a_serial_number_and_a_short_tail_are_shown():
    fields = {"61": "0000010000020715123456789012", "62": b"Sequence No12300100000001".hex().upper()}
    assert mask_fields(fields, UNIONPAY) == fields


# ---- names that look like card numbers ---------------------------------------------------------

CARDS = ("6200009753180120", "4222222222222", "378282246310005", "6200009753186420001")
FULL_WIDTH = {ord("0") + digit: ord("０") + digit for digit in range(10)}


@st.composite
def disguised(draw) -> tuple[str, str]:
    """A card number in groups, with anything but letters between them, in either width of digits."""
    pan = draw(st.sampled_from(CARDS))
    cuts = sorted(draw(st.sets(st.integers(1, len(pan) - 1), max_size=5)))
    apart = st.text(" .-_/:·—　，\u200b\n", min_size=1, max_size=3)
    name = ""
    for begin, end in zip([0, *cuts], [*cuts, len(pan)], strict=True):
        name += (draw(apart) if begin else "") + pan[begin:end]
    return pan, name.translate(FULL_WIDTH) if draw(st.booleans()) else name


@given(disguised(), st.sampled_from(["", "S", "sale ", "单号", "A/"]), st.sampled_from(["", "x", " 号", "-0001"]))
def test_a_card_number_in_any_disguise_is_found_and_masked(card, before, behind):
    pan, name = card
    text = before + name + behind
    assert looks_like_card(text)
    shown = mask_cards(text)
    assert len(shown) == len(text)
    assert sum(a != b for a, b in zip(text, shown, strict=True)) >= len(pan) - 10
    assert not looks_like_card(shown)


@pytest.mark.parametrize("name", [
    "", "S1", "10000001-3", "6200009753180121", "620000975318", "898000000000001", "corner shop 24",
    "62000097 and 53180120", "620000******0120", "2026-01-29 20:00",
])
def test_what_is_no_card_number_may_be_a_name(name):
    assert not looks_like_card(name)
    assert mask_cards(name) == name


@pytest.mark.parametrize("name", [
    "62000097531801202", "62000097531801200001", "0016200009753180120", "⁶²⁰⁰⁰⁰⁹⁷⁵³¹⁸⁰¹²⁰",
    "⑥②⓪⓪⓪⓪⑨⑦⑤③①⑧⓪①②⓪", "6200----0097....5318    0120",
])
def test_digits_beside_it_or_of_another_shape_hide_no_card_number(name):
    assert looks_like_card(name)
    assert "97531801" not in mask_cards(name)


def test_the_longest_number_is_taken_and_all_of_several_are_found():
    text = "a 6200009753180120, b 4222222222222"
    assert [text[begin:end] for begin, end in card_numbers_in(text)] == ["6200009753180120", "4222222222222"]
