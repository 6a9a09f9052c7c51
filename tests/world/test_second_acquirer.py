"""A day with an acquirer of another dialect is the same day in other bytes; one file is all it takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from simulator.scenario.library import scenario_named
from simulator.scenario.read import ScenarioError, scenario_of_text
from simulator.scenario.schema import scenario_schema
from simulator.trace.records import Sent, WireCarried
from simulator.wire.dialects import dialect_named
from simulator.wire.generic import decode_generic
from simulator.wire.mac import mac_of
from simulator.world.run import build_world, run_virtual

FILE = str(Path(__file__).parents[1] / "wire" / "dialects" / "second-acquirer.toml")


def day_of(dialect):
    text = scenario_named("lost-reply")
    assert "[acquirer]" not in text
    scenario = scenario_of_text(f'{text}\n[acquirer]\ndialect = "{dialect}"\n')
    records = []
    run_virtual(build_world(scenario, [records.append], wire=True))
    return records


def frames_in(records):
    return [(each.sender, bytes.fromhex(each.frame)) for each in records
            if isinstance(each, WireCarried)]


def _without_bytes(records):
    """What was carried and the codes of a kind are the dialect's own."""
    return [
        replace(each, codes="") if isinstance(each, Sent) else each
        for each in records if not isinstance(each, WireCarried)
    ]


def test_a_day_in_another_dialect_is_the_same_day_in_other_bytes():
    ours, theirs = day_of("unionpay-pos"), day_of(FILE)
    assert _without_bytes(theirs) == _without_bytes(ours)
    dialect, frames = dialect_named(FILE), frames_in(theirs)
    assert len(frames) == len(frames_in(ours)) > 5
    for (sender, frame), (_, other) in zip(frames, frames_in(ours), strict=True):
        decoded = decode_generic(frame, dialect)
        assert frame != other
        assert decoded.tpdu == "6000120001"  # echoed
        assert ("57" in decoded.fields) is (sender != "acquirer")
    assert {decode_generic(frame, dialect).fields["60"][:2] for _, frame in frames} >= {"72"}


def test_a_reply_in_the_world_carries_the_tpdu_that_the_rule_gives():
    tpdus = {(sender == "acquirer", frame[2:7].hex()) for sender, frame in frames_in(day_of("unionpay-pos"))}
    assert tpdus == {(False, "6000030000"), (True, "6000000003")}


@pytest.mark.parametrize("wrong", ["unionpay", "none.toml"])
def test_an_unknown_dialect_is_refused_with_its_line(wrong):
    text = f'{scenario_named("lost-reply")}\n[acquirer]\ndialect = "{wrong}"\n'
    with pytest.raises(ScenarioError) as refused:
        scenario_of_text(text, "day.toml")
    line = text.splitlines().index(f'dialect = "{wrong}"') + 1
    assert f"day.toml:{line}: acquirer.dialect: " in str(refused.value)
    assert wrong in str(refused.value)


def test_the_schema_describes_the_dialect():
    field = scenario_schema()["$defs"]["Acquirer"]["properties"]["dialect"]
    assert field["default"] == "unionpay-pos"
    assert "TOML file" in field["description"]


def test_the_mac_on_the_line_is_of_the_algorithm_that_the_file_names():
    dialect = dialect_named(FILE)
    assert mac_of(dialect.mac, bytes(range(8)), b"x") != mac_of(
        dialect_named("unionpay-pos").mac, bytes(range(8)), b"x")
