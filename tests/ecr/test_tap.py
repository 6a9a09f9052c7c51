"""A tap names what passes both ways, gives all bytes out again, and shows no card data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.ecr.frames import Framing
from hil.ecr.profiles import load_profile, profile_names
from hil.ecr.tap import Tap, What
from hil.ecr.values import Ask
from tests.ecr.paired import Pair, sale_of

PAN = "6200009753180120"


@pytest.mark.parametrize("name", profile_names())
def test_a_sale_is_named_from_its_request_to_the_last_acknowledgement(name):
    pair = Pair(load_profile(name))
    pair.ask(sale_of(pair.profile))
    pair.rest()
    frames = [(each.by, each.name) for each in pair.passed if each.what is What.FRAME and each.name]
    command = pair.profile.commands[Ask.SALE]
    assert ("till", command.request) in frames
    assert any(by == "terminal" and name in command.answers for by, name in frames)
    asked = [each.kind for each in pair.passed if each.kind is not None]
    assert asked == [Ask.SALE]
    assert not [each for each in pair.passed if each.what in {What.NOISE, What.SPOILT}]


def test_signals_progress_and_replies_are_told_apart():
    pair = Pair(load_profile("ecr17"))
    pair.ask(sale_of(pair.profile))
    assert [(each.by, each.what.value, each.name) for each in pair.passed] == [
        ("till", "frame", "payment"), ("terminal", "ack", ""), ("terminal", "progress", ""),
        ("terminal", "frame", "paid"), ("till", "ack", "")]
    pair = Pair(load_profile("telium"))
    pair.ask(sale_of(pair.profile))
    assert [each.what.value for each in pair.passed] == [
        "enq", "ack", "frame", "ack", "eot", "enq", "ack", "frame", "ack", "eot"]
    pair = Pair(load_profile("zvt-tcp"), receipt=())
    pair.ask(sale_of(pair.profile))
    assert [(each.by, each.name) for each in pair.passed] == [
        ("till", "authorisation"), ("terminal", "positive"), ("terminal", "intermediate"), ("till", "positive"),
        ("terminal", "status"), ("till", "positive"), ("terminal", "completion"), ("till", "positive")]
    pair = Pair(load_profile("codepay"), works_ms=5_000)
    pair.ask(sale_of(pair.profile))
    assert [each.what.value for each in pair.passed][:4] == ["hello", "hello", "frame", "ack"]
    assert What.HEARTBEAT in {each.what for each in pair.passed}


def test_a_stalled_frame_is_given_out_when_the_profile_s_time_is_up():
    tap = Tap(load_profile("transbank"))
    assert tap.heard("till", b"\x020200|15", 100) == []
    assert tap.unfinished("till") == b"\x020200|15"
    assert tap.deadline_ms == 1_100
    assert tap.tick(1_099) == []
    passed = tap.tick(1_100)
    assert [(each.what, each.raw) for each in passed] == [(What.SPOILT, b"\x020200|15")]
    assert tap.deadline_ms is None


@given(pieces=st.lists(st.tuples(st.sampled_from(["till", "terminal"]), st.binary(max_size=60)), max_size=12),
       name=st.sampled_from(profile_names()))
def test_all_bytes_of_each_side_come_out_in_their_order(pieces, name):
    tap = Tap(load_profile(name))
    out = {"till": b"", "terminal": b""}
    for by, data in pieces:
        for each in tap.heard(by, data, 0):
            out[each.by] += each.raw
            assert len(each.masked) == len(each.raw)
    for by in ("till", "terminal"):
        assert out[by] + tap.unfinished(by) == b"".join(data for side, data in pieces if side == by)


SECRETS = [
    ("template", "till", b"S" + b"1".ljust(8) + b"01".ljust(8) + b"60" + b"0" * 12 + b" " * 8 + b" " * 12 + b"0" * 6
     + b"000" + b"A1".ljust(50) + PAN.encode().ljust(50) + b" " * 50),
    ("transbank", "terminal", f"0210|00|898|1|A1|123456|1500|||{PAN}|7||||||||".encode()),
    ("transbank", "till", f"0200|1500|{PAN}|||0|".encode()),
    ("transbank", "till", f"what is {PAN}=30122010000000000".encode()),
    ("telium", "terminal", b"010000012501" + PAN.encode().ljust(55) + b"978" + b"1".ljust(10)),
    ("ecr17", "terminal", b"100000010E00" + PAN.rjust(19, "0").encode() + b"ICC123456" + b"0" * 7 + b"0" * 24),
    ("codepay", "terminal", b'{"topic":"ecrhub.pay.order","response_code":"000","biz_data":{"card_no":"' + PAN.encode() + b'"}}'),
    ("zvt-tcp", "terminal", bytes.fromhex("040F0D270022F0F8" + PAN)),
    ("zvt-tcp", "terminal", bytes.fromhex("040F0E270022F0F8" + PAN)),  # a byte is missing
    ("zvt-tcp", "till", bytes.fromhex("06010B22F0F8" + PAN)),
    ("zvt-tcp", "terminal", bytes.fromhex("040F0E270022F0F8" + PAN)),  # a byte is missing
    ("zvt-tcp", "till", bytes.fromhex("0F0F0B22F0F8" + PAN)),
]


@pytest.mark.parametrize(("name", "by", "body"), SECRETS, ids=lambda each: str(each)[:20])
@pytest.mark.parametrize("sliced", [False, True])
@pytest.mark.parametrize("spoilt", [False, True])
def test_no_card_number_is_in_what_is_for_a_log(name, by, body, sliced, spoilt):
    profile = load_profile(name)
    line = Framing(profile.said.framing).frame_of(body)
    if spoilt:
        line = line[:-1] + bytes([line[-1] ^ 0x7F])
    tap = Tap(profile)
    pieces = [line[at:at + 1] for at in range(len(line))] if sliced else [line]
    passed = [each for piece in pieces for each in tap.heard(by, piece, 0)]
    passed += tap.tick(10_000)
    shown = " ".join(each.shown for each in passed)
    masked = b"".join(each.masked for each in passed)
    for text in (shown, masked.decode("latin-1"), masked.hex()):
        assert PAN[6:12] not in text
        assert PAN not in text


@pytest.mark.parametrize("name", profile_names())
@pytest.mark.parametrize("packed", [False, True])
def test_a_card_number_in_noise_is_not_shown_in_pieces(name, packed):
    tap = Tap(load_profile(name))
    data = bytes.fromhex(PAN) if packed else PAN.encode()
    passed = [each for byte in data for each in tap.heard("till", bytes([byte]), 0)] + tap.tick(100_000)
    masked = b"".join(each.masked for each in passed)
    style = load_profile(name).said.body.style
    if not packed or style == "bitmaps":  # packed digits are a style's own
        assert PAN[6:12] not in masked.decode("latin-1") + masked.hex()


def test_what_is_shown_of_an_order_is_what_it_says():
    profile = load_profile("transbank")
    line = Framing(profile.said.framing).frame_of(b"0200|1500|ABC123|||0|")
    [passed] = Tap(profile).heard("till", line, 5)
    assert (passed.kind, passed.at_ms, passed.shown) == (Ask.SALE, 5, "sale amount_fen=1500 order=ABC123 send_status=0")


def test_noise_is_counted_and_not_repeated():
    [passed] = Tap(load_profile("transbank")).heard("till", b"7" * 90, 0)
    assert (passed.what, passed.shown, passed.masked) == (What.NOISE, "noise, 90 bytes", b"*" * 90)


