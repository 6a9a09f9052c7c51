"""Faults that fired, written down and replayed: the same decisions, from their anchors alone."""

from __future__ import annotations

import os

import pytest
from day import anchors
from fault_setting import NEEDED_TARGET, Carried, anchor, injector, rule

from simulator.catalogue.places import Place
from simulator.faults.atoms import (
    AtomsError,
    ReplayInjector,
    atom_of,
    atoms_of,
    read_atoms,
    to_line,
)
from simulator.faults.modes import ROWS
from simulator.faults.points import Action, Point, Verb
from simulator.trace.records import FaultFired
from simulator.trace.records import to_line as trace_line

LINE = '{"fault":"f","mode":"network.outage","point":"reply","anchor":"10000001/000001/000021/0210/0","verb":"drop"}'


def _day():
    """What a world asked about, as it asked."""
    return enumerate(anchors())


def _decisions(tried):
    return [
        (each.text(), _action(tried.decide(each, now_ms)) if tried.busy[each.point] else None)
        for now_ms, each in _day()
    ]


def _action(strike):
    return None if strike is None else strike.action


def _everything(chance):
    return [
        rule(row.id, target=NEEDED_TARGET.get(row.id, ""), chance=chance)
        for row in ROWS if not row.state and Place.WORLD in row.places()
    ]


@pytest.mark.parametrize("chance", [0.0, 0.05, 0.3])
def test_a_replay_from_atoms_alone_decides_the_same(chance):
    first, fired = injector(*_everything(chance), seed=5)
    decisions = _decisions(first)
    lines = [to_line(atom_of(each)) for each in fired]
    replay = Carried(ReplayInjector(atoms_of(lines)))
    assert _decisions(replay) == decisions
    assert [atom_of(each) for each in replay.fired] == [atom_of(each) for each in fired]
    assert (len(fired) > 20) is (chance > 0)


def test_events_that_recur_are_replayed_at_the_right_time_of_their_occurring():
    first, fired = injector(rule("terminal.power_lost", chance=0.3), seed=2)
    same = anchor(Point.TERMINAL_STEP, "send:0400", stan=7)
    cuts = [first.decide(same, number) for number in range(30)]
    replay = ReplayInjector([atom_of(each) for each in fired])
    assert [replay.decide(same, number) for number in range(30)] == cuts
    assert 3 < sum(cut is not None for cut in cuts) < 20


def test_one_atom_left_out_changes_that_decision_only():
    first, fired = injector(*_everything(0.1), seed=5)
    decisions = _decisions(first)
    atoms = [atom_of(each) for each in fired]
    missing = atoms.pop(len(atoms) // 2)
    replayed = _decisions(ReplayInjector(atoms))
    differing = [
        (before, after) for before, after in zip(decisions, replayed, strict=True) if before != after]
    assert differing == [((missing.anchor, missing.action), (missing.anchor, None))]


def test_a_replay_asks_for_no_point_without_atoms_and_none_once_all_are_spent():
    replay = ReplayInjector(atoms_of([LINE]))
    assert [point for point, busy in replay.busy.items() if busy] == [Point.REPLY]
    asked = anchor(batch=1, stan=21)
    assert replay.decide(anchor(batch=1, stan=22), 0) is None
    assert replay.decide(asked, 0).action == Action(Verb.DROP)
    assert replay.decide(asked, 0) is None
    assert not any(replay.busy.values())


def test_after_healing_a_replay_is_silent():
    replay = ReplayInjector(atoms_of([LINE]))
    replay.heal()
    assert not any(replay.busy.values())
    assert replay.decide(anchor(batch=1, stan=21), 0) is None


def test_atoms_of_one_anchor_strike_in_their_order():
    lines = [LINE, LINE.replace('"drop"', '"delay"')]
    replay = ReplayInjector(atoms_of(lines))
    asked = anchor(batch=1, stan=21)
    assert [replay.decide(asked, 0).verb for _ in range(2)] == [Verb.DROP, Verb.DELAY]


def test_a_state_is_replayed_as_a_window():
    first, fired = injector(rule("terminal.software_stale", at_ms=5, until_ms=9))
    (window,) = first.windows()
    first.open(window.label)
    replay = Carried(ReplayInjector([atom_of(each) for each in fired]))
    again = replay.fired
    (replayed,) = replay.windows()
    assert (replayed.at_ms, replayed.until_ms, replayed.action, replayed.mode) == (
        window.at_ms, window.until_ms, window.action, window.mode)
    replay.open(replayed.label)
    assert [atom_of(each) for each in again] == [atom_of(each) for each in fired]


def test_a_trace_is_read_as_a_file_of_atoms(tmp_path):
    path = tmp_path / "trace.jsonl"
    fired = FaultFired(5, "run", fault="f", mode="network.outage", point="reply",
                       anchor="10000001/000001/000021/0210/0", verb="drop")
    path.write_bytes(b'{"record":"phase_entered","at_ms":1,"actor":"run","phase":"faults"}\n\n'
                     + trace_line(fired) + b"\n")
    assert read_atoms(path) == atoms_of([LINE])


@pytest.mark.parametrize(("line", "part"), [
    ("{", "no JSON; each line is one object with fault, mode"),
    ("[1]", "must be an object"),
    ("5", "must be an object"),
    ("[" * 100_000, "no JSON"),
    ('{"fault":"f"}', "mode is missing; needed: fault, mode, point, anchor, verb"),
    (LINE.replace('"fault"', '"faulty"'), "unknown key 'faulty'; allowed: fault, mode"),
    (LINE.replace('"reply"', '"replies"'), "allowed: request, reply"),
    (LINE.replace('"drop"', '"dorp"'), "allowed: drop, refuse_connect"),
    (LINE.replace('"drop"', '"drop","ms":"5"'), "ms"),
    (LINE.replace('"10000001/000001/000021/0210/0"', '"10000001"'), "must have the form <actor>/<batch>"),
    (LINE.replace("000021", "0x0021"), "must have the form"),
    (LINE.replace('"10000001/000001/000021/0210/0"', "7"), "anchor"),
    ("\udcff", "no JSON"),
])
def test_a_bad_line_is_named_with_what_is_allowed(line, part):
    with pytest.raises(AtomsError, match=r"my\.jsonl:2: ") as caught:
        atoms_of([LINE, line], "my.jsonl")
    assert part in str(caught.value)


@pytest.mark.parametrize(("make", "part"), [
    (lambda path: path.mkdir(), "is a directory"),
    (lambda path: path.write_bytes(bytes(range(256))), "no JSON"),
    (os.mkfifo, "no regular file"),
    (lambda _path: None, "No such file"),
])
def test_a_path_without_atoms_is_refused_by_name(tmp_path, make, part):
    path = tmp_path / "case.jsonl"
    make(path)
    with pytest.raises(AtomsError, match=r"case\.jsonl") as caught:
        read_atoms(path)
    assert part in str(caught.value)


def test_an_empty_file_holds_no_atoms(tmp_path):
    path = tmp_path / "none.jsonl"
    path.write_bytes(b"")
    assert read_atoms(path) == ()
