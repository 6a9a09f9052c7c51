"""A terminal at a port asks for the download that it wants, whatever its profile says."""

from __future__ import annotations

import pytest

from simulator.scenario.places import places_of
from simulator.scenario.read import scenario_of_text
from simulator.world.settings import key_source

TEXT = (
    'title = "t"\nstart = "2026-01-29T20:00"\nuntil = "1d"\n[[merchants]]\nname = "shop"\n'
    'terminals = [{ settings = { mac_key_length = 16 } }, { settings = { key_download = "001" } }]\n')
SOURCE = key_source(7, places_of(scenario_of_text(TEXT)))


@pytest.mark.parametrize(("tid", "asked", "lengths"), [
    ("10000001", "001", (8, 8, 0)), ("10000001", "003", (16, 16, 0)), ("10000001", "004", (16, 16, 16)),
    ("10000001", "", (16, 16, 0)), ("10000002", "", (8, 8, 0)), ("10000002", "004", (16, 8, 16)),
])
def test_the_keys_have_the_lengths_of_what_was_asked(tid, asked, lengths):
    keys = SOURCE(tid, 1, asked)
    assert (len(keys.pik), len(keys.mak), len(keys.tdk)) == lengths
    assert SOURCE(tid, 1, asked) == keys
    assert SOURCE(tid, 2, asked) != keys
