"""A terminal at a port asks for the download that it wants, whatever its profile says."""

from __future__ import annotations

import pytest

from simulator.machines.terminal.profile import TerminalIdentity
from simulator.scenario.places import places_of
from simulator.scenario.read import scenario_of_text
from simulator.wire.master_keys import MasterKey, MasterKeys
from simulator.world.ground import Choices
from simulator.world.settings import key_source, registry

TEXT = (
    'title = "t"\nstart = "2026-01-29T20:00"\nuntil = "1d"\n[[merchants]]\nname = "shop"\n'
    'terminals = [{ settings = { mac_key_length = 16 } }, { settings = { key_download = "001" } }]\n')
SECRET = bytes.fromhex("A5A5A5A5C3C3C3C3" * 2)
SOURCE = key_source(7, places_of(scenario_of_text(TEXT)))


def test_no_value_shows_its_key():
    keys = MasterKeys({"10000001": MasterKey(SECRET)}, None, "keys.toml")
    entry = registry(places_of(scenario_of_text(TEXT)), keys)[0]
    identity = TerminalIdentity("10000001", "898000000000001", master_key=SECRET)
    assert entry.master_key == SECRET
    for shown in map(repr, (keys, keys.key_of("10000001"), entry, identity, Choices(1, keys=keys))):
        assert repr(SECRET)[2:-1] not in shown
        assert "a5a5" not in shown.lower()


@pytest.mark.parametrize(("tid", "asked", "lengths"), [
    ("10000001", "001", (8, 8, 0)), ("10000001", "003", (16, 16, 0)), ("10000001", "004", (16, 16, 16)),
    ("10000001", "", (16, 16, 0)), ("10000002", "", (8, 8, 0)), ("10000002", "004", (16, 8, 16)),
])
def test_the_keys_have_the_lengths_of_what_was_asked(tid, asked, lengths):
    keys = SOURCE(tid, 1, asked)
    assert (len(keys.pik), len(keys.mak), len(keys.tdk)) == lengths
    assert SOURCE(tid, 1, asked) == keys
    assert SOURCE(tid, 2, asked) != keys
