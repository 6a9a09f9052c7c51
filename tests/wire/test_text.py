from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.wire import text
from simulator.wire.text import ENCODING, to_bytes, to_text


def test_examples_in_the_text_hold():
    assert doctest.testmod(text).failed == 0


@given(st.binary())
def test_any_bytes_survive_as_text(data):
    assert to_bytes(to_text(data)) == data
    assert data.decode(ENCODING).encode(ENCODING) == data
    to_text(data).encode("utf-8")  # can be printed


def test_every_pair_of_bytes_survives():
    for first in range(0x80, 0x100):
        for second in range(0x100):
            pair = bytes((first, second))
            assert to_bytes(to_text(pair)) == pair


@given(st.text(st.characters(codec="gb18030", exclude_characters="\\")))
def test_text_without_a_backslash_reads_as_it_is(content):
    assert to_text(to_bytes(content)) == content


@pytest.mark.parametrize("wrong", ["\\", "\\n", "\\x", "\\xg0", "\\x41", "a\\"])
def test_an_escape_that_is_none_is_refused(wrong):
    with pytest.raises(UnicodeError):
        to_bytes(wrong)
