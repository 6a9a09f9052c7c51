"""What a terminal and a merchant are called changes nothing but their names, in no record and no verdict."""

from __future__ import annotations

import json
from io import StringIO

import pytest

from simulator.faults.atoms import atoms_of
from simulator.report.text import write_text
from simulator.scenario.library import scenario_named
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import BatchCounted, FaultFired, WireCarried, from_line, to_line
from simulator.trial import TrialOptions, try_scenario
from simulator.wire.dialects import dialect_named
from simulator.wire.generic import decode_generic
from simulator.wire.identifiers import heard

USUAL = ("10000001", "898000000000001")
NAMES = [
    ("POS-A/1 ", "M/1:payable #*?"), (' "a\'b\\c ', "  [b]x{0}%s\\n] "), ("/000001/", "/000001/000021/"),
    ("terminal", "merchant.:/ all"), ("53180120", "620000975318012"),
]
DIALECT = dialect_named("unionpay-pos")


def scenario(tid, mid, name="lost-reply"):
    text = scenario_named(name)
    start = 'terminals = { count = 1, profile = "lakala-keypad"'
    assert start in text
    given = start.replace("count = 1", f"tids = [{json.dumps(tid)}]")
    return scenario_of_text(text.replace(start, f"mid = {json.dumps(mid)}\n{given}"))


def tried(tid, mid, *defects, atoms=None):
    records = []
    options = TrialOptions(wire=True, defects=defects, atoms=atoms)
    return try_scenario(scenario(tid, mid), options, [records.append]), records


def states(judgement):
    return judgement.verdict, [(each.number, each.state) for each in judgement.invariants]


@pytest.mark.parametrize(("tid", "mid"), NAMES)
def test_a_day_comes_out_the_same_under_any_names(tid, mid):
    judgement, records = tried(tid, mid)
    assert states(judgement) == states(tried(*USUAL)[0])
    frames = [each for each in records if isinstance(each, WireCarried)]
    named = [decode_generic(bytes.fromhex(each.frame), DIALECT).fields for each in frames]
    assert len(named) > 10
    assert {heard(fields["41"], 8) for fields in named} == {tid}
    assert {heard(fields["42"], 15) for fields in named} == {mid}
    assert [from_line(to_line(each)) for each in records] == records


@pytest.mark.parametrize(("tid", "mid"), NAMES)
def test_a_finding_names_them_as_they_are_and_knows_its_cause(tid, mid):
    judgement, _ = tried(tid, mid, "terminal.no_reversal")
    usual, _ = tried(*USUAL, "terminal.no_reversal")
    assert states(judgement) == states(usual)
    facts = [(each.code, each.tid.replace(tid, USUAL[0]), each.cause) for each in judgement.findings]
    assert facts == [(each.code, each.tid, each.cause) for each in usual.findings]
    assert any(each.tid == tid and each.cause for each in judgement.findings)
    text = StringIO()
    write_text(judgement, text, width=200)
    assert tid.strip() in text.getvalue()


@pytest.mark.parametrize(("tid", "mid"), NAMES)
def test_what_fired_strikes_again_as_atoms(tid, mid):
    _, records = tried(tid, mid)
    atoms = atoms_of(to_line(each) for each in records)
    _, again = tried(tid, mid, atoms=atoms)
    fired, struck = ([each for each in found if isinstance(each, FaultFired)] for found in (records, again))
    assert [each.anchor for each in struck] == [each.anchor for each in fired]
    assert fired[0].anchor.startswith(f"{tid}/")
    assert {each.tid for each in again if isinstance(each, BatchCounted)} == {tid}
