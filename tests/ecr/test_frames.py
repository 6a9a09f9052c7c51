"""Frames: the checked bytes in both directions, any slicing, any noise in front, wrong check bytes."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hil.ecr.bodies import recognised
from hil.ecr.frames import (
    FrameHeard,
    FrameReader,
    Framing,
    Head,
    NoiseHeard,
    ProgressFrameHeard,
    SignalHeard,
    Spoilt,
    SpoiltHeard,
)
from hil.ecr.profile import CheckRule, FramingRule, LengthRule, ProfileFile
from hil.ecr.profiles import load_profile, profile_names

HEX = bytes.fromhex
CHECKED = [  # profile, frame on the line, data in it
    ("zvt-serial", "10 02 06 00 06 12 34 56 BA 09 78 10 03 24 C3", HEX("06 00 06 12 34 56 BA 09 78")),
    ("zvt-serial", "10 02 06 01 0A 04 00 00 00 01 10 10 00 49 09 78 10 03 F2 FF",
     HEX("06 01 0A 04 00 00 00 01 10 00 49 09 78")),
    ("zvt-serial", "10 02 06 70 00 10 03 D9 F9", HEX("06 70 00")),
    ("zvt-serial", "10 02 80 00 00 10 03 F5 1F", HEX("80 00 00")),
    ("zvt-serial", "10 02 84 9C 00 10 03 C3 41", HEX("84 9C 00")),
    ("zvt-serial", "10 02 06 18 00 10 03 56 3A", HEX("06 18 00")),
    ("zvt-tcp", "06 00 06 12 34 56 BA 09 78", HEX("06 00 06 12 34 56 BA 09 78")),
    ("zvt-tcp", "80 00 00", HEX("80 00 00")),
    ("transbank", "02 30 31 30 30 03 02", b"0100"),
    ("transbank", "02 30 38 30 30 03 0B", b"0800"),
    ("transbank", "02" + b"0200|1500|ABC123|||0|".hex() + "03 45", b"0200|1500|ABC123|||0|"),
    ("transbank", "02 30 32 30 30 7C 31 32 33 7C 03 31", b"0200|123|"),
    ("telium", "02" + b"0100001250110978          A010B010".hex() + "03 01", b"0100001250110978          A010B010"),
]


@pytest.mark.parametrize(("name", "line", "data"), CHECKED)
def test_checked_bytes_are_heard_and_written(name, line, data):
    profile = load_profile(name)
    raw = HEX(line)
    assert Framing(profile.said.framing).frame_of(data) == raw
    for sliced in ([raw], [raw[at:at + 1] for at in range(len(raw))]):
        reader = FrameReader(profile.said)
        heard = [each for piece in sliced for each in reader.receive(piece)]
        assert heard == [FrameHeard(data, Head(), raw)]
        assert not reader.waits


def test_checked_bytes_of_codepay_are_hello_welcome_and_heartbeat():
    framing = Framing(load_profile("codepay").said.framing)
    reader = FrameReader(load_profile("codepay").said)
    for line, head in (
        ("55AA010000000001CC33", Head(type=1)), ("55AA020000000002CC33", Head(type=2)),
        ("55AA000000000000CC33", Head()),
    ):
        assert framing.frame_of(b"", head) == HEX(line)
        assert reader.receive(HEX(line)) == [FrameHeard(b"", head, HEX(line))]


def test_a_checked_authorisation_says_its_sum_and_a_registration_its_password():
    profile = load_profile("zvt-tcp")
    row, facts = recognised(profile, profile.by_till, CHECKED[1][2])
    assert (row.name, facts) == ("authorisation", {"amount_fen": "11000", "own.currency": "0978"})
    row, facts = recognised(profile, profile.by_till, CHECKED[0][2])
    assert (row.name, facts["own.password"], facts["own.config"]) == ("registration", "123456", "BA")


def test_a_long_apdu_has_a_length_of_two_bytes_the_low_one_first():
    reader = FrameReader(load_profile("zvt-tcp").said)
    long = HEX("06D1FF2C01") + b"x" * 300
    assert reader.receive(long[:200]) == []
    assert reader.receive(long[200:]) == [FrameHeard(long, Head(), long)]


ASCII = "02 41 42 03"


@pytest.mark.parametrize(("covers", "lrc"), [
    (("data",), 0x7F ^ 0x41 ^ 0x42), (("data", "end"), 0x7F ^ 0x41 ^ 0x42 ^ 3),
    (("start", "data"), 0x7F ^ 2 ^ 0x41 ^ 0x42), (("start", "data", "end"), 0x7F ^ 2 ^ 0x41 ^ 0x42 ^ 3),
])
def test_the_four_scopes_of_ecr17(covers, lrc):
    rule = FramingRule(start="02", end="03", check=CheckRule(name="xor", base="7F", covers=covers))
    assert Framing(rule).frame_of(b"AB") == HEX(ASCII) + bytes([lrc])


def test_an_acknowledgement_of_ecr17_has_three_bytes_of_which_the_last_is_its_lrc():
    said = load_profile("ecr17").said
    assert int(said.handshake.ack[-2:], 16) == 0x7F ^ 0x06 ^ 0x03
    assert int(said.handshake.nak[-2:], 16) == 0x7F ^ 0x15 ^ 0x03
    reader = FrameReader(said)
    heard = [each for byte in HEX("06037A 150369") for each in reader.receive(bytes([byte]))]
    assert heard == [SignalHeard("ack", HEX("06037A")), SignalHeard("nak", HEX("150369"))]
    assert reader.receive(b"\x01" + b"INSERT CARD".ljust(20) + b"\x04") == [
        ProgressFrameHeard(b"INSERT CARD".ljust(20), b"\x01" + b"INSERT CARD".ljust(20) + b"\x04")]


def test_the_lrc_of_hypercom_includes_the_length():
    rule = FramingRule(
        start="02", end="03", length=LengthRule(form="bcd", width=2),
        check=CheckRule(name="xor", covers=("length", "data", "end")))
    frame = Framing(rule).frame_of(b"600000000012")
    assert frame[:3] == HEX("02 00 12")
    lrc = 0
    for byte in frame[1:-1]:
        lrc ^= byte
    assert frame[-1] == lrc
    reader = FrameReader(msgspec.structs.replace(load_profile("transbank").said, framing=rule))
    assert reader.receive(frame) == [FrameHeard(b"600000000012", Head(), frame)]


def framed(said: ProfileFile) -> Framing:
    return Framing(said.framing)


FRAMES = [name for name in profile_names() if name != "zvt-tcp"]


def some_data(name: str) -> st.SearchStrategy[bytes]:
    said = load_profile(name).said
    if said.framing.escape or said.framing.length.form != "none":
        return st.binary(max_size=60)
    return st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=60).map(str.encode)


@pytest.mark.parametrize("name", FRAMES)
@given(data=st.data())
def test_frames_are_heard_in_any_slices(name, data):
    said = load_profile(name).said
    bodies = data.draw(st.lists(some_data(name), min_size=1, max_size=4))
    line = b"".join(framed(said).frame_of(body) for body in bodies)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(line)), max_size=8)))
    reader = FrameReader(said)
    heard = [each for start, end in zip([0, *cuts], [*cuts, len(line)], strict=True)
             for each in reader.receive(line[start:end])]
    more = bytes.fromhex(said.framing.more)
    assert [each.data + (more if each.more else b"") for each in heard] == bodies


@pytest.mark.parametrize("name", FRAMES)
@given(data=st.data())
def test_a_frame_behind_any_noise_is_heard_at_the_latest_when_the_line_is_silent(name, data):
    said = load_profile(name).said
    noise, body = data.draw(st.binary(max_size=80)), data.draw(some_data(name))
    frame = framed(said).frame_of(body)
    reader = FrameReader(said)
    heard = reader.receive(noise + frame)
    while reader.waits:
        heard += reader.give_up()
    frames = [each for each in heard if isinstance(each, (FrameHeard, ProgressFrameHeard))]
    assume(not frames or frames[0].raw == frame)  # noise that is itself a right frame
    assert [each.raw for each in frames] == [frame]


@pytest.mark.parametrize("name", FRAMES)
@given(data=st.data())
def test_all_bytes_come_out_again_in_order_whatever_was_on_the_line(name, data):
    said = load_profile(name).said
    line = data.draw(st.binary(max_size=400))
    reader = FrameReader(said)
    heard = [each for at in range(0, len(line), 7) for each in reader.receive(line[at:at + 7])]
    assert b"".join(each.raw for each in heard) + reader.unfinished == line


@pytest.mark.parametrize("name", FRAMES)
@given(data=st.data())
def test_a_frame_of_which_a_bit_is_another_is_never_taken_for_the_same(name, data):
    said = load_profile(name).said
    frame = framed(said).frame_of(data.draw(some_data(name)))
    at, bit = data.draw(st.integers(0, len(frame) - 1)), data.draw(st.integers(0, 7))
    wrong = frame[:at] + bytes([frame[at] ^ 1 << bit]) + frame[at + 1:]
    reader = FrameReader(said)
    heard = reader.receive(wrong)
    while reader.waits:
        heard += reader.give_up()
    frames = [each for each in heard if isinstance(each, FrameHeard)]
    assert all(each.raw != frame for each in frames)
    if said.framing.check.name.startswith("crc"):
        assert not frames


def test_a_wrong_lrc_is_told_as_one():
    reader = FrameReader(load_profile("transbank").said)
    assert reader.receive(HEX("02 30 31 30 30 03 03")) == [SpoiltHeard(Spoilt.CHECK, HEX("02 30 31 30 30 03 03"))]


def test_a_wrong_lrc_that_is_a_signal_is_no_signal():
    """The check byte of a spoilt frame may be any, an ACK too."""
    reader = FrameReader(load_profile("transbank").said)
    heard = reader.receive(HEX("02 30 31 30 30 03 06"))
    assert [type(each) for each in heard] == [SpoiltHeard]


def test_a_lrc_that_begins_the_next_frame_is_looked_at_again():
    """Noise that looks like a short frame eats the first byte of the frame behind it."""
    reader = FrameReader(load_profile("transbank").said)
    heard = reader.receive(HEX("02 41 03") + HEX("02 30 31 30 30 03 02"))
    assert [type(each) for each in heard] == [SpoiltHeard, FrameHeard]


def test_a_frame_without_an_end_is_thrown_away_at_its_limit():
    said = load_profile("transbank").said
    reader = FrameReader(said)
    heard = [each for _ in range(50) for each in reader.receive(b"\x02" + b"7" * 1000)]
    assert {each.why for each in heard if isinstance(each, SpoiltHeard)} <= {Spoilt.TOO_LONG, Spoilt.CUT_SHORT}
    assert len(reader.unfinished) <= said.framing.longest + 8


@pytest.mark.parametrize("name", profile_names())
def test_a_reader_keeps_little_however_much_comes(name):
    said = load_profile(name).said
    reader = FrameReader(said)
    start = bytes.fromhex(said.framing.escape + said.framing.start) or b"\x06\x01\xff\xff\x0f"
    for piece in (start * 3000, b"A" * 20_000, bytes(range(256)) * 40, start + b"\x00" * 20_000):
        reader.receive(piece)
        assert len(reader.unfinished) <= 2 * Framing(said.framing).room


def test_noise_is_told_in_one_piece():
    reader = FrameReader(load_profile("transbank").said)
    assert reader.receive(b"what is this") == [NoiseHeard(b"what is this")]
