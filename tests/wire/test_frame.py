from __future__ import annotations

import doctest
from itertools import pairwise

import pytest
from framed_vectors import in_framing
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from wire_vectors import FRAMES, FRAMINGS, UNIONPAY, framed, framing_of

from simulator.wire import frame as frame_module
from simulator.wire.errors import WireError
from simulator.wire.frame import FrameReader
from simulator.wire.layout import length_of


def test_examples_in_the_text_hold():
    assert doctest.testmod(frame_module).failed == 0


def slices_of(stream: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    return [stream[a:b] for a, b in pairwise(edges)]


@pytest.mark.parametrize("framing", list(FRAMINGS.values()), ids=list(FRAMINGS))
def test_every_vector_comes_out_whole_fed_byte_by_byte(framing):
    reader = FrameReader(framed(framing))
    for name in FRAMES:
        sent = in_framing(name, framing)
        got = [frame for byte in sent for frame in reader.feed(bytes((byte,)))]
        assert got == [sent]
        assert reader.pending == 0


@pytest.mark.parametrize("framing", list(FRAMINGS.values()), ids=list(FRAMINGS))
@given(st.lists(st.sampled_from(list(FRAMES)), max_size=6), st.lists(st.integers(0, 2000), max_size=9))
def test_any_slices_give_the_same_frames(framing, names, cuts):
    sent = [in_framing(name, framing) for name in names]
    reader = FrameReader(framed(framing))
    assert [f for part in slices_of(b"".join(sent), cuts) for f in reader.feed(part)] == sent


@given(st.lists(st.integers(0, 300), max_size=9))
def test_whole_frames_before_garbage_are_given_before_the_error(cuts):
    sent = FRAMES["echo_req"]
    reader = FrameReader(UNIONPAY)
    got = []
    with pytest.raises(WireError) as caught:  # noqa: PT012
        for part in [*slices_of(sent + b"\xff\xff", cuts), b""]:
            got += reader.feed(part)
    assert got == [sent]
    assert (caught.value.field, caught.value.offset) == ("length", len(sent))


def test_a_stream_that_lost_its_step_stays_refused():
    reader = FrameReader(UNIONPAY)
    for _ in range(2):
        with pytest.raises(WireError):
            reader.feed(b"\x00\x00" + FRAMES["echo_req"])


@pytest.mark.parametrize("length", [0, 1, 20, 2049, 0xFFFF])
def test_lengths_that_no_message_has_are_refused_at_once(length):
    with pytest.raises(WireError) as caught:
        FrameReader(UNIONPAY).feed(length.to_bytes(2, "big"))
    assert caught.value.field == "length"


def test_limit_is_a_setting():
    big = (3000).to_bytes(2, "big")
    assert FrameReader(replace(UNIONPAY, size_limit=3000)).feed(big) == []
    with pytest.raises(WireError):
        FrameReader(replace(UNIONPAY, size_limit=2999)).feed(big)


def test_without_a_length_a_message_can_not_grow_past_the_limit():
    body = bytes.fromhex("0200") + (1 << (64 - 46)).to_bytes(8, "big") + b"\x09\x99"
    reader = FrameReader(replace(UNIONPAY, framing=FRAMINGS["none"], size_limit=100))
    with pytest.raises(WireError, match="longer than 100"):
        reader.feed(body + b"0" * 200)


def test_without_a_length_a_wrong_start_is_refused():
    with pytest.raises(WireError, match="begins with 60"):
        FrameReader(framed(FRAMINGS["tpdu"])).feed(b"\x02")


@pytest.mark.parametrize("name", list(FRAMES))
def test_length_is_known_with_the_last_byte_and_not_before(name):
    frame, mti = FRAMES[name], framing_of(name).before_mti
    known = [length_of(frame[:n], mti, UNIONPAY) for n in range(len(frame) + 1)]
    assert known == [None] * len(frame) + [len(frame)]
