"""Every cut, flip and lengthening of every vector decodes or names field and offset."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire_vectors import FRAMES, FRAMINGS, UNIONPAY, codec_in, framed, framing_of

from simulator.wire.errors import WireError
from simulator.wire.frame import FrameReader
from simulator.wire.framing import Framing
from simulator.wire.generic import decode_generic, encode_generic
from simulator.wire.masked_frames import masked_frame
from simulator.wire.masking import mask_fields
from simulator.wire.recognition import decode_any
from simulator.wire.subfields_shown import subfields_of

every_vector = pytest.mark.parametrize("name", list(FRAMES))
FLIPS = (0x01, 0x10, 0x80, 0xFF)


def refusal(data: bytes, framing: Framing) -> WireError | None:
    try:
        decode_generic(data, UNIONPAY, framing)
    except WireError as error:
        return error
    return None


def judge(data: bytes, framing: Framing) -> bool:
    """Whether ``data`` decodes; anything but a WireError with field and offset fails the test."""
    assert len(masked_frame(data, UNIONPAY, framing)) == len(data)
    codec = codec_in(framing)
    refused = refusal(data, framing)
    if refused is not None:
        assert refused.field
        assert 0 <= refused.offset <= len(data)
        assert refused.reason
        with pytest.raises(WireError):
            codec.decode(data)
        return False
    decoded = decode_generic(data, UNIONPAY, framing)
    assert encode_generic(decoded, UNIONPAY) == data
    assert codec.encode(codec.decode(data), codec.tpdu_of(data)) == data
    subfields_of(decoded, UNIONPAY)
    mask_fields(decoded.fields, UNIONPAY)
    return True


@every_vector
def test_every_cut_is_refused(name):
    frame, framing = FRAMES[name], framing_of(name)
    assert [n for n in range(len(frame)) if judge(frame[:n], framing)] == []


@pytest.mark.parametrize("name", [name for name in FRAMES if framing_of(name).length_prefix])
def test_every_cut_behind_a_fitting_length_is_refused(name):
    framing = framing_of(name)
    body = FRAMES[name][2:]
    assert [n for n in range(len(body))
            if judge(n.to_bytes(2, "big") + body[:n], framing)] == []


@every_vector
@pytest.mark.parametrize("more", [b"\x00", b"\xff", b"\x00" * 8, b"0" * 300])
def test_every_lengthening_is_refused(name, more):
    framing = framing_of(name)
    assert not judge(FRAMES[name] + more, framing)
    if framing.length_prefix:
        body = FRAMES[name][2:] + more
        assert not judge(len(body).to_bytes(2, "big") + body, framing)


@every_vector
def test_every_flipped_byte_decodes_or_is_refused(name):
    frame, framing = bytearray(FRAMES[name]), framing_of(name)
    outcomes = set()
    for at in range(len(frame)):
        for flip in FLIPS:
            frame[at] ^= flip
            outcomes.add(judge(bytes(frame), framing))
            frame[at] ^= flip
    assert outcomes == {True, False}


@given(st.binary(max_size=200), st.sampled_from(list(FRAMINGS.values())))
def test_any_bytes_decode_or_are_refused(data, framing):
    judge(data, framing)


@given(st.binary(max_size=120))
def test_any_bytes_behind_a_plausible_start_decode_or_are_refused(data):
    body = bytes.fromhex("60000300006031003110010200") + data
    judge(len(body).to_bytes(2, "big") + body, Framing())


@given(st.binary(max_size=200))
def test_any_bytes_of_unknown_framing_decode_or_are_refused(data):
    try:
        decoded = decode_any(data, UNIONPAY)
    except WireError:
        return
    assert encode_generic(decoded, UNIONPAY) == data


@given(st.lists(st.binary(max_size=60), max_size=6), st.sampled_from(list(FRAMINGS.values())))
def test_a_reader_fed_anything_gives_frames_or_a_wire_error(slices, framing):
    reader = FrameReader(framed(framing))
    try:
        frames = [frame for data in slices for frame in reader.feed(data)]
    except WireError:
        return
    taken = b"".join(frames)
    assert b"".join(slices).startswith(taken)
    assert reader.pending == len(b"".join(slices)) - len(taken)


def test_errors_never_show_card_data():
    frame = bytearray(FRAMES["sale_req"])
    frame[-20] = 0xEE  # inside a later field
    shown = []
    for cut in range(13, len(frame)):
        try:
            decode_generic(cut.to_bytes(2, "big") + bytes(frame[2:cut + 2]), UNIONPAY)
        except WireError as error:
            shown.append(f"{error} {error.decoded}")
    assert len(shown) > 90
    assert any("620000******0120" in text for text in shown)
    for text in shown:
        assert "6200009753180120" not in text
        assert "D3012" not in text
        assert "89330052" not in text
