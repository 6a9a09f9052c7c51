"""Every TID and MID of printable characters goes over the wire and comes back as it was."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.wire import identifiers
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.identifiers import MID_LENGTH, TID_LENGTH, file_name, unfit
from simulator.wire.message import Message

CODEC = Codec(usual_dialect())
PRINTABLE = st.characters(min_codepoint=0x20, max_codepoint=0x7E)


def named(length):
    return st.text(PRINTABLE, min_size=length, max_size=length)


@given(named(TID_LENGTH), named(MID_LENGTH))
def test_it_is_eight_bytes_and_fifteen_and_comes_back(tid, mid):
    assert unfit(tid, TID_LENGTH) is None
    assert unfit(mid, MID_LENGTH) is None
    message = Message(mti="0820", tid=tid, mid=mid, type_code="00", batch=1, network_code="301")
    frame = CODEC.encode(message)
    assert tid.encode("ascii") + mid.encode("ascii") in frame
    heard = CODEC.decode(frame)
    assert (heard.tid, heard.mid) == (tid, mid)
    assert CODEC.encode(heard) == frame


@given(st.binary(min_size=8, max_size=8), st.binary(min_size=15, max_size=15))
def test_bytes_that_are_no_characters_come_back_too(tid, mid):
    message = Message(mti="0820", tid="T" * 8, mid="M" * 15, type_code="00", batch=1, network_code="301")
    frame = CODEC.encode(message).replace(b"T" * 8, tid).replace(b"M" * 15, mid)
    heard = CODEC.decode(frame)
    again = Message(mti="0820", tid=heard.tid, mid=heard.mid, type_code="00", batch=1, network_code="301")
    assert CODEC.encode(again) == frame  # made anew, not kept


@pytest.mark.parametrize(("text", "why"), [
    ("7700123", "not 7"), ("770012345", "not 9"), ("", "not 0"), ("7700\t123", "character 5 is U+0009"),
    ("77001\x7f34", "character 6 is U+007F"), ("７7001234", "character 1 is U+FF17"), ("770012é4", "character 7 is U+00E9"),
])
def test_what_is_none_is_said_why(text, why):
    assert why in unfit(text, TID_LENGTH).en


@given(st.sets(named(TID_LENGTH), min_size=2, max_size=5))
def test_each_has_a_file_of_its_own_in_the_same_folder(tids):
    names = {file_name(tid) for tid in tids}
    assert len(names) == len(tids)
    assert not any(set(name) & set('/\\:*?"<>| ') for name in names)


def test_the_examples_hold():
    assert doctest.testmod(identifiers).failed == 0
