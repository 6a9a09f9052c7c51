"""Every verb at every point in every place: done, or refused by name before anything runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from day import DAY, anchors_at
from fault_setting import NEEDED_TARGET

from hil.device.power import PowerSwitch
from hil.device.requests import CutPower
from simulator.catalogue.places import Place
from simulator.catalogue.remedies import ACTIONS
from simulator.faults.abilities import able, print_into, table_text, verbs_at
from simulator.faults.atoms import AtomsError, atoms_of
from simulator.faults.modes import MODES, ROWS, Act, Mode, checked
from simulator.faults.points import ABILITIES, Anchor, Point, Verb
from simulator.scenario.place_checks import at_ports, nobody
from simulator.scenario.read import ScenarioError, scenario_of_text
from simulator.trace.records import FaultFired
from simulator.world.banks.banks import ISSUER_VERBS
from simulator.world.banks.paymaster import PAYOUT_VERBS
from simulator.world.banks.wallets import WALLET_VERBS
from simulator.world.bodies.acquirer_body import HOST_STEP_VERBS, SERVICE_VERBS
from simulator.world.bodies.terminal_body import TERMINAL_STEP_VERBS
from simulator.world.network.link import LINK_VERBS
from simulator.world.people.counter import OPERATION_VERBS
from simulator.world.people.notices import NOTICE_VERBS
from simulator.world.run import build_world, run_virtual
from simulator.world.world import WINDOW_VERBS
from tests.faults import actions_given

CARRIED = [
    *LINK_VERBS.items(), (Point.TERMINAL_STEP, TERMINAL_STEP_VERBS),
    (Point.HOST_STEP, HOST_STEP_VERBS), (Point.SERVICE, SERVICE_VERBS),
    (Point.AUTHORISATION, ISSUER_VERBS), (Point.AUTHORISATION, WALLET_VERBS),
    (Point.PAYOUT, PAYOUT_VERBS), (Point.OPERATION, OPERATION_VERBS), (Point.NOTICE, NOTICE_VERBS),
    (Point.WINDOW, WINDOW_VERBS),
]
WITHOUT_RELAYS = frozenset(Place) - {Place.RELAY, Place.ECR_LINE}
PAIRS = [(point, verb) for point in Point for verb in Verb]
CODES = {Point.SERVICE: "96", Point.AUTHORISATION: "91", Point.PAYOUT: "frozen", Point.WINDOW: "32000000"}
CODE_OF = {Verb.HOLD_PAYOUTS: "deferred", Verb.WANT_PAPERS: "licence"}
MS_OF = {Verb.DROP: 0, Verb.SILENCE: 0, Verb.WIPE: 0, Verb.STORM: 1_000}
SLOW_BANK = """
[[banks]]
name = "bank.a"
latency = { median = "3s", p95 = "5s" }
"""  # long enough for a clerk to press again
HEAD, _, _ = DAY.partition("[[faults]]")
MAINTENANCE = """
[[faults]]
mode = "acquirer.maintenance"
at = "09:30"
for = "3h"
may_stay_away = true
"""


def _lines(point, verb):
    """Atoms of this verb at every event of this point."""
    texts = [each.text() for each in anchors_at(point)]
    if point is Point.WINDOW:
        begin = scenario_of_text(DAY).start_ms + 3_600_000
        texts = [f"all/000000/000000/{begin}-{begin + 7_200_000}/0"]
    ms = MS_OF.get(verb, 90_000)
    return [
        json.dumps({"fault": "f", "mode": "m", "point": point.value, "anchor": text,
                    "verb": verb.value, "code": CODE_OF.get(verb, CODES.get(point, "")), "ms": ms})
        for text in dict.fromkeys(texts)
    ]


@pytest.mark.parametrize(("point", "carried"), CARRIED)
def test_whoever_carries_verbs_out_has_those_of_the_table(point, carried):
    assert set(carried) == set(verbs_at(point, WITHOUT_RELAYS))


@pytest.mark.parametrize(("point", "verb"), PAIRS)
def test_a_world_does_what_the_table_says_and_refuses_all_else_by_name(point, verb):
    if not able(point, verb, Place.WORLD):
        with pytest.raises(AtomsError, match=f"nobody can {verb.value} at {point.value}; allowed there: "):
            atoms_of(_lines(point, verb)[:1])
        return
    records = []
    world = build_world(
        scenario_of_text(HEAD + SLOW_BANK + MAINTENANCE), [records.append], atoms=atoms_of(_lines(point, verb)))
    run_virtual(world)
    assert {each.verb for each in records if isinstance(each, FaultFired)} == {verb.value}
    assert world.strikes.labels == {"f"}


def test_a_mode_that_asks_for_what_nobody_can_do_is_not_loaded():
    row = Mode("a.mode", (("usual", (Act(Point.NOTICE, Verb.HANG),)),), frozenset())
    with pytest.raises(ValueError, match=r"a\.mode: nobody can hang at notice; there: drop, late"):
        checked((*ROWS, row))


def _told(mode, way):
    lines = [f'mode = "{mode.id}"', f'target = "{NEEDED_TARGET.get(mode.id, "")}"']
    lines += ['at = "1h"', 'for = "1h"'] if mode.state else []
    lines += [f'how = "{way}"'] if len(mode.ways) > 1 else []
    return HEAD + "[[faults]]\n" + "\n".join(lines) + "\n"


OF_A_WORLD = [(row, way) for row in ROWS for way, _ in row.ways if Place.WORLD in row.places(way)]
OF_LINES = [(row, way) for row in ROWS for way, _ in row.ways if Place.WORLD not in row.places(way)]


@pytest.mark.parametrize(("mode", "way"), OF_A_WORLD, ids=lambda each: getattr(each, "id", each))
def test_a_mode_is_refused_for_terminals_outside_where_a_live_host_cannot_do_it(mode, way):
    text = _told(mode, way)
    assert scenario_of_text(text).faults[0].mode == mode.id
    if Place.LIVE_HOST in mode.places(way):
        assert scenario_of_text(text, outside=at_ports).faults[0].mode == mode.id
        return
    with pytest.raises(ScenarioError) as refused:
        scenario_of_text(text, "my.toml", at_ports)
    said = str(refused.value)
    assert said.startswith(f"my.toml:{HEAD.count(chr(10)) + 2}: faults[1].mode: {mode.id} (")
    assert "10000001, 10000002, 11000001 are outside; allowed: terminal.cable_loose" in said


@pytest.mark.parametrize("do", ACTIONS)
def test_a_remedy_that_needs_hands_is_refused_for_terminals_outside(do):
    text = actions_given.SHOP.split("[[actions]]")[0] + actions_given.taken(do)
    place = 1
    if do == "restore_data":  # what it needs needs hands as well
        text, place = actions_given.SHOP + actions_given.taken(do), 2
    if Place.LIVE_HOST in ACTIONS[do].places:
        assert scenario_of_text(text, outside=at_ports).actions[0].do == do
        return
    with pytest.raises(ScenarioError, match=rf"actions\[{place}\]\.do: {do} needs hands at a terminal, and .* "
                                            r"(is|are) outside; .*; allowed: restart_router, check_network"):
        scenario_of_text(text, outside=at_ports)


def test_only_what_is_aimed_at_a_terminal_outside_is_refused():
    outside = lambda _scenario: frozenset({"11000001"})  # noqa: E731 - one line
    cut = '[[faults]]\nmode = "terminal.power_lost"\ntarget = "{}"\n'
    restart = '[[actions]]\ndo = "restart_terminal"\nat = "1h"\nby = "{}"\n'
    for text in (cut, restart):
        assert scenario_of_text(HEAD + text.format("shop"), outside=outside)
        for aimed in ("bar", ""):
            with pytest.raises(ScenarioError, match="11000001 is outside"):
                scenario_of_text(HEAD + text.format(aimed), outside=outside)
    assert scenario_of_text(HEAD + '[[faults]]\nmode = "network.router_down"\n', outside=outside)


@pytest.mark.parametrize(("point", "verb"), PAIRS)
def test_a_virtual_device_does_what_the_table_says(point, verb):
    cuts = []
    switch = PowerSwitch(lambda: cuts.append(verb))
    switch.arm(CutPower(after_effects=0))
    strike = switch.decide(Anchor(point, "10000001", what="send:0200"), 0)
    done = strike is not None and strike.verb is verb
    assert done is able(point, verb, Place.VIRTUAL_DEVICE)


def test_every_mode_says_in_which_places_it_is_possible():
    assert MODES["network.outage"].places() == (Place.WORLD, Place.LIVE_HOST, Place.RELAY)
    assert MODES["terminal.hung"].places() == (Place.WORLD,)
    assert MODES["line.reset"].places() == (Place.RELAY,)
    assert all(Place.WORLD in row.places(way) or row.id.startswith(("line.", "ecr."))
               for row in ROWS for way, _ in row.ways)


@pytest.mark.parametrize(("mode", "way"), OF_LINES, ids=lambda each: getattr(each, "id", each))
def test_what_only_a_relay_can_do_is_refused_by_a_world_and_by_a_host(mode, way):
    for outside in (nobody, at_ports):
        with pytest.raises(ScenarioError, match=rf"faults\[1\]\.mode: {mode.id} \("):
            scenario_of_text(_told(mode, way), outside=outside)


def test_the_documents_show_the_table():
    assert table_text() in Path("docs/scenarios.md").read_text("utf-8")
    assert table_text().count("\n") == len(ABILITIES) + 2


def test_a_document_gets_the_table_in_place_of_the_old_one(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n\n| point | verb | old |\n|---|---|---|\n| `x` | `y` | z |\n\nafter\n", "utf-8")
    print_into(page)
    assert page.read_text("utf-8") == f"before\n\n{table_text()}\nafter\n"
