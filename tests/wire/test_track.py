"""Tracks under the track key, against a block cipher that is not ours."""

from __future__ import annotations

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from hypothesis import given
from hypothesis import strategies as st
from wire_vectors import decode, encode

from simulator.wire.errors import WireError
from simulator.wire.masking import mask_track
from simulator.wire.message import Message
from simulator.wire.track import decrypt_track, encrypt_track

TDK = bytes.fromhex("00112233445566778899AABBCCDDEEFF")
ODD, EVEN = "6200009753180120D301220100000000001", "6200009753180120D30122010000000000"

tracks = st.builds(
    lambda pan, rest: f"{pan}D{rest}", st.text("0123456789", min_size=13, max_size=19),
    st.text("0123456789", min_size=7, max_size=17),
)


def independent(track: str) -> str:
    """The same by the words of the sources, with another cipher."""
    packed = bytearray.fromhex(track + "0" * (len(track) % 2))
    cipher = Cipher(TripleDES(TDK + TDK[:8]), modes.ECB())
    packed[-9:-1] = cipher.encryptor().update(bytes(packed[-9:-1]))
    return packed.hex().upper()[:len(track)]


@given(tracks)
def test_a_track_is_encrypted_as_the_sources_say_and_comes_back(track):
    sent = encrypt_track(track, TDK)
    assert sent == independent(track)
    assert len(sent) == len(track)
    assert decrypt_track(sent, TDK) == track


@pytest.mark.parametrize(("track", "clear_digits"), [(ODD, 1), (EVEN, 2)])
def test_what_stays_readable_is_the_head_and_the_last_byte(track, clear_digits):
    sent = encrypt_track(track, TDK)
    begin = len(track) - clear_digits - 16
    assert sent[:begin] == track[:begin]
    assert sent[-clear_digits:] == track[-clear_digits:]
    assert sent[begin:-clear_digits] != track[begin:-clear_digits]


@pytest.mark.parametrize("track", [ODD, EVEN])
def test_under_another_key_it_is_no_track(track):
    with pytest.raises(WireError, match="no track under the track key"):
        decrypt_track(encrypt_track(track, TDK), bytes(16))


@pytest.mark.parametrize("track", ["", "62D", "6200009753180120", "X" * 20])
def test_what_is_no_track_is_refused_and_not_shown(track):
    with pytest.raises(WireError) as refused:
        encrypt_track(track, TDK)
    assert not track or track not in str(refused.value)


@given(tracks)
def test_an_encrypted_track_travels_and_shows_no_more_than_a_clear_one(track):
    sent = encrypt_track(track, TDK)
    message = Message(mti="0200", track2=sent, security="2610000000000000", stan=1)
    assert decode(encode(message)).track2 == sent
    shown = mask_track(sent)
    assert len(shown.replace("*", "")) <= 10
