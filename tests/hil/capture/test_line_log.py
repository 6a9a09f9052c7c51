"""The log of a line shows no card number, however the line was cut, and every other byte as it was."""

from __future__ import annotations

import io

import pytest
from captures import FRAMES, UNIONPAY
from hypothesis import given
from hypothesis import strategies as st

from hil.capture.line_log import (
    REST_MS,
    LineBytes,
    LineFile,
    LineLog,
    TappedStream,
    Towards,
    read_line_log,
    readable,
)
from hil.capture.line_mask import FrameMask, TextMask, text_masked
from simulator.wire.masked_frames import masked_frame

PAN, SHOWN = b"6200009753180120", b"6200000000000120"
FOREIGN = b"4111111111111111"
TEXTS = {
    b"\x020200|1500|ABC123|||0|\x03E": None,
    b"\x02" + PAN + b"|5.00\x03": b"\x02" + SHOWN + b"|5.00\x03",
    b"\x02" + FOREIGN + b"\x03": b"\x024111110000001111\x03",
    b"PAN 6200 0097 5318 0120.": b"PAN 6200 0000 0000 0120.",
    b";" + PAN + b"=30122010000000000?": b";" + SHOWN + b"=00000000000000000?",
    b"%B" + PAN + b"^CARD/TEST^3012201?": b"%B" + SHOWN + b"^0000/0000^0000000?",
    b"\x02" + b"0100001250110978          A010B010\x03\x01": None,  # a sum and a currency, no card
    bytes.fromhex("0601160422F0F862000097531801200E"): bytes.fromhex("0601160422F0F862000000000001200E"),
    bytes.fromhex("2362000097531801 20D30122010000000000F003".replace(" ", "")):
        bytes.fromhex("236200000000000120D00000000000000000F003"),
    b"batch 12 closed\r\n": None,
}


@pytest.mark.parametrize(("data", "shown"), TEXTS.items(), ids=[repr(each[:18]) for each in TEXTS])
def test_texts_are_masked(data, shown):
    assert text_masked(data) == (shown or data)


@pytest.mark.parametrize(("data", "shown"), TEXTS.items(), ids=[repr(each[:18]) for each in TEXTS])
def test_every_cut_into_two_and_every_byte_alone_give_the_same(data, shown):
    end = b"\x03\xfe"
    for parts in (*((data[:at], data[at:]) for at in range(len(data) + 1)),
                  [data[at:at + 1] for at in range(len(data))]):
        mask = TextMask()
        assert b"".join(map(mask.feed, [*parts, end])) + mask.flush() == (shown or data) + end


def test_a_number_that_ends_the_line_is_masked_at_its_end():
    mask = TextMask()
    assert mask.feed(b"\x02" + PAN) + mask.flush() == b"\x02" + SHOWN[:6] + b"0" * 10


@pytest.mark.parametrize("at", range(1, 16))
def test_a_number_that_is_stalled_in_its_middle_shows_six_digits_at_most(at):
    mask = TextMask()
    shown = mask.feed(b"\x02" + PAN[:at]) + mask.flush() + mask.feed(PAN[at:] + b"|")
    shown += mask.feed(b"100\x03") + mask.flush()
    assert shown == b"\x02" + PAN[:6] + b"0" * 10 + b"|100\x03"


@pytest.mark.parametrize("at", range(1, 8))
def test_a_packed_number_that_is_stalled_shows_six_digits_at_most(at):
    packed = bytes.fromhex(PAN.decode())
    mask = TextMask()
    shown = mask.feed(b"\x22\xf0\xf8" + packed[:at]) + mask.flush() + mask.feed(packed[at:] + b"\xfe")
    assert len(shown) == 12
    assert shown[3:6] in {packed[:3], packed[:2] + b"\0", packed[:1] + b"\0\0"}
    assert not any(shown[6:11])
    assert shown[11:] == b"\xfe"


@pytest.mark.parametrize("at", range(1, 36))
def test_a_track_that_is_stalled_shows_six_digits_at_most(at):
    track = PAN + b"=" + b"30122010000000000"
    mask = TextMask()
    shown = mask.feed(b";" + track[:at]) + mask.flush() + mask.feed(track[at:] + b"?\x03") + mask.flush()
    assert shown[:7] == b";620000"
    assert set(shown[7:].replace(b"0120=", b"0000=")) <= set(b"0=?\x03")


@given(st.lists(st.binary(max_size=40), max_size=12), st.sets(st.integers(0, 12)))
def test_no_byte_is_added_or_lost(parts, rests):
    mask = TextMask()
    shown = b""
    for n, part in enumerate(parts):
        shown += mask.feed(part)
        if n in rests:
            shown += mask.flush()
    shown += mask.flush()
    assert len(shown) == sum(map(len, parts))


def test_a_run_without_an_end_is_held_in_bounds():
    mask = TextMask()
    shown = b"".join(mask.feed(b"1" * 100) for _ in range(100))
    assert len(shown) > 5_000
    assert shown[6:].strip(b"0") == b""


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("size", [1, 17, 4096])
def test_a_line_of_frames_is_masked_as_frames_are(name, size):
    frame = FRAMES[name]
    stream = b"\0\0" + frame + frame
    mask = FrameMask(UNIONPAY)
    shown = b"".join(mask.feed(stream[at:at + size]) for at in range(0, len(stream), size))
    assert shown + mask.flush() == b"\0\0" + 2 * masked_frame(frame, UNIONPAY)


def test_half_a_frame_is_zero():
    mask = FrameMask(UNIONPAY)
    assert mask.feed(FRAMES["sale_req"][:-3]) == b""
    assert mask.flush() == bytes(len(FRAMES["sale_req"]) - 3)


# ---- the log -------------------------------------------------------------------------------------


class Kept(list):
    def __init__(self):
        super().__init__()
        self.now_ms = 1_769_700_000_000
        self.log = LineLog("ecr", self.append, now_ms=lambda: self.now_ms)


def test_reads_and_writes_are_entries_of_their_own_with_their_times():
    kept = Kept()
    kept.log.sent(b"\x05")
    kept.now_ms += 20
    kept.log.heard(b"\x06")
    kept.now_ms += 1
    kept.log.sent(b"\x02" + PAN[:9])
    kept.now_ms += 30
    kept.log.heard(b"\x15")  # waits for what came before it
    kept.now_ms += 1
    kept.log.sent(PAN[9:] + b"\x03")
    assert [(each.at_ms - 1_769_700_000_000, each.towards, each.octets()) for each in kept] == [
        (0, Towards.OUT, b"\x05"), (20, Towards.IN, b"\x06"), (21, Towards.OUT, b"\x02" + SHOWN[:9]),
        (51, Towards.IN, b"\x15"), (52, Towards.OUT, SHOWN[9:] + b"\x03")]


def test_a_rest_shows_what_waited_and_hides_what_goes_on():
    kept = Kept()
    kept.log.sent(PAN[:9])
    kept.now_ms += REST_MS
    kept.log.sent(PAN[9:] + b"|")
    assert b"".join(each.octets() for each in kept) == b"620000" + b"0" * 10 + b"|"


def test_the_ways_are_masked_apart():
    kept = Kept()
    kept.log.sent(PAN[:9])
    kept.log.heard(b"\x06")
    kept.log.heard(PAN[:3] + b"\x06")
    kept.log.sent(PAN[9:] + b"|")
    kept.log.rest()
    out = b"".join(each.octets() for each in kept if each.towards is Towards.OUT)
    assert out == SHOWN + b"|"


def test_a_tapped_stream_goes_through_unchanged():
    class Stream:
        def __init__(self):
            self.said = [b"abc", b"", None]
            self.wrote = b""
            self.calls = []

        def read(self, within_s):
            return self.said.pop(0)

        def write(self, data):
            self.wrote += bytes(data[:2])
            return 2

        def finish(self, within_s):
            return True

        def shut(self):
            self.calls.append("shut")

        def release(self):
            self.calls.append("release")

    kept, stream = Kept(), Stream()
    tapped = TappedStream(stream, kept.log)
    assert [tapped.read(1), tapped.read(1), tapped.read(1)] == [b"abc", b"", None]
    assert tapped.write(memoryview(b"xyz")) == 2
    assert tapped.finish(1)
    tapped.shut()
    tapped.release()
    assert stream.calls == ["shut", "release"]
    assert [(each.towards, each.octets(), each.event) for each in kept] == [
        (Towards.IN, b"", "opened"), (Towards.IN, b"abc", ""), (Towards.IN, b"", "ended"),
        (Towards.OUT, b"xy", ""), (Towards.IN, b"", "closed")]


def test_both_files_hold_the_same_and_can_be_read():
    lines, text = io.BytesIO(), io.BytesIO()
    file = LineFile(lines, text)
    entries = [
        LineBytes(1_769_700_000_001, "ecr", Towards.OUT, b"\x02\x30<\x1c\xff\x03".hex().upper()),
        LineBytes(1_769_700_000_002, "ecr", Towards.IN, event="closed")]
    for entry in entries:
        file.keep(entry)
    assert read_line_log(lines.getvalue()) == entries
    assert text.getvalue().decode().splitlines() == [readable(each) for each in entries]
    assert "<STX>0<3C><FS><FF><ETX>" in readable(entries[0])
